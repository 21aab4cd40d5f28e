import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

// `npm run demo`: the support line on two SDKs, tested against the built kit; its timelines and figures go to the terminal as they are.
export default defineConfig({
  root: fileURLToPath(new URL('../..', import.meta.url)),
  test: {
    include: ['test/examples/demo/*.demo.ts'],
    server: { deps: { external: [/\/dist\//] } },
    disableConsoleIntercept: true,
    reporters: ['tree', 'vitest-realtime/reporter'],
  },
})
