// How alike the sound of two recordings is: each item of the service with the one at its place, and what the app sent.

import { decodeBase64 } from '../../audio/base64.ts'
import { decodeWireAudio, wireRateHz } from '../../audio/formats.ts'
import { energyEnvelope, peakDbfs } from '../../audio/level.ts'
import { pcm } from '../../audio/pcm.ts'
import type { Pcm } from '../../audio/types.ts'
import type { EventEntry } from '../runtime/timeline.ts'
import type { CompareOptions, RecordingDifference } from './compare-recordings.ts'
import { type SoundFact, sounds } from './facts-of.ts'
import { likeness } from './likeness.ts'
import type { Recording } from './recording.ts'

/** Quieter than this nobody hears anything. */
const silentDbfs = -60

export function soundDifferences(
  recorded: Recording,
  actual: Recording,
  { old, now }: { old: readonly EventEntry[]; now: readonly EventEntry[] },
  { similarity = 0.95 }: CompareOptions,
): RecordingDifference[] {
  const [before, after] = [soundsOf(recorded, old), soundsOf(actual, now)]
  return Array.from({ length: Math.max(before.length, after.length) }, (_, place) => place).flatMap((place) => {
    const [one, other] = [before[place], after[place]]
    const hint = one && other ? difference(one, other, similarity) : one ? 'no sound any more' : 'no sound was recorded'
    if (hint === undefined) return []
    return [
      {
        ...{ aspect: 'audio' as const, what: (one ?? other)?.label ?? '', hint },
        ...(one && { recordedIndex: one.index, recorded: `${Math.round(pcmOf(one).durationMs)} ms` }),
        ...(other && { actualIndex: other.index, actual: `${Math.round(pcmOf(other).durationMs)} ms` }),
      },
    ]
  })
}

function soundsOf({ entries }: Recording, [first]: readonly EventEntry[]): SoundFact[] {
  return first ? sounds(entries, first.sessionId) : []
}

function pcmOf({ base64, format }: SoundFact): Pcm {
  const bytes = Buffer.concat(base64.map((piece) => decodeBase64(piece) ?? new Uint8Array()))
  return pcm(decodeWireAudio(new Uint8Array(bytes), format), wireRateHz(format))
}

/** What is different, in a few words; undefined when they are alike. */
function difference(one: SoundFact, other: SoundFact, similarity: number): string | undefined {
  if (one.base64.join('') === other.base64.join('')) return undefined
  const [before, after] = [pcmOf(one), pcmOf(other)]
  const [wasSilent, isSilent] = [before, after].map(({ samples }) => peakDbfs(samples) < silentDbfs)
  if (wasSilent && isSilent) return lengthDifference(before, after, similarity)
  if (wasSilent || isSilent) return wasSilent ? 'it was silent' : 'it is silent'
  const alike = alikeness(before, after)
  return alike >= similarity
    ? lengthDifference(before, after, similarity)
    : `similarity ${alike.toFixed(2)}, at least ${similarity} is asked for`
}

/** Outlines are compared in steps of 20 ms; a sound may come so many steps earlier or later. */
const stepMs = 20
const mostLagSteps = 5

/** Another voice may say the same. */
function alikeness(before: Pcm, after: Pcm): number {
  const [one, other] = [before, after].map(({ samples, rateHz }) =>
    Array.from(energyEnvelope(samples, rateHz, stepMs), (power) => Math.max(10 * Math.log10(power), silentDbfs)),
  ) as [number[], number[]]
  return likeness(one, other, mostLagSteps)
}

/** A sound that is cut off sounds the same as far as it goes. */
function lengthDifference(before: Pcm, after: Pcm, similarity: number): string | undefined {
  const longer = Math.max(before.durationMs, after.durationMs)
  const share = longer === 0 ? 1 : Math.min(before.durationMs, after.durationMs) / longer
  return share >= similarity
    ? undefined
    : `${Math.round(after.durationMs - before.durationMs)} ms longer`.replace(/^-(\d+) ms longer/, '$1 ms shorter')
}
