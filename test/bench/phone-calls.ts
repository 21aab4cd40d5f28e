// Many telephone calls at once through one bridge process, in real time: callers in this process, bridges and model in another one.
// `cores` of the table are what the other process may use, where the machine can say so.

import { spawn, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { speech } from 'vitest-realtime/audio'
import { pause, TwilioStream } from '../bridges/support/twilio-stream.ts'
import type { Benchmark, Row } from './benchmark.ts'
import { distFile } from './servers.ts'

const cores = '0,1'
const turns = 3
/** One call after the other, as they come in. */
const arrivalMs = 25
const warmUp = -1
const reply = 'Thank you for calling. We are open from eight to six, and I can book a table for you today or tomorrow.'

export const phoneCalls: Benchmark = {
  name: 'phone-calls',
  async run(size) {
    const count = size(50, 3)
    const server = await startBridge()
    try {
      const question = await speech('Hello, I would like to book a table')
      // What the first call loads and compiles is not the others'.
      await callOnce(server.url, warmUp, question)
      const calls = await Promise.all(Array.from({ length: count }, (_, index) => callOnce(server.url, index, question)))
      return [...rowsOf(calls, await statsOf(server.httpUrl), count), loadRow(count, server)]
    } finally {
      await server.stop()
    }
  },
}

interface CallFigures {
  readonly greetingMs: number
  readonly underruns: number
  readonly soundBytes: number
  readonly framesSent: number
}

async function callOnce(url: string, index: number, question: Awaited<ReturnType<typeof speech>>): Promise<CallFigures> {
  await pause(Math.max(0, index) * arrivalMs)
  const dialledAt = Date.now()
  const stream = await TwilioStream.open(url, { callSid: `CA${index}` })
  await soundOf(stream, 1)
  const greetingMs = Date.now() - dialledAt
  for (let turn = 1; turn < turns; turn++) {
    await heardAll(stream)
    await stream.says(question)
    await soundOf(stream, turn + 1)
  }
  await heardAll(stream)
  const figures = { greetingMs, underruns: underrunsOf(stream), soundBytes: stream.sound.length, framesSent: stream.framesSent }
  stream.hangsUp()
  await stream.ended
  return figures
}

/** Items that were begun: each has its marks. */
function itemsOf(stream: TwilioStream): Set<string> {
  return new Set(stream.of('mark').map(({ mark }) => String((mark as { name: string }).name.split(':')[0])))
}

async function soundOf(stream: TwilioStream, items: number): Promise<void> {
  for (let waited = 0; itemsOf(stream).size < items; waited += 5) {
    if (waited > 20_000) throw new Error(`No answer ${items} within 20 s.`)
    await pause(5)
  }
}

/** Three looks in a row, a second apart: on a busy machine an answer stalls, and is not over. */
async function heardAll(stream: TwilioStream): Promise<void> {
  let quiet = 0
  for (let length = -1; quiet < 3; length = stream.messages.length) {
    quiet = length === stream.messages.length && !stream.isPlaying ? quiet + 1 : 0
    await pause(1000)
  }
}

/** Times that the sound ran out between two marks of one item. */
function underrunsOf(stream: TwilioStream): number {
  let endMs = 0
  let isDry = false
  let item = ''
  let count = 0
  for (const { event, atMs, media, mark } of stream.messages) {
    if (event === 'media') {
      if (atMs > endMs + 1) isDry = true
      endMs = Math.max(atMs, endMs) + Buffer.from((media as { payload: string }).payload, 'base64').length / 8
    } else if (event === 'mark') {
      const [name = ''] = (mark as { name: string }).name.split(':')
      if (isDry && name === item) count++
      isDry = false
      item = name
    }
  }
  return count
}

interface Stats {
  readonly ended: readonly {
    callId: string
    metrics: { framesIn: number; droppedCallerBytes: number; discardedAgentBytes: number; responseMs: number[] }
  }[]
}

async function statsOf(httpUrl: string): Promise<Stats> {
  await pause(500)
  const { ended } = (await (await fetch(`${httpUrl}/stats`)).json()) as Stats
  return { ended: ended.filter(({ callId }) => callId !== `CA${warmUp}`) }
}

function rowsOf(calls: readonly CallFigures[], { ended }: Stats, count: number): Row[] {
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)
  const underruns = sum(calls.map((call) => call.underruns))
  const lostIn = sum(calls.map(({ framesSent }) => framesSent)) - sum(ended.map(({ metrics }) => metrics.framesIn))
  const longest = Math.max(...calls.map(({ soundBytes }) => soundBytes))
  const lostOut = sum(calls.map(({ soundBytes }) => Math.round((longest - soundBytes) / 160)))
  const greeting = calls.map(({ greetingMs }) => greetingMs)
  const answers = ended.flatMap(({ metrics }) => metrics.responseMs)
  const what = `${count} calls through one bridge`
  const ms = (values: readonly number[]): string => `p50 ${percentile(values, 0.5)} ms, p99 ${percentile(values, 0.99)} ms`
  return [
    { what: `${what}: underruns`, goal: '0', measured: String(underruns), ok: underruns === 0 },
    {
      what: `${what}: lost frames, in and out`,
      goal: '0',
      measured: `${lostIn} and ${lostOut}`,
      ok: lostIn === 0 && lostOut === 0,
    },
    { what: `${what}: dial to first sound`, goal: '', measured: ms(greeting) },
    { what: `${what}: end of speech to first sound`, goal: '', measured: ms(answers) },
  ]
}

