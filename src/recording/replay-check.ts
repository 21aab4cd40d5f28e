// Whether a recording can be replayed: hands may have edited it, and services may have sent half of an event. What the kit follows
// in an answer must be there; everything else is sent as it stands.

import { RealtimeKitError } from '../errors.ts'
import { isRecord } from '../protocol/json.ts'
import type { SessionScript } from './replay-script.ts'
import { at } from './replay-values.ts'

const isText = (value: unknown): boolean => typeof value === 'string'
const isNumber = (value: unknown): boolean => Number.isFinite(value)

const item = { 'item.id': isText, 'item.type': isText }
const delta = { delta: isText }

/** Fields by type of event. */
const needed: Readonly<Record<string, Readonly<Record<string, (value: unknown) => boolean>>>> = {
  'session.created': { session: isRecord },
  'session.updated': { session: isRecord },
  'response.created': { 'response.id': isText },
  'response.done': { 'response.id': isText, 'response.output': Array.isArray },
  'response.output_item.added': item,
  'response.output_item.done': item,
  'conversation.item.added': item,
  'conversation.item.done': item,
  'conversation.item.created': item,
  'conversation.item.retrieved': item,
  'conversation.item.input_audio_transcription.completed': { item_id: isText, transcript: isText },
  'input_audio_buffer.committed': { item_id: isText },
  'input_audio_buffer.speech_started': { item_id: isText, audio_start_ms: isNumber },
  'input_audio_buffer.speech_stopped': { audio_end_ms: isNumber },
  'response.output_audio.delta': delta,
  'response.output_audio_transcript.delta': delta,
  'response.output_text.delta': delta,
  'response.function_call_arguments.delta': delta,
  error: { error: isRecord },
}

const headerName = /^[a-z0-9-]+$/
const isHeaders = (value: unknown): boolean =>
  value === undefined ||
  (isRecord(value) && Object.entries(value).every(([header, text]) => headerName.test(header) && typeof text === 'string'))

/** @throws RealtimeKitError RTK_RECORDING for one that holds no events, or an answer that lacks what makes it one */
export function checkReplayable(name: string, scripts: readonly SessionScript[]): void {
  // A socket that was closed at once is a session too, and one that was refused.
  if (scripts.every(({ answers, steps, refusal }) => answers.length + steps.length === 0 && !refusal))
    throw notReplayable(name, 'it holds no event of its sessions')
  for (const { refusal } of scripts) {
    if (!refusal) continue
    const { status, headers } = refusal
    if (!Number.isInteger(status) || status < 200 || status > 599)
      throw notReplayable(name, `a socket was refused with HTTP ${status}, which is no status that an answer can have`)
    if (!isHeaders(headers)) throw notReplayable(name, `the headers of a refusal (HTTP ${status}) are no names with texts`)
  }
  for (const { answers } of scripts) {
    for (const { index, event } of answers) {
      const fields = event && Object.hasOwn(needed, event.type) ? needed[event.type] : undefined
      const wrong = Object.entries(fields ?? {}).find(([path, fits]) => !fits(at(event, path)))
      if (wrong) throw notReplayable(name, `its entry #${index}, ${event?.type}, has no ${wrong[0]} that could be used`)
    }
  }
}

function notReplayable(name: string, why: string): RealtimeKitError {
  return new RealtimeKitError(
    'RTK_RECORDING',
    `The recording '${name}' cannot be replayed: ${why}.\nMend it, take the entry out, or record it anew. Entries count from 0, below the header.`,
  )
}
