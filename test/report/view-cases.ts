// Timelines made by hand, for tests of what the viewer makes of them.

import { encodeBase64 } from '../../audio/base64.ts'
import { bytesFromSamples } from '../../audio/pcm.ts'
import type { ViewData } from '../../src/report/view-data.ts'
import { viewDataOf } from '../../src/report/view-model.ts'
import type { Note, TimelineEntry } from '../../src/runtime/timeline.ts'

export type Moment = readonly [atMs: number, from: 'app' | 'service' | Note, event?: Record<string, unknown>]

/** A timeline of one session, or of the session that an event names by `session_`. */
export function timeline(...moments: readonly Moment[]): TimelineEntry[] {
  return moments.map(([atMs, from, event], index) => {
    const base = { index, atMs, sessionId: String(event?.session_ ?? 'sess_1') }
    return (typeof from === 'string'
      ? { ...base, from, event }
      : { ...base, from: 'kit', note: from }) as unknown as TimelineEntry
  })
}

export const view = (...moments: readonly Moment[]): ViewData => viewDataOf([{ title: 'a', entries: timeline(...moments) }])

/** So many ms of a tone at half of full scale, PCM16 at 24 kHz. */
export const tone = (ms: number): string =>
  encodeBase64(bytesFromSamples(Int16Array.from({ length: ms * 24 }, (_, at) => 16_384 * Math.sin(at / 8))))
