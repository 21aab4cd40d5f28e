// Which audio formats are in force at each entry of a recording: those that the session has, or that a response was given.

import type { WireAudioFormat } from '../../audio/types.ts'
import { isRecord } from '../protocol/json.ts'
import { isEvent, type TimelineEntry } from '../runtime/timeline.ts'

const pcm24k: WireAudioFormat = { type: 'audio/pcm', rate: 24_000 }

interface Formats {
  input: WireAudioFormat
  output: WireAudioFormat
}

/** Follows the entries of a recording in order. */
export class AudioInForce {
  readonly #sessions = new Map<string, Formats>()
  readonly #responses = new Map<string, WireAudioFormat>()

  follow(entry: TimelineEntry): void {
    if (!isEvent(entry) || entry.from !== 'service') return
    const { event } = entry
    if (event.type === 'session.created' || event.type === 'session.updated') this.#session(entry.sessionId, event)
    if (event.type === 'response.created') this.#response(event)
  }

  #session(sessionId: string, event: object): void {
    const session = field(event, 'session')
    const known = this.#sessions.get(sessionId) ?? { input: pcm24k, output: pcm24k }
    const audio = field(session, 'audio')
    this.#sessions.set(sessionId, {
      input: formatOf(field(field(audio, 'input'), 'format')) ?? formatOf(field(session, 'input_audio_format')) ?? known.input,
      output:
        formatOf(field(field(audio, 'output'), 'format')) ?? formatOf(field(session, 'output_audio_format')) ?? known.output,
    })
  }

  #response(event: object): void {
    const response = field(event, 'response')
    const id = field(response, 'id')
    const format = formatOf(field(field(field(response, 'audio'), 'output'), 'format'))
    if (typeof id === 'string' && format) this.#responses.set(id, format)
  }

  input(sessionId: string): WireAudioFormat {
    return this.#sessions.get(sessionId)?.input ?? pcm24k
  }

  output(sessionId: string, responseId?: unknown): WireAudioFormat {
    const own = typeof responseId === 'string' ? this.#responses.get(responseId) : undefined
    return own ?? this.#sessions.get(sessionId)?.output ?? pcm24k
  }
}

function field(value: unknown, name: string): unknown {
  return isRecord(value) ? value[name] : undefined
}

/** Also the names of the beta: `g711_ulaw`. */
function formatOf(format: unknown): WireAudioFormat | undefined {
  const type = isRecord(format) ? format.type : format
  if (type === 'audio/pcmu' || type === 'g711_ulaw') return { type: 'audio/pcmu' }
  if (type === 'audio/pcma' || type === 'g711_alaw') return { type: 'audio/pcma' }
  if (type === 'pcm16') return pcm24k
  if (type !== 'audio/pcm') return undefined
  const rate = field(format, 'rate')
  return { type, rate: typeof rate === 'number' && rate >= 1000 && rate <= 768_000 ? rate : 24_000 }
}
