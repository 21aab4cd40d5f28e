// `record` and `replay` around services and commands that behave badly: exit codes, what is written, and what is told.

import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { leakedKey, type OddService, startOddService } from './support/odd-service.ts'
import { type Ended, runCommand, temporaryFiles } from './support/serve-process.ts'

/** A plain client: asks once on each of its sockets, one after the other. */
const app = `
import WebSocket from 'ws'
const [model, times = 1] = process.argv.slice(2)
for (let round = 0; round < Number(times); round++) {
  const socket = new WebSocket(process.env.REALTIME_URL + '?model=' + model, { headers: { authorization: 'Bearer ${leakedKey}' } })
  await new Promise((resolve) => {
    socket.on('message', (data, isBinary) => {
      console.log(isBinary ? 'binary' : String(data).replace(/^{"type":"([^"]*)".*/, '$1'))
      const { type } = !isBinary && String(data).startsWith('{') ? JSON.parse(String(data)) : {}
      if (type === 'session.created') socket.send(JSON.stringify({ type: 'response.create', response: { instructions: 'Round ' + round } }))
      if (type === 'response.done') socket.close()
    })
    socket.on('close', (code) => resolve(console.log('close ' + code)))
    socket.on('error', () => {})
  })
}
`
const cwd = fileURLToPath(new URL('../..', import.meta.url))

let service: OddService
let files: ReturnType<typeof temporaryFiles>
beforeAll(async () => {
  service = await startOddService()
  files = temporaryFiles()
})
afterAll(async () => {
  await service[Symbol.asyncDispose]()
  files[Symbol.dispose]()
})

const run = (flags: readonly string[], args: readonly string[], program = app): Promise<Ended> =>
  runCommand([...flags, '--', process.execPath, '--input-type=module', '--eval', program, 'x', ...args], {
    cwd,
    env: { CI: undefined },
  })

const record = (name: string, args: readonly string[], flags: readonly string[] = [], program = app): Promise<Ended> =>
  run(['record', '--target', service.url, '--out', files.path(name), ...flags], args, program)

const replay = (name: string, args: readonly string[]): Promise<Ended> => run(['replay', files.path(name)], args)

test.for(['binary', 'no-json', 'closes', 'hangs-up'])(
  'a service on a bad day (%s) is recorded, and replayed green',
  async (model) => {
    expect(await record(model, [model])).toMatchObject({ code: 0 })
    const again = await replay(model, [model])
    expect(again).toMatchObject({ code: 0, stderr: '' })
    const contents = readFileSync(join(files.path(model), 'timeline.ndjson'), 'utf8')
    expect(contents).not.toContain(leakedKey)
  },
)

test('two sockets whose sessions are called the same stay two sessions', async () => {
  await record('same', ['ok', '2'])
  expect(await replay('same', ['ok', '2'])).toMatchObject({ code: 0, stderr: '' })
  const once = await replay('same', ['ok', '1'])
  expect(once.code).toBe(1)
  expect(once.stderr).toMatch(
    /was not used up by the command:\n {2}session 2 .* was not asked for\nLet the command do it, or record a/,
  )
})

test('a service that refuses: the answer is told and written without the key that it repeats, and given again', async () => {
  const { code, stderr } = await record('refused', ['refused'])
  expect(code).toBe(0)
  expect(stderr).toContain('answered the upgrade with HTTP 401: {"error":{"message":"Incorrect API key provided: [key]"}}')
  expect(stderr).toContain('1 session, refused with HTTP 401, 1 entry; blacked out: 1 key')
  const contents = readFileSync(join(files.path('refused'), 'timeline.ndjson'), 'utf8')
  expect(contents).toContain('"retry-after":"7"')
  expect(contents).not.toMatch(/leaked|sid=/)
  const showing = app.replace("socket.on('error', () => {})", "socket.on('error', ({ message }) => console.log(message))")
  expect(await run(['replay', files.path('refused')], ['refused'], showing)).toEqual({
    code: 0,
    stdout: 'Unexpected server response: 401\nclose 1006\n',
    stderr: '',
  })
  expect((await replay('refused', ['refused', '2'])).stderr).toContain('The app opened session 2, and one is recorded')
})

test('a command that fails because nothing was taken leaves no recording of that', async () => {
  const { code, stderr } = await record('failed', ['refused'], [], `${app}\nprocess.exit(4)`)
  expect(code).toBe(4)
  expect(stderr).toContain('nothing was recorded: the service took no socket (HTTP 401), and the command failed.')
  expect(existsSync(files.path('failed'))).toBe(false)
})

test('answers of the REST side: keys and cookies are in no file', async () => {
  const asking = `
    await fetch(process.env.OPENAI_BASE_URL + '/realtime/client_secrets', {
      method: 'POST', headers: { authorization: 'Bearer ${leakedKey}' }, body: JSON.stringify({ 'x-api-key': '${leakedKey}' }),
    })
    ${app}`
  expect(await record('rest', ['ok'], [], asking)).toMatchObject({ code: 0 })
  const text = readFileSync(join(files.path('rest'), 'timeline.ndjson'), 'utf8')
  expect(text).toContain('/v1/realtime/client_secrets')
  expect(text).not.toContain('leaked')
})

describe('what would be refused in the end is refused before the command runs', () => {
  test.for([
    ['/(/', /--redact \/\(\/: Invalid regular expression/],
    ['', /redact: takes texts that are not empty/],
  ] as const)('--redact %j', async ([pattern, says]) => {
    const { code, stdout, stderr } = await record('pattern', ['ok'], ['--redact', pattern])
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toMatch(says)
  })

  test('a folder with other things in it', async () => {
    mkdirSync(join(files.path('taken'), 'mine'), { recursive: true })
    const { code, stdout, stderr } = await record('taken', ['ok'])
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toContain('holds no recording but mine')
    expect(readdirSync(files.path('taken'))).toEqual(['mine'])
  })
})

test('what cannot be written makes the run red, though the command was content', async () => {
  const spoiling = `${app}
    const { mkdirSync } = await import('node:fs')
    mkdirSync(${JSON.stringify(join(files.path('spoiled'), 'mine'))}, { recursive: true })`
  const { code, stderr } = await record('spoiled', ['ok'], [], spoiling)
  expect(stderr).toContain('holds no recording but mine')
  expect(code).toBe(1)
})
