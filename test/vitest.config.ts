import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

// The kit under test is the built package, loaded by Node itself as in a user's project
// (`npm test` builds first); unit tests of pure modules import the sources.
export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  server: { watch: { ignored: ['**/dist/**'] } },
  test: {
    include: ['test/**/*.test.{ts,tsx}'],
    server: { deps: { external: [/\/dist\//] } },
    setupFiles: ['test/support/validate-sent-events.ts'],
    testTimeout: 20_000,
    reporters: ['default'],
  },
})
