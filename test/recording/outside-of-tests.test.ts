// Recordings without Vitest: `record` and `saveRecording` of createLocalRealtime(), in a program of its own.

import { execFile } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { Service } from '../../src/runtime/service.ts'
import { linesOf, ownFolder } from './sample.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

const program = (options: object, more = ''): string => `
import { createLocalRealtime } from '${root}dist/src/index.js'
import WebSocket from '${root}node_modules/ws/wrapper.mjs'
const realtime = createLocalRealtime(${JSON.stringify({ latency: 'instant', ...options })})
const socket = new WebSocket('wss://api.openai.com/v1/realtime?model=gpt-realtime', { headers: { authorization: 'Bearer sk-test' } })
await new Promise((resolve) => socket.once('message', resolve))
${more}
await realtime.close()
`

async function run(cwd: string, source: string, env: Record<string, string> = {}): Promise<{ stdout: string; stderr: string }> {
  const file = join(cwd, 'program.mjs')
  writeFileSync(file, source)
  const { CI: _, ...rest } = process.env
  try {
    return await promisify(execFile)(process.execPath, [file], { cwd, env: { ...rest, ...env } })
  } catch (error) {
    return error as { stdout: string; stderr: string }
  }
}

test('a name lies below __recordings__ of the working directory; CI writes none', async () => {
  const folder = ownFolder()
  await run(folder, program({ record: 'desk/booking' }), { CI: 'true' })
  expect(existsSync(join(folder, '__recordings__'))).toBe(false)
  await run(folder, program({ record: 'desk/booking' }))
  const lines = linesOf(join(folder, '__recordings__/desk/booking'))
  expect(lines[0]).toContain('"name":"booking"')
  expect(lines.at(-1)).toContain('"type":"closed"')
  await run(folder, program({ record: 'desk/booking' }, 'socket.send(JSON.stringify({ type: "input_audio_buffer.clear" }))'))
  expect(linesOf(join(folder, '__recordings__/desk/booking'))).toEqual(lines)
})

test('saveRecording writes when it is asked to, also in CI', async () => {
  const folder = ownFolder()
  const { stdout } = await run(folder, program({}, "console.log(await realtime.saveRecording('now'))"), { CI: 'true' })
  expect(stdout.trim()).toBe(join(folder, '__recordings__/now'))
  expect(linesOf(join(folder, '__recordings__/now')).length).toBeGreaterThan(2)
})

test('without a test there is nothing to call it after: told at once', async () => {
  const folder = ownFolder()
  const { stderr } = await run(folder, program({ record: true }))
  expect(stderr).toMatch(/RTK_OPTION.*There is no test to call the recording after: write record: 'booking'\./s)
})

test('a service that does not know where its recordings lie refuses the option', () => {
  expect(() => new Service({ name: 'serve', options: { record: 'booking' } })).toThrow(
    /RTK_OPTION.*serve` does with --record DIR/s,
  )
})
