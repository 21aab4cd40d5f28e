// What the preload does to the process that it is in: nothing when it is off, and little when it is on.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { temporaryFiles } from '../cli/support/serve-process.ts'
import { banner, globalSocketApp, runApp } from './support/run-app.ts'

const projectRoot = fileURLToPath(new URL('../..', import.meta.url))

test.for([undefined, '', 'false', '0', 'No', 'OFF'])(
  'USE_LOCAL_REALTIME=%s: silent, no placeholder, hardly loaded',
  async (value) => {
    using files = temporaryFiles({
      'watch.mjs': `
      import { registerHooks } from 'node:module'
      globalThis.urls = []
      registerHooks({ load: (url, context, next) => (urls.push(url), next(url, context)) })`,
    })
    const { code, stdout, stderr } = await runApp(
      `console.log(JSON.stringify({ key: process.env.OPENAI_API_KEY, urls }))`,
      // Wrong values of the other variables are nobody's business then.
      {
        env: {
          USE_LOCAL_REALTIME: value,
          LOCAL_REALTIME_VAD_THRESHOLD: 'loud',
          NODE_OPTIONS: `--import ${files.path('watch.mjs')}`,
        },
      },
    )
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    const { key, urls } = JSON.parse(stdout) as { key?: string; urls: string[] }
    expect(key).toBeUndefined()
    expect(
      urls
        .map((url) => url.split('/dist/src/')[1])
        .filter(Boolean)
        .toSorted(),
    ).toEqual(['environment/read-environment.js', 'errors.js', 'register.js', 'responses/near-name.js'])
  },
)

test('off means off: the socket goes where it says', async () => {
  const { code, stdout } = await runApp(
    `const socket = new WebSocket('ws://127.0.0.1:9/v1/realtime')
    socket.onerror = () => console.log('nobody there')`,
    { env: { USE_LOCAL_REALTIME: 'no' } },
  )
  expect({ code, stdout }).toEqual({ code: 0, stdout: 'nobody there\n' })
})

test.for(['true', '1', 'YES', 'On'])('USE_LOCAL_REALTIME=%s is on; a key that is set stays', async (value) => {
  const { code, stdout, stderr } = await runApp('console.log(process.env.OPENAI_API_KEY)', {
    env: { USE_LOCAL_REALTIME: value, OPENAI_API_KEY: 'sk-mine' },
  })
  expect({ code, stdout }).toEqual({ code: 0, stdout: 'sk-mine\n' })
  expect(stderr).toMatch(banner)
})

test('a value that is neither on nor off ends the process before the app runs', async () => {
  const { code, stdout, stderr } = await runApp(`console.log('ran')`, { env: { USE_LOCAL_REALTIME: 'maybe' } })
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  expect(stderr).toBe(
    'vitest-realtime: [RTK_OPTION] USE_LOCAL_REALTIME must be true, 1, yes or on, or else false, 0, no or off, got "maybe".\n',
  )
})

test('it keeps no process alive, and leaves exit codes alone', async () => {
  expect(await runApp('')).toMatchObject({ code: 0 })
  expect(await runApp('process.exitCode = 7')).toMatchObject({ code: 7 })
  expect(await runApp(`throw new Error('mine')`)).toMatchObject({ code: 1, stderr: expect.stringContaining('Error: mine') })
  expect(await runApp(`${globalSocketApp('Hello')}\nprocess.on('exit', () => { process.exitCode = 9 })`)).toMatchObject({
    code: 9,
  })
})

test('a program that waits on an open session lives on, as on a real socket', async () => {
  const { code, stdout } = await runApp(`
    const socket = new WebSocket('wss://api.openai.com/v1/realtime?model=gpt-realtime', ['realtime', 'openai-insecure-api-key.x'])
    socket.onmessage = () => setTimeout(() => { console.log('still here'); socket.close() }, 200).unref()
    socket.onclose = ({ code }) => console.log('closed', code)`)
  expect({ code, stdout }).toEqual({ code: 0, stdout: 'still here\nclosed 1005\n' })
})

