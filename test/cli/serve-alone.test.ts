// What `serve` needs of the machine around it: not Vitest, and no optional engine.

import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { speech } from '../../audio/speech.ts'
import { Client } from './support/client.ts'
import { installAlone } from './support/install-alone.ts'
import { runCommand, startServe, temporaryFiles } from './support/serve-process.ts'

async function spokenTurn(url: string): Promise<void> {
  const client = new Client(url)
  await client.next('session.created')
  client.speak((await speech('Is anybody there?')).samples)
  await client.next('input_audio_buffer.speech_started')
  await client.next('response.output_audio.delta')
  await client.hangUp()
}

test('runs where neither Vitest nor an optional engine is installed, and says what turn detection it uses', async () => {
  using alone = installAlone()
  await using served = await startServe(['--timing', 'instant'], { program: alone.program, cwd: alone.folder })
  await spokenTurn(served.ready.url)
  await served.told(/'energy', as 'silero' is not installed\. To have it: npm install \S+.* onnxruntime-node/)
})

test('an engine that is named and missing is an error', async () => {
  using alone = installAlone()
  using files = temporaryFiles({ 'config.json': '{ "vad": "silero-v6" }' })
  const { code, stdout, stderr } = await runCommand(['serve', '--json', '--config', files.path('config.json')], {
    program: alone.program,
    cwd: alone.folder,
  })
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  expect(stderr).toMatch(/\[RTK_ENGINE\] Engine 'silero-v6' is unavailable: .*\nInstall it with: npm install/)
})

test('loads no module of Vitest, with a conversation by text and by voice; Silero is the default where it is installed', async () => {
  using files = temporaryFiles({
    'watch.mjs': `
      import { writeFileSync } from 'node:fs'
      import { registerHooks } from 'node:module'
      const urls = []
      registerHooks({ load: (url, context, next) => (urls.push(url), next(url, context)) })
      process.on('exit', () => writeFileSync(process.env.LOADED, urls.join('\\n')))`,
  })
  const served = await startServe(['--tls', '--timing', 'instant'], {
    nodeFlags: ['--import', files.path('watch.mjs')],
    env: { LOADED: files.path('loaded.txt') },
  })
  await spokenTurn(served.ready.url)
  const { code, stderr } = await served.stop()
  expect({ code, stderr: stderr.replace(/^speech without known words.*\n/m, '') }).toEqual({ code: 0, stderr: '' })
  const loaded = readFileSync(files.path('loaded.txt'), 'utf8').split('\n')
  expect(loaded.some((url) => url.endsWith('/dist/src/cli/serve.js'))).toBe(true)
  expect(loaded.some((url) => url.includes('/onnxruntime-node/'))).toBe(true)
  expect(loaded.filter((url) => /\/node_modules\/(?:@vitest\/|vitest\/|vite\/|chai\/)/.test(url))).toEqual([])
})