/** Where the machine tells it: what the other process used of one core while it was up, and how long others kept it from one. */
function loadRow(count: number, { pid, startedAtMs }: { pid: number; startedAtMs: number }): Row {
  const what = `${count} calls through one bridge: load of its process, model included`
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
    const cpuMs = (Number(fields[11]) + Number(fields[12])) * 10
    const share = (cpuMs * 100) / (Date.now() - startedAtMs)
    const waitedMs = Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[1]) / 1e6
    const used = `${share.toFixed(0)} % of a core, ${(cpuMs / 1000).toFixed(1)} s`
    const waited = `waited ${(waitedMs / 1000).toFixed(1)} s for a core, load average ${loadavg()[0]?.toFixed(1)}`
    return { what, goal: '', measured: `${used}; ${waited}` }
  } catch {
    return { what, goal: '', measured: 'unknown' }
  }
}

function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN)
}

interface BridgeProcess {
  readonly url: string
  readonly httpUrl: string
  readonly pid: number
  readonly startedAtMs: number
  stop(): Promise<void>
}

async function startBridge(): Promise<BridgeProcess> {
  const folder = await mkdtemp(join(tmpdir(), 'vitest-realtime-calls-'))
  const config = join(folder, 'model.json')
  await writeFile(config, JSON.stringify({ fallback: reply, vad: 'energy', transcription: false, onWireError: 'ignore' }))
  const command = [process.execPath, distFile('src/cli/main.js'), 'bridge', '--json', '--insecure']
  const isPinned = spawnSync('taskset', ['-V']).status === 0
  const [program = '', ...rest] = isPinned ? ['taskset', '-c', cores, ...command] : command
  const child = spawn(program, rest, {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, USE_LOCAL_REALTIME: 'true', LOCAL_REALTIME_CONFIG: config, LOG_LEVEL: 'error' },
  })
  const line = await new Promise<string>((resolve, reject) => {
    createInterface(child.stdout).once('line', resolve)
    child.once('exit', (code) => reject(new Error(`The bridge ended with ${code} before it was ready.`)))
  })
  const { url, httpUrl, pid } = JSON.parse(line) as { url: string; httpUrl: string; pid: number }
  const stop = async (): Promise<void> => {
    const ended = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGTERM')
    await ended
    await rm(folder, { recursive: true })
  }
  return { url, httpUrl, stop, pid, startedAtMs: Date.now() }
}
