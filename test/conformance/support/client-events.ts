// Client events as the tests send them, short to write. Objects only: nothing is checked, so that wrong ones can be written too.

type Json = Record<string, unknown>

export const update = (session: Json, more: Json = {}): Json => ({
  type: 'session.update',
  session: { type: 'realtime', ...session },
  ...more,
})
export const updateInput = (input: Json): Json => update({ audio: { input } })
export const updateOutput = (output: Json): Json => update({ audio: { output } })

/** A user message. */
export const says = (text: string, item: Json = {}, more: Json = {}): Json => ({
  type: 'conversation.item.create',
  item: { type: 'message', role: 'user', content: [{ type: 'input_text', text }], ...item },
  ...more,
})
export const create = (item: Json, more: Json = {}): Json => ({ type: 'conversation.item.create', item, ...more })
export const callOutput = (call_id: string, output = 'ok'): Json => create({ type: 'function_call_output', call_id, output })

export const respond = (response?: Json, more: Json = {}): Json => ({
  type: 'response.create',
  ...(response && { response }),
  ...more,
})
export const cancel = (more: Json = {}): Json => ({ type: 'response.cancel', ...more })

export const append = (sound: Buffer | Int16Array): Json => ({ type: 'input_audio_buffer.append', audio: base64(sound) })
export const commit: Json = { type: 'input_audio_buffer.commit' }
export const clear: Json = { type: 'input_audio_buffer.clear' }

export const retrieve = (item_id: string): Json => ({ type: 'conversation.item.retrieve', item_id })
export const remove = (item_id: string): Json => ({ type: 'conversation.item.delete', item_id })
export const truncate = (item_id: string, audio_end_ms: unknown, more: Json = {}): Json => ({
  type: 'conversation.item.truncate',
  item_id,
  content_index: 0,
  audio_end_ms,
  ...more,
})

/** What the recognizer of service-options.ts makes of any sound; as a user's words it chooses the reply `tone`. */
export const heardWords = 'please play the tone'

/** Sound at 24,000 Hz that the detector of service-options.ts takes for speech. */
export const loud = (ms: number): Int16Array => new Int16Array(ms * 24).fill(9000)
export const quiet = (ms: number): Int16Array => new Int16Array(ms * 24)

/** Sound in pieces of `pieceMs`, one append each. */
export function* appends(sound: Int16Array, pieceMs = 32): Generator<Json> {
  for (let start = 0; start < sound.length; start += pieceMs * 24) yield append(sound.slice(start, start + pieceMs * 24))
}

function base64(sound: Buffer | Int16Array): string {
  return Buffer.from(sound.buffer, sound.byteOffset, sound.byteLength).toString('base64')
}
