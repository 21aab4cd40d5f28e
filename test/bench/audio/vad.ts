// Bounds of speech that each VAD finds, against true ones: made speech at 24,000 Hz, and labelled recordings where given.

import { energyEngine } from '../../../audio/engines/energy.ts'
import { sileroEngine } from '../../../audio/engines/silero.ts'
import { speechSegments } from '../../../audio/segments.ts'
import type { SpeechFrame, VadEngine } from '../../../audio/types.ts'
import { createDetector, hearFrame } from '../../../src/session/turn-detection.ts'
import { corpus, framesOf } from '../../audio/support/vad-corpus.ts'
import { type BenchNoise, type LabelledStream, type Prompt, streamsOf } from './labelled.ts'
import { type AudioRow, at } from './row.ts'
import { type Found, held, madeSpeechGoals, telephoneGoals, type VadGoal } from './vad-goals.ts'

interface Counted extends Found {
  readonly startMs: number[]
  readonly endMs: number[]
  missed: number
  extra: number
  /** Of `extra`, those in babble: voices, though nobody's words. */
  extraInBabble: number
  /** Of `extra`, those at the beginning of a stream: a model that has heard nothing yet. */
  extraAtOpening: number
  merged: number
  spans: number
  audioMs: number
  cpuMs: number
}

const segmentation = { threshold: 0.5, offThreshold: 0.35, minSilenceMs: 500, minSpeechMs: 60 }
const engines = (): VadEngine[] => [sileroEngine('silero-v6'), sileroEngine('silero-v4'), energyEngine()]
const kinds: readonly BenchNoise[] = ['white', 'pink', 'babble']

/** Segments that begin this early come from the state that a model begins with. */
const openingMs = 500
const levels = ['clean', '20 dB', '10 dB', '5 dB'] as const

export async function madeSpeechRows(): Promise<AudioRow[]> {
  const rows: AudioRow[] = []
  for (const snrDb of [undefined, 20, 10]) {
    const streams = (await corpus(snrDb)).map((audio) => ({ audio, spans: [audio.speechSpan!] }))
    const name = snrDb === undefined ? 'clean' : `${snrDb} dB`
    for (const engine of engines()) {
      rows.push(row(`made speech, ${name}`, engine, await measure(engine, streams), madeSpeechGoals[engine.name]?.[name]))
    }
  }
  return rows
}

export async function recordingRows(prompts: readonly Prompt[]): Promise<AudioRow[]> {
  const rows: AudioRow[] = []
  for (const name of levels) {
    const streams = noisyStreams(prompts, name)
    for (const engine of engines()) {
      rows.push(row(`recordings, ${name}`, engine, await measure(engine, streams), telephoneGoals[engine.name]?.[name]))
    }
  }
  return rows
}

/**
 * Of sentences alone: single words that begin with a soft s or f are what any detector finds late, or noise covers. Then the same as a
 * session tells its turns: an onset of 60 ms without a break, and bounds on the grid of the frames.
 */
export async function sentenceRows(prompts: readonly Prompt[]): Promise<AudioRow[]> {
  const sentences = prompts.filter(({ text }) => text.split(/\s+/).length >= 3)
  const rows: AudioRow[] = []
  for (const name of levels) {
    const streams = noisyStreams(sentences, name)
    for (const engine of engines()) {
      rows.push(row(`sentences, ${name}`, engine, await measure(engine, streams), telephoneGoals[engine.name]?.[name]))
      rows.push(row(`sentences, ${name}, turns`, engine, await measure(engine, streams, turnsOf), undefined))
    }
  }
  return rows
}

function noisyStreams(prompts: readonly Prompt[], level: string): LabelledStream[] {
  const snrDb = Number.parseInt(level, 10)
  return Number.isNaN(snrDb) ? streamsOf(prompts) : kinds.flatMap((kind) => streamsOf(prompts, { kind, snrDb }))
}

type Segment = (frames: readonly SpeechFrame[], rateHz: number) => Spans

const segmentsOf: Segment = (frames, rateHz) => speechSegments(frames, rateHz, segmentation)

