// What a caller hears of a bridge whose words nobody knows: levels and times. All ms count from the start of the call.

import type { PhoneCall } from '../../api/phone.ts'

const frameMs = 20
/** Above this a frame is sound: about -44 dBFS. */
const audibleRms = 200
const loud = 31_000

export function nowMs(call: PhoneCall): number {
  return call.recording.heard.durationMs
}

/** Frames of 20 ms that could be heard between two times. */
export function audibleMs(call: PhoneCall, fromMs = 0, toMs = Number.POSITIVE_INFINITY): number {
  return frames(call, fromMs, toMs).filter((frame) => rmsOf(frame) > audibleRms).length * frameMs
}

/** Share of the samples, where something is heard, that are as loud as can be: noise, or a wrong codec. */
export function overloadedShare(call: PhoneCall): number {
  const audible = frames(call, 0, Number.POSITIVE_INFINITY).filter((frame) => rmsOf(frame) > audibleRms)
  const count = audible.reduce((sum, frame) => sum + frame.length, 0)
  const over = audible.reduce((sum, frame) => sum + frame.filter((sample) => Math.abs(sample) > loud).length, 0)
  return count === 0 ? 0 : over / count
}

/** Holes in the sound: nothing at all for 6 to 60 ms, from one loud sample to the next. Speech has few of them, a starved line many. */
export function holes(call: PhoneCall): number {
  const { samples, rateHz } = call.recording.heard
  const perMs = rateHz / 1000
  let count = 0
  let lastLoud = Number.NEGATIVE_INFINITY
  let isEmpty = true
  for (const [index, sample] of samples.entries()) {
    const level = Math.abs(sample)
    if (level > audibleRms) {
      const gapMs = (index - lastLoud) / perMs
      if (isEmpty && gapMs >= 6 && gapMs <= 60) count++
      lastLoud = index
      isEmpty = true
    } else if (level > 8 && (index - lastLoud) / perMs > 2) isEmpty = false
  }
  return count
}

function frames(call: PhoneCall, fromMs: number, toMs: number): Int16Array[] {
  const { samples, rateHz } = call.recording.heard
  const size = (rateHz * frameMs) / 1000
  const from = Math.floor(fromMs / frameMs)
  const to = Math.min(Math.floor(samples.length / size), toMs / frameMs)
  return Array.from({ length: Math.max(0, Math.floor(to - from)) }, (_, index) =>
    samples.subarray((from + index) * size, (from + index + 1) * size),
  )
}

function rmsOf(samples: Int16Array): number {
  return Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length)
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms)
  })
}

/** Whether it becomes so in time. */
export async function within(ms: number, condition: () => boolean): Promise<boolean> {
  const endMs = Date.now() + ms
  while (!condition()) {
    if (Date.now() > endMs) return false
    await pause(50)
  }
  return true
}

/** Waits until something is heard after `fromMs`; undefined when nothing is. Gives ms since the start of the call. */
export async function hearsSound(call: PhoneCall, fromMs: number, patienceMs: number): Promise<number | undefined> {
  const isHeard = await within(patienceMs, () => !call.isOpen || audibleMs(call, fromMs) >= 60)
  if (!isHeard || audibleMs(call, fromMs) < 60) return undefined
  for (let at = fromMs; at < nowMs(call); at += frameMs) if (audibleMs(call, at, at + frameMs) > 0) return at
  return undefined
}

/** Waits until nothing was heard for so long. */
export async function hearsEnd(call: PhoneCall, quietMs = 1200, patienceMs = 60_000): Promise<boolean> {
  return within(patienceMs, () => !call.isOpen || (nowMs(call) > quietMs && audibleMs(call, nowMs(call) - quietMs) === 0))
}

/** Types of the app's messages, with their times. */
export function appMessages(
  call: PhoneCall,
): { readonly type: string; readonly atMs: number; readonly data: Record<string, unknown> }[] {
  return call.messages.flatMap(({ from, data, atMs }) => {
    if (from !== 'app' || typeof data !== 'object' || data === null) return []
    const fields = data as Record<string, unknown>
    return [{ type: String(fields.event ?? fields.type), atMs, data: fields }]
  })
}
