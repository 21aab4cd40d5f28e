// Many sessions of one `serve` process, each with turn detection by silero-v6, in real time: does it keep up on two cores?
// The clients speak from this process. `cores` are what the server may use, where the machine can say so. Another number of
// sessions: SESSIONS=50 in the environment.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { availableParallelism, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Benchmark, Row, Size } from './benchmark.ts'
import type { LoopDelay } from './report-loop.ts'
import { benchFile, distFile } from './servers.ts'
import { stateRow } from './silero-state.ts'
import { type ClientFigures, SpeakingClient, speakTogether, type Track, tracksOf, turnEvents } from './speaking-clients.ts'
import { quantile, sum } from './stats.ts'

const cores = '0,1'
const silenceMs = 500
/** No whole number of appends: no two clients speak in step. */
const arrivalMs = 23.7
const reply = 'Thank you for calling. We are open from eight to six, and I can book a table for you today or tomorrow.'
const sentences = [
  'I would like a table for two, please.',
  'What is the weather in Paris today?',
  'My order number is four five six.',
  'Could you repeat that, please?',
  'Thank you very much for your help.',
]

export const sileroSessions: Benchmark = {
  name: 'silero-sessions',
  async run(size) {
    const tracks = await tracksOf(sentences.slice(0, size(sentences.length, 1)))
    const rows: Row[] = []
    const modalities = size(2, 1) === 2 ? ['text', 'audio'] : ['text']
    for (const modality of modalities) rows.push(...(await measure(tracks, modality, size)))
    return [...rows, await stateRow(size)]
  },
}

async function measure(tracks: readonly Track[], modality: string, size: Size): Promise<readonly Row[]> {
  const server = await startServer()
  try {
    const settings = { silenceMs, modality }
    const open = (index: number): Promise<SpeakingClient> =>
      SpeakingClient.open(server.url, tracks[index % tracks.length]!, settings)
    // What the first session loads and compiles is not the others'.
    const alone = await together([await open(0)])
    const before = { usage: server.usage(), rssBytes: server.rssBytes(), atMs: Date.now() }
    await server.loopDelay()
    const count = Number(process.env.SESSIONS ?? size(100, 2))
    const clients: SpeakingClient[] = []
    for (let index = 0; index < count; index++) clients.push(await open(index))
    const figures = await together(clients)
    const what = `${count} sessions with silero-v6, ${modality} answers`
    return [
      ...turnRows(what, figures, tracks[0]!.endsMs.length),
      lagRow(`${what}: end of sentence and silence to speech_stopped`, figures, alone, 'afterSpeechMs'),
      lagRow(`${what}: last sound to speech_stopped`, figures, alone, 'afterSoundMs'),
      growthRow(what, figures),
      loopRow(what, await server.loopDelay(), figures),
      ...loadRows(what, server, before, count),
    ]
  } finally {
    await server.stop()
  }
}

async function together(clients: readonly SpeakingClient[]): Promise<readonly ClientFigures[]> {
  await speakTogether(clients, arrivalMs)
  return Promise.all(clients.map((client) => client.end()))
}

function turnRows(what: string, figures: readonly ClientFigures[], turns: number): Row[] {
  const counts = figures.flatMap(({ events }) => turnEvents.map((type) => (events.get(type) ?? 0) - turns))
  const missed = -sum(counts.filter((count) => count < 0))
  const extra = sum(counts.filter((count) => count > 0))
  const measured = `${missed} missed, ${extra} extra, of ${figures.length * turns} turns with ${turnEvents.length} events each`
  return [{ what: `${what}: events of turns`, goal: '0 missed, 0 extra', measured, ok: missed === 0 && extra === 0 }]
}

function lagsOf(figures: readonly ClientFigures[], key: 'afterSpeechMs' | 'afterSoundMs', index?: number): number[] {
  return figures.flatMap(({ stops }) =>
    stops.filter((stop) => index === undefined || stop.index === index).map((stop) => stop[key]),
  )
}

function lagRow(
  what: string,
  figures: readonly ClientFigures[],
  alone: readonly ClientFigures[],
  key: 'afterSpeechMs' | 'afterSoundMs',
): Row {
  const lags = lagsOf(figures, key)
  const shares = [0.5, 0.95, 0.99].map((share) => `p${share * 100} ${Math.round(quantile(lags, share))}`)
  const measured = `${shares.join(', ')}, max ${Math.round(Math.max(...lags))} ms; alone ${Math.round(quantile(lagsOf(alone, key), 0.5))} ms`
  return { what, goal: '', measured }
}

