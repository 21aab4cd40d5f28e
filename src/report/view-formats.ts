// Which audio formats are in force along a timeline, per session: bytes become milliseconds and samples by them.

import type { WireAudioFormat } from '../../audio/types.ts'
import { isEvent, type TimelineEntry } from '../runtime/timeline.ts'
import { readNumber, readText } from './fields.ts'

interface Formats {
  readonly input: WireAudioFormat
  readonly output: WireAudioFormat
}

const pcm24k: WireAudioFormat = { type: 'audio/pcm', rate: 24_000 }

/** Fed the entries in order; answers for the present moment. */
export class FormatWalk {
  readonly #formats = new Map<string, Formats>()

  take(entry: TimelineEntry): void {
    if (!isEvent(entry) || entry.from !== 'service' || !entry.event.type.startsWith('session.')) return
    const input = formatAt(entry.event, 'session.audio.input.format')
    const output = formatAt(entry.event, 'session.audio.output.format')
    if (input || output) {
      const before = this.of(entry.sessionId)
      this.#formats.set(entry.sessionId, { input: input ?? before.input, output: output ?? input ?? before.output })
    }
  }

  of(sessionId: string): Formats {
    return this.#formats.get(sessionId) ?? { input: pcm24k, output: pcm24k }
  }
}

function formatAt(event: unknown, path: string): WireAudioFormat | undefined {
  const type = readText(event, `${path}.type`)
  if (type === 'audio/pcmu' || type === 'audio/pcma') return { type }
  return type === 'audio/pcm' ? { type, rate: readNumber(event, `${path}.rate`) ?? 24_000 } : undefined
}
