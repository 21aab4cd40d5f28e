// The tests of browser mode: real Chromium, headless, on loopback only. browser-mode.test.ts runs it in a project of its own,
// where the kit is installed as a user has it.

import { playwright } from '@vitest/browser-playwright'
import type { ViteDevServer } from 'vite'
import { defineConfig } from 'vitest/config'

const executablePath = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium'

/** A server of the page's own origin that sends one event and says no more. */
const eventServer = {
  name: 'event-server',
  configureServer({ middlewares }: ViteDevServer): void {
    middlewares.use('/events', (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.write('data: first\n\n')
    })
  },
}

export default defineConfig({
  plugins: [eventServer],
  // The packages of this project are links to those of the kit's own.
  server: { fs: { strict: false } },
  test: {
    include: ['*.page.ts', '*.red.ts'],
    setupFiles: ['setup.ts'],
    api: { host: '127.0.0.1' },
    testTimeout: 20_000,
    browser: {
      enabled: true,
      headless: true,
      screenshotFailures: false,
      provider: playwright({
        launchOptions: {
          executablePath,
          args: ['--no-sandbox', '--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'],
        },
      }),
      instances: [{ browser: 'chromium' }],
    },
  },
})
