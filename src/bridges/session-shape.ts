// The session that a bridge asks for: that of its options, with the formats of the telephone and the functions of the agent. Formats
// stay what they are whatever an update of the app says, for other ones would be noise on the line.

import { isRecord } from '../protocol/json.ts'
import type { PhoneFormat } from '../telephony/platform.ts'
import { modelFormatOf } from './sound-path.ts'

export interface SessionFrame {
  readonly inputFormat: PhoneFormat
  readonly outputFormat: PhoneFormat
  readonly tools: readonly Record<string, unknown>[]
  /** The caller's words are asked for, where the session says nothing of it. */
  readonly isTranscribed: boolean
  /** The caller's speech must not cancel a response for now. */
  readonly isProtected: boolean
  /** It was so at the start of the call. */
  readonly wasProtected: boolean
}

/** The `session` of `session.update`. */
export function sessionOf(wanted: Record<string, unknown>, frame: SessionFrame): Record<string, unknown> {
  const audio = part(wanted, 'audio')
  const input = part(audio, 'input')
  const tools = Array.isArray(wanted.tools) ? wanted.tools : []
  return {
    type: 'realtime',
    output_modalities: ['audio'],
    ...wanted,
    ...(tools.length + frame.tools.length > 0 ? { tools: [...tools, ...frame.tools] } : {}),
    audio: {
      ...audio,
      input: {
        ...(frame.isTranscribed ? { transcription: { model: 'gpt-4o-mini-transcribe' } } : {}),
        ...input,
        ...detectionNow(input.turn_detection, frame),
        format: modelFormatOf(frame.inputFormat),
      },
      output: { ...part(audio, 'output'), format: modelFormatOf(frame.outputFormat) },
    },
  }
}

/** What is not named stays as the service has it. */
function detectionNow(wanted: unknown, { isProtected, wasProtected }: SessionFrame): Record<string, unknown> {
  const isOff = wanted === null
  if (isOff || !(isProtected || wasProtected)) return {}
  const given = isRecord(wanted) ? wanted : {}
  // The service cannot answer a turn that ends while it speaks: it would be an error.
  const now = isProtected
    ? { interrupt_response: false, create_response: false }
    : { interrupt_response: given.interrupt_response ?? true, create_response: given.create_response ?? true }
  return { turn_detection: { type: 'server_vad', ...given, ...now } }
}

/** Fields of `patch` over those of `wanted`, objects joined. */
export function patched(wanted: Record<string, unknown>, patch: Record<string, unknown>): Record<string, unknown> {
  const joined = Object.entries(patch).map(([key, value]) => {
    const below = wanted[key]
    return [key, isRecord(value) && isRecord(below) ? patched(below, value) : value]
  })
  return { ...wanted, ...Object.fromEntries(joined) }
}

/** The shortest sound that the service takes as a turn. */
export const shortestTurnMs = 100

/** How a session ends turns. */
export interface Detection {
  readonly isOn: boolean
  /** The service cancels its response itself when the caller speaks. */
  readonly interrupts: boolean
  /** The service answers each turn by itself. */
  readonly answers: boolean
  /** Silence that ends a turn, and sound before it that belongs to it. */
  readonly silenceMs: number
  readonly paddingMs: number
}

/** Figures of the service where the session tells none. */
const usual = { silenceMs: 500, paddingMs: 300 }
export const noDetection: Detection = { isOn: false, interrupts: false, answers: false, ...usual }

/** How the session ends turns, as `session.updated` tells it. */
export function detectionOf(session: Record<string, unknown>): Detection {
  const detection = part(part(session, 'audio'), 'input').turn_detection
  if (!isRecord(detection)) return noDetection
  const { silence_duration_ms: silenceMs, prefix_padding_ms: paddingMs } = detection
  return {
    isOn: true,
    interrupts: detection.interrupt_response !== false,
    answers: detection.create_response !== false,
    silenceMs: typeof silenceMs === 'number' ? silenceMs : usual.silenceMs,
    paddingMs: typeof paddingMs === 'number' ? paddingMs : usual.paddingMs,
  }
}

export function part(whole: unknown, key: string): Record<string, unknown> {
  const value = isRecord(whole) ? whole[key] : undefined
  return isRecord(value) ? value : {}
}