/** Whoever does not keep up falls behind a little more with each turn. */
function growthRow(what: string, figures: readonly ClientFigures[]): Row {
  const last = Math.max(...figures.flatMap(({ stops }) => stops.map(({ index }) => index)))
  const [first, end] = [0, last].map((index) => quantile(lagsOf(figures, 'afterSoundMs', index), 0.95)) as [number, number]
  const measured = `p95 of the first turn ${Math.round(first)} ms, of the last ${Math.round(end)} ms`
  return { what: `${what}: lag over the run`, goal: 'grows by less than a frame (32 ms)', measured, ok: end - first < 32 }
}

function loopRow(what: string, { p50Ms, p99Ms, maxMs }: LoopDelay, figures: readonly ClientFigures[]): Row {
  const ours = Math.max(...figures.map(({ latestAppendMs }) => latestAppendMs))
  const measured = `p50 ${p50Ms.toFixed(1)}, p99 ${p99Ms.toFixed(1)}, max ${maxMs.toFixed(0)} ms; latest append of the clients ${ours.toFixed(0)} ms`
  return { what: `${what}: delay of the server's event loop`, goal: '', measured }
}

interface Usage {
  readonly cpuMs: number
  readonly waitedMs: number
}

function loadRows(
  what: string,
  server: ServerProcess,
  before: { usage: Usage | undefined; rssBytes: number | undefined; atMs: number },
  count: number,
): Row[] {
  const usage = server.usage()
  const rssBytes = server.rssBytes()
  if (!usage || !before.usage || rssBytes === undefined || before.rssBytes === undefined) return []
  const cpuMs = usage.cpuMs - before.usage.cpuMs
  const share = (cpuMs * 100) / (Date.now() - before.atMs)
  const waited = `its main thread waited ${((usage.waitedMs - before.usage.waitedMs) / 1000).toFixed(1)} s for one`
  const where = server.isPinned ? `on cores ${cores} of ${availableParallelism()}` : 'on any core: no taskset here'
  const load = `${share.toFixed(0)} % of a core (${(cpuMs / 1000).toFixed(1)} s), ${where}; ${waited}, load average ${loadavg()[0]?.toFixed(1)}`
  const megabytes = (rssBytes - before.rssBytes) / 1e6
  const memory = `${megabytes.toFixed(0)} MB, ${(megabytes / count).toFixed(2)} MB for each session`
  return [
    { what: `${what}: load of the server`, goal: '', measured: load },
    { what: `${what}: growth of the server's memory (RSS)`, goal: '', measured: memory },
  ]
}

interface ServerProcess {
  readonly url: string
  readonly isPinned: boolean
  /** Of all its threads, and what its main thread waited; undefined where the machine does not tell. */
  usage(): Usage | undefined
  rssBytes(): number | undefined
  /** Since it was asked before. */
  loopDelay(): Promise<LoopDelay>
  stop(): Promise<void>
}

async function startServer(): Promise<ServerProcess> {
  const folder = await mkdtemp(join(tmpdir(), 'vitest-realtime-sessions-'))
  const config = join(folder, 'config.json')
  await writeFile(config, JSON.stringify({ fallback: reply, vad: 'silero-v6', onWireError: 'ignore' }))
  const flags = ['--import', benchFile('report-loop.ts')]
  const command = [process.execPath, ...flags, distFile('src/cli/main.js'), 'serve', '--json', '--config', config]
  const isPinned = spawnSync('taskset', ['-V']).status === 0
  const [program = '', ...rest] = isPinned ? ['taskset', '-c', cores, ...command] : command
  const child = spawn(program, rest, { stdio: ['ignore', 'pipe', 'inherit', 'ipc'], env: { ...process.env, LOG_LEVEL: 'error' } })
  const { url, pid } = JSON.parse(await firstLine(child)) as { url: string; pid: number }
  return {
    url,
    isPinned,
    usage: () => usageOf(pid),
    rssBytes: () => rssOf(pid),
    loopDelay: () =>
      new Promise((resolve) => {
        child.once('message', (delay) => resolve(delay as LoopDelay))
        child.send('loop')
      }),
    stop: async () => {
      const ended = new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGTERM')
      await ended
      await rm(folder, { recursive: true })
    },
  }
}

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    createInterface(child.stdout!).once('line', resolve)
    child.once('exit', (code) => reject(new Error(`The server ended with ${code} before it was ready.`)))
  })
}

function usageOf(pid: number): Usage | undefined {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
    const waitedMs = Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[1]) / 1e6
    return { cpuMs: (Number(fields[11]) + Number(fields[12])) * 10, waitedMs }
  } catch {
    return undefined
  }
}

function rssOf(pid: number): number | undefined {
  try {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024
  } catch {
    return undefined
  }
}