test('what the app left undone is told at the end, whatever the exit code', async () => {
  const { code, stderr } = await runApp(`
    const socket = new WebSocket('wss://api.openai.com/v1/realtime?model=gpt-realtime', ['realtime', 'openai-insecure-api-key.x'])
    const send = (event) => socket.send(JSON.stringify(event))
    socket.onopen = () => {
      send({ type: 'input_audio_buffer.append', audio: Buffer.alloc(4800).toString('base64') })
      send({ type: 'session.update', session: { type: 'realtime', audio: { input: { turn_detection: null } } } })
    }
    socket.onmessage = ({ data }) => { if (JSON.parse(data).type === 'session.updated') process.exit(4) }`)
  expect(code).toBe(4)
  expect(stderr.replace(banner, '')).toMatch(/^vitest-realtime: The app appended sound .* never committed any .*\(told once\)\n$/)
})

test('worker threads are served too, and say nothing of their own', async () => {
  const worker = `console.log('worker'); ${globalSocketApp('Thank you')}`
  const { code, stdout, stderr } = await runApp(
    `import { Worker } from 'node:worker_threads'
    ${globalSocketApp('Hello')}
    new Worker(${JSON.stringify(worker)}, { eval: true })`,
  )
  expect(code).toBe(0)
  expect(stdout).toMatch(/worker/)
  expect(stdout).toMatch(/^Hello!/m)
  expect(stdout).toMatch(/^With pleasure/m)
  expect(stderr.replace(banner, '')).toBe('')
})

test('child processes inherit it by NODE_OPTIONS', async () => {
  const { code, stdout } = await runApp(
    `import { execFileSync } from 'node:child_process'
    process.stdout.write(execFileSync(process.execPath, ['--eval', ${JSON.stringify(globalSocketApp('Hello'))}]))`,
    { env: { NODE_OPTIONS: '--import vitest-realtime/register' } },
  )
  expect(code).toBe(0)
  expect(stdout).toMatch(/^Hello!/)
})

test('--watch starts the app anew, with a service of its own', async () => {
  using files = temporaryFiles({ 'app.mjs': globalSocketApp('Hello') })
  const env = { ...process.env, USE_LOCAL_REALTIME: 'true', VITEST: undefined, OPENAI_API_KEY: undefined }
  const child = spawn(process.execPath, ['--watch', '--import', 'vitest-realtime/register', files.path('app.mjs')], {
    cwd: projectRoot,
    env,
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  let stdout = ''
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString()
  })
  const told = async (times: number): Promise<void> => {
    while (stdout.split(/^Completed running/m).length <= times) await once(child.stdout, 'data')
  }
  await told(1)
  appendFileSync(files.path('app.mjs'), '\n')
  await told(2)
  child.kill()
  expect(stdout.match(/^Hello!/gm)).toHaveLength(2)
})

test('other sockets and servers of the process are as without it; an app may open a service of the kit itself', async () => {
  const server = createServer((_request, response) => response.end('untouched')).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const { code, stdout } = await runApp(`
    import { createLocalRealtime } from 'vitest-realtime'
    console.log(await (await fetch('http://127.0.0.1:${port}/v1/realtime')).text())
    const realtime = createLocalRealtime({ timing: 'real', latency: 'instant', responses: { own: 'Of its own.' } })
    ${globalSocketApp('Hello')}
    await realtime.nextResponse()
    await realtime.close()
    ${globalSocketApp('Hello')}`)
  server.close()
  expect(code).toBe(0)
  expect(stdout).toMatch(/^untouched\nOf its own\.\nHello! /)
})

test('never loads Vitest', async () => {
  using files = temporaryFiles({
    'watch.mjs': `
      import { writeFileSync } from 'node:fs'
      import { registerHooks } from 'node:module'
      const urls = []
      registerHooks({ load: (url, context, next) => (urls.push(url), next(url, context)) })
      process.on('exit', () => writeFileSync(process.env.LOADED, urls.join('\\n')))`,
  })
  const { code } = await runApp(globalSocketApp('Hello'), {
    env: { LOADED: files.path('loaded.txt'), NODE_OPTIONS: `--import ${files.path('watch.mjs')}` },
  })
  expect(code).toBe(0)
  const loaded = readFileSync(files.path('loaded.txt'), 'utf8').split('\n')
  expect(loaded.some((url) => url.endsWith('/dist/src/register/start.js'))).toBe(true)
  expect(loaded.filter((url) => /\/node_modules\/(?:@vitest\/|vitest\/|vite\/|chai\/)/.test(url))).toEqual([])
})
