// Names, fields and literals of events are closed: a slip does not compile. Checked by `tsc -p test`; nothing here runs.

import type { ClientEvent, ClientEventOf } from '../../src/protocol/client-events.ts'
import type { ServerEvent, ServerEventOf } from '../../src/protocol/server-events.ts'

declare const server: ServerEvent
declare const client: ClientEvent
declare const done: ServerEventOf<'response.done'>
declare const update: ClientEventOf<'session.update'>

// @ts-expect-error beta name
export type Beta = ServerEventOf<'response.audio.delta'>
// @ts-expect-error a server event is none of the client's
export type Wrong = ClientEventOf<'response.done'>

// @ts-expect-error beta name in a comparison
export const isBeta = server.type === 'response.text.delta'
// @ts-expect-error wrong literal
export const isComplete = done.response.status === 'complete'
// @ts-expect-error typo in a field
export const typo = done.response.statu
// @ts-expect-error usage is null until the response is done
export const total: number = done.response.usage.total_tokens

export function narrowed(): unknown {
  if (server.type === 'error') {
    const code: string | null = server.error.code
    return code
  }
  if (server.type === 'response.content_part.added') {
    // @ts-expect-error parts are named `audio` and `text`
    return server.part.type === 'output_audio'
  }
  if (server.type === 'response.output_item.done' && server.item.type === 'function_call') return server.item.arguments.length
  if (client.type === 'input_audio_buffer.append') return client.audio
  if (update.session.type === 'realtime') {
    const detection = update.session.audio?.input?.turn_detection
    // @ts-expect-error wrong literal
    if (detection?.type === 'server') return detection
    if (detection?.type === 'semantic_vad') return detection.eagerness
  }
  return undefined
}
