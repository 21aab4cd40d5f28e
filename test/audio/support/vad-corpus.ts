// Sentences with true bounds, noise of fixed seeds, and the errors of a VAD on them: for the test and for the table.

import { withNoise } from '../../../audio/noise.ts'
import { speechSegments } from '../../../audio/segments.ts'
import { speech } from '../../../audio/speech.ts'
import type { Pcm, SpeechFrame, VadEngine } from '../../../audio/types.ts'

export const sentences = [
  'Hello there',
  'Yes',
  'No, thank you.',
  'I would like to book a table for two please.',
  'What is the weather in Paris tomorrow?',
  'Can you help me with my account?',
  'My order has not arrived yet.',
  'Please cancel the second one.',
  'How much does it cost?',
  'I am calling about the invoice from last month.',
  'Seven three nine, four four two.',
  'That is all, goodbye.',
  'Wait, that is wrong.',
  'Is there a vegetarian menu?',
  'Friday at half past six would be fine.',
  'Could you repeat that?',
  'I want to speak to a manager.',
  'The screen stays black when I switch it on.',
  'Where is the nearest station?',
  'Thanks for calling back so quickly.',
  'Stop.',
  'Maybe next week.',
  'Her flight was late, so she missed the train.',
  'Send it to my other address.',
  'Fish and chips for four, please.',
  'Who am I speaking with?',
]

export const voices = ['slt', 'rms', 'awb'] as const

export interface BoundErrors {
  readonly missed: number
  /** Segments beside the one that was spoken. */
  readonly extra: number
  readonly startMs: readonly number[]
  readonly endMs: readonly number[]
}

/** Each sentence in turn by another voice, at 24,000 Hz, at another place within a frame; `snrDb` undefined is clean. */
export async function corpus(snrDb: number | undefined): Promise<Pcm[]> {
  const clean = await Promise.all(
    sentences.map((text, index) => speech(text, { voice: voices[index % voices.length]!, leadMs: 600 + ((index * 37) % 160) })),
  )
  return snrDb === undefined ? clean : clean.map((audio, index) => withNoise(audio, { snrDb, seed: index + 1 }))
}

export async function framesOf(engine: VadEngine, audio: Pcm): Promise<readonly SpeechFrame[]> {
  await engine.load()
  return engine.open(audio.rateHz).push(audio.samples)
}

/** Absolute errors of the first segment's start and the last one's end within the true bounds, in ms. */
export async function boundErrors(engine: VadEngine, sounds: readonly Pcm[]): Promise<BoundErrors> {
  let [missed, extra] = [0, 0]
  const [startMs, endMs]: [number[], number[]] = [[], []]
  for (const audio of sounds) {
    const truth = audio.speechSpan!
    const segments = speechSegments(await framesOf(engine, audio), audio.rateHz)
    const found = segments.filter((segment) => segment.startMs < truth.endMs && segment.endMs > truth.startMs)
    extra += segments.length - found.length
    if (found.length === 0) missed++
    else {
      startMs.push(Math.abs(found[0]!.startMs - truth.startMs))
      endMs.push(Math.abs(found.at(-1)!.endMs - truth.endMs))
    }
  }
  return { missed, extra, startMs, endMs }
}

/** The value below which `part` of the values lie (nearest rank). */
export function percentile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((left, right) => left - right)
  return sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)] ?? Number.NaN
}
