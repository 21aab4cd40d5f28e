// The preload where neither Vitest nor an optional engine is installed.

import { expect, test } from 'vitest'
import { speech } from '../../audio/speech.ts'
import { installAlone } from '../cli/support/install-alone.ts'
import { type Ended, runNode, temporaryFiles } from '../cli/support/serve-process.ts'

/** Speaks, and ends when it is answered. */
async function speakAlone(env: Readonly<Record<string, string>>): Promise<Ended> {
  using alone = installAlone()
  using files = temporaryFiles({ sound: (await speech('Is anybody there?')).base64 })
  const program = `
    import { readFileSync } from 'node:fs'
    const audio = readFileSync(${JSON.stringify(files.path('sound'))}, 'utf8')
    const socket = new WebSocket('wss://api.openai.com/v1/realtime?model=gpt-realtime', ['realtime', 'openai-insecure-api-key.x'])
    socket.onopen = () => socket.send(JSON.stringify({ type: 'input_audio_buffer.append', audio }))
    socket.onmessage = ({ data }) => {
      if (JSON.parse(data).type !== 'response.output_audio.delta') return
      console.log('answered')
      socket.close()
    }`
  const args = ['--import', 'vitest-realtime/register', '--input-type=module', '--eval', program]
  return await runNode(args, { cwd: alone.folder, env: { USE_LOCAL_REALTIME: 'true', ...env } })
}

test('a default engine that is missing falls back, with one line when it is needed', async () => {
  const { code, stdout, stderr } = await speakAlone({})
  expect({ code, stdout }).toEqual({ code: 0, stdout: 'answered\n' })
  const lines = stderr.split('\n').filter((line) => line.includes("'silero'"))
  expect(lines).toEqual([expect.stringMatching(/^vitest-realtime: Turn detection uses the engine 'energy', .* npm install /)])
})

test('one that is named and missing is an error before the app runs', async () => {
  const { code, stdout, stderr } = await speakAlone({ LOCAL_REALTIME_VAD_BACKEND: 'silero' })
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  expect(stderr).toMatch(/^vitest-realtime: \[RTK_ENGINE\] LOCAL_REALTIME_VAD_BACKEND=silero: Engine 'silero' is unavailable: /)
})