/** As a session's turn detection has them, without padding; a turn that is still going on at the end of the stream ends there. */
const turnsOf: Segment = (frames, rateHz) => {
  const { threshold, minSilenceMs: silenceMs, minSpeechMs } = segmentation
  let detector = createDetector({ threshold, silenceMs, minSpeechMs, prefixPaddingMs: 0 }, rateHz, 0)
  const turns: { startMs: number; endMs: number }[] = []
  const ms = (sample: number): number => (sample * 1000) / rateHz
  for (const frame of frames) {
    const heard = hearFrame(detector, frame)
    if (heard.decision?.type === 'started')
      turns.push({ startMs: ms(heard.decision.startSample), endMs: Number.POSITIVE_INFINITY })
    // The silence that proved the end began with the first frame of it.
    if (heard.decision?.type === 'stopped') turns.at(-1)!.endMs = ms(detector.silenceSample ?? heard.decision.endSample)
    detector = heard.detector
  }
  const last = turns.at(-1)
  if (last && last.endMs === Number.POSITIVE_INFINITY) last.endMs = ms(detector.silenceSample ?? detector.heardSample)
  return turns
}

async function measure(engine: VadEngine, streams: readonly LabelledStream[], segment = segmentsOf): Promise<Counted> {
  const found: Counted = {
    startMs: [],
    endMs: [],
    missed: 0,
    extra: 0,
    extraInBabble: 0,
    extraAtOpening: 0,
    merged: 0,
    spans: 0,
    audioMs: 0,
    cpuMs: 0,
  }
  for (const { audio, spans, noise } of streams) {
    const extraBefore = found.extra
    const before = process.cpuUsage()
    const frames = await framesOf(engine, audio)
    const { user, system } = process.cpuUsage(before)
    found.cpuMs += (user + system) / 1000
    found.audioMs += audio.durationMs
    found.spans += spans.length
    judge(found, segment(frames, audio.rateHz), spans)
    if (noise === 'babble') found.extraInBabble += found.extra - extraBefore
  }
  return found
}

type Spans = LabelledStream['spans']

function judge(found: Counted, segments: Spans, spans: Spans): void {
  const overlaps = (one: Spans[number], other: Spans[number]): boolean => one.startMs < other.endMs && one.endMs > other.startMs
  const extra = segments.filter((segment) => !spans.some((span) => overlaps(segment, span)))
  found.extra += extra.length
  found.extraAtOpening += extra.filter(({ startMs }) => startMs < openingMs).length
  for (const segment of segments) {
    const turns = spans.filter((span) => overlaps(segment, span)).length
    if (turns > 1) found.merged += turns
  }
  for (const span of spans) {
    const own = segments.filter((segment) => overlaps(segment, span))
    if (own.length === 0) found.missed++
    // Bounds inside of a merged segment are nobody's.
    else if (!own.some((segment) => spans.filter((other) => overlaps(segment, other)).length > 1)) {
      found.startMs.push(Math.abs(own[0]!.startMs - span.startMs))
      found.endMs.push(Math.abs(own.at(-1)!.endMs - span.endMs))
    }
  }
}

function row(what: string, engine: VadEngine, found: Counted, goal: VadGoal | undefined): AudioRow {
  const { goal: wanted, measured, ok } = held(found, goal)
  const speed = (found.cpuMs / found.audioMs).toFixed(4)
  const text = `${measured}${placesOf(found)}, RTF ${speed}`
  return { what: `${what}: ${engine.name}`, goal: wanted, measured: text, ...(ok === undefined ? {} : { ok }) }
}

function placesOf({ extra, extraInBabble, extraAtOpening }: Counted): string {
  return extra > 0 ? `, of the extra ${extraInBabble} in babble and ${extraAtOpening} as the stream opens` : ''
}

/** One engine, many streams: what one tick of 32 ms of all of them costs. And what one stream costs, alone, of its own time. */
export async function streamsRows(count: number): Promise<AudioRow[]> {
  const engine = sileroEngine('silero-v6')
  await engine.load()
  const [audio] = await corpus(20)
  const before = process.cpuUsage()
  await framesOf(engine, audio!)
  const { user, system } = process.cpuUsage(before)
  const realTimeFactor = (user + system) / 1000 / audio!.durationMs
  const streams = Array.from({ length: count }, () => engine.open(24_000))
  const tick = 768
  const times: number[] = []
  for (let position = 0; position + tick <= audio!.samples.length; position += tick) {
    const samples = audio!.samples.subarray(position, position + tick)
    const before = performance.now()
    await Promise.all(streams.map((stream) => stream.push(samples)))
    times.push(performance.now() - before)
  }
  const median = at(times, 0.5)
  return [
    {
      what: 'silero-v6, one stream',
      goal: 'RTF <= 0.008',
      measured: `RTF ${realTimeFactor.toFixed(4)}`,
      ok: realTimeFactor <= 0.008,
    },
    {
      what: `silero-v6, ${count} streams, one tick of 32 ms`,
      goal: '<= 20 ms',
      measured: `median ${median.toFixed(1)} ms, p95 ${at(times, 0.95).toFixed(1)} ms`,
      ok: median <= 20,
    },
  ]
}
