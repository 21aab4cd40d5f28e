// Our event types against those of the openai package. Checked by `tsc -p test`; nothing here runs.
// Users mix both: an event of ours in a handler typed by the SDK, and the other way round. Every difference is in one of the
// lists below, with its reason. A difference outside of them does not compile, nor does a row that nothing needs.

import type { RealtimeClientEvent, RealtimeServerEvent } from 'openai/resources/realtime/realtime'
import type { ClientEventOf, ClientEventType } from '../../src/protocol/client-events.ts'
import type { ClientItem, ItemReference } from '../../src/protocol/items.ts'
import type { ServerEventOf, ServerEventType } from '../../src/protocol/server-events.ts'
import type { NoiseReduction, Tool, Tracing } from '../../src/protocol/session-config.ts'
import type { Prompt } from '../../src/protocol/session-fields.ts'
import type { Apply, Nothing, Row } from './widenings.ts'

type SdkServer<Type> = Extract<RealtimeServerEvent, { type: Type }>
type SdkClient<Type> = Extract<RealtimeClientEvent, { type: Type }>

type ServerMisfits<Rows extends readonly Row[]> = {
  [T in ServerEventType]: ServerEventOf<T> extends Apply<SdkServer<T>, T, Rows> ? never : T
}[ServerEventType]
type ClientMisfits<Rows extends readonly Row[]> = {
  [T in ClientEventType]: ClientEventOf<T> extends Apply<SdkClient<T>, T, Rows> ? never : T
}[ClientEventType]
type SdkMisfits<Rows extends readonly Row[]> = {
  [T in ClientEventType]: Apply<SdkClient<T>, T, Rows> extends ClientEventOf<T> ? never : T
}[ClientEventType]

/** Paths of the rows without which everything would still fit: there should be none. */
type Needless<
  Check extends 'server' | 'client' | 'sdk',
  Rest extends readonly Row[],
  Seen extends readonly Row[] = [],
> = Rest extends readonly [infer R extends Row, ...infer Others extends readonly Row[]]
  ?
      | ([Misfits<Check, [...Seen, ...Others]>] extends [never] ? `${R['of']}: ${R['at']}` : never)
      | Needless<Check, Others, [...Seen, R]>
  : never

type Misfits<Check, Rows extends readonly Row[]> = Check extends 'server'
  ? ServerMisfits<Rows>
  : Check extends 'client'
    ? ClientMisfits<Rows>
    : SdkMisfits<Rows>

type SessionEvents = 'session.created' | 'session.updated'
type ResponseEvents = 'response.created' | 'response.done'
type ItemEvents =
  | 'conversation.item.created'
  | 'conversation.item.added'
  | 'conversation.item.done'
  | 'conversation.item.retrieved'
  | 'response.output_item.added'
  | 'response.output_item.done'

type EchoedNull = 'the echo names what is off as null; the SDK reuses the type of the request'
type AnyRate = 'the service takes 24,000 and above; the SDK knows one literal'
type NullInResponse = 'the service sends null; the SDK has the key absent'

/** What the service sends and the SDK does not foresee. */
export type ServerWidenings = [
  { of: SessionEvents; at: 'session.include'; adds: null; because: EchoedNull },
  { of: SessionEvents; at: 'session.audio.input.transcription'; adds: null; because: EchoedNull },
  { of: SessionEvents; at: 'session.audio.input.transcription.language'; adds: null; because: EchoedNull },
  { of: SessionEvents; at: 'session.audio.input.transcription.prompt'; adds: null; because: EchoedNull },
  { of: SessionEvents; at: 'session.audio.input.noise_reduction'; adds: null; because: EchoedNull },
  { of: SessionEvents; at: 'session.audio.input.format.rate'; adds: number; because: AnyRate },
  { of: SessionEvents; at: 'session.audio.output.format.rate'; adds: number; because: AnyRate },
  {
    of: SessionEvents
    at: 'session.prompt.variables'
    adds: Prompt['variables'] & object
    because: 'files and images in variables are echoed as they came; the kit does not look into them'
  },
  { of: ResponseEvents; at: 'response.status_details'; adds: null; because: NullInResponse },
  { of: ResponseEvents; at: 'response.status_details.error.code'; adds: null; because: 'an error need not have a code' },
  { of: ResponseEvents; at: 'response.usage'; adds: null; because: NullInResponse },
  { of: ResponseEvents; at: 'response.conversation_id'; adds: null; because: NullInResponse },
  { of: ResponseEvents; at: 'response.audio.output.format.rate'; adds: number; because: AnyRate },
  { of: ResponseEvents; at: 'response.output.content.transcript'; adds: null; because: 'sound that is not transcribed' },
  { of: ItemEvents; at: 'item.content.transcript'; adds: null; because: 'sound that is not transcribed (yet)' },
  {
    of: 'conversation.item.input_audio_transcription.failed'
    at: 'error.code'
    adds: null
    because: 'null in the example of the specification itself'
  },
  {
    of: 'conversation.item.input_audio_transcription.failed'
    at: 'error.param'
    adds: null
    because: 'null in the example of the specification itself'
  },
]

/** What the service takes and the SDK does not foresee. */
export type ClientWidenings = [
  { of: 'session.update'; at: 'session.include'; adds: null; because: 'clients send back what was echoed' },
  { of: 'session.update'; at: 'session.audio.input.transcription'; adds: null; because: 'documented: null turns it off' },
  {
    of: 'session.update'
    at: 'session.audio.input.transcription.language'
    adds: null
    because: 'clients send back what was echoed'
  },
  {
    of: 'session.update'
    at: 'session.audio.input.transcription.prompt'
    adds: null
    because: 'clients send back what was echoed'
  },
  { of: 'session.update'; at: 'session.audio.input.noise_reduction'; adds: null; because: 'documented: null turns it off' },
  { of: 'session.update'; at: 'session.audio.input.format.rate'; adds: number; because: AnyRate },
  { of: 'session.update'; at: 'session.audio.output.format.rate'; adds: number; because: AnyRate },
  {
    of: 'session.update'
    at: 'session.prompt.variables'
    adds: Prompt['variables'] & object
    because: 'the kit does not look into them'
  },
  {
    of: 'response.create'
    at: 'response.prompt.variables'
    adds: Prompt['variables'] & object
    because: 'the kit does not look into them'
  },
  { of: 'response.create'; at: 'response.audio.output.format.rate'; adds: number; because: AnyRate },
  {
    of: 'response.create'
    at: 'response.input'
    adds: (ClientItem | ItemReference)[]
    because: 'the SDK has references, and approvals without an id, in another type than that of the event'
  },
  { of: 'conversation.item.create'; at: 'previous_item_id'; adds: null; because: 'the service takes null as the end' },
  { of: 'conversation.item.create'; at: 'item'; adds: ClientItem; because: 'the id of an approval may be left to the service' },
]

type Named = 'the service refuses what has no `type` or `name`; the SDK has them optional'

/** What the SDK lets a client write and the service refuses: there we are narrower. */
export type ClientNarrowings = [
  { of: 'session.update'; at: 'session.tools'; takes: Tool[]; because: Named },
  { of: 'session.update'; at: 'session.tracing'; takes: Tracing | null; because: 'metadata is an object' },
  { of: 'session.update'; at: 'session.prompt'; takes: Prompt | null; because: 'files in variables are plain objects' },
  { of: 'session.update'; at: 'session.audio.output.voice'; takes: 'alloy'; because: 'unknown voices are refused' },
  { of: 'session.update'; at: 'session.audio.input.noise_reduction'; takes: NoiseReduction; because: Named },
  {
    of: 'conversation.item.create'
    at: 'item'
    takes: ClientItem
    because: 'parts have a type, and MCP calls are not a client’s to make'
  },
  { of: 'response.create'; at: 'response.input'; takes: ClientItem[]; because: 'as for conversation.item.create' },
  { of: 'response.create'; at: 'response.tools'; takes: Tool[]; because: Named },
  { of: 'response.create'; at: 'response.prompt'; takes: Prompt | null; because: 'files in variables are plain objects' },
  { of: 'response.create'; at: 'response.conversation'; takes: 'auto' | 'none'; because: 'nothing else is defined' },
  { of: 'response.create'; at: 'response.audio.output.voice'; takes: 'alloy'; because: 'unknown voices are refused' },
]

/** Nothing is outside of the lists … */
export type ServerEventsFit = Nothing<ServerMisfits<ServerWidenings>>
export type ClientEventsFit = Nothing<ClientMisfits<ClientWidenings>>
export type SdkClientEventsFit = Nothing<SdkMisfits<ClientNarrowings>>

/** … and each row is needed. */
export type ServerRowsNeeded = Nothing<Needless<'server', ServerWidenings>>
export type ClientRowsNeeded = Nothing<Needless<'client', ClientWidenings>>
export type SdkRowsNeeded = Nothing<Needless<'sdk', ClientNarrowings>>

/** Both know the same names. */
export type NamesOfServerEvents = Nothing<
  Exclude<RealtimeServerEvent['type'], ServerEventType> | Exclude<ServerEventType, RealtimeServerEvent['type']>
>
export type NamesOfClientEvents = Nothing<
  Exclude<RealtimeClientEvent['type'], ClientEventType> | Exclude<ClientEventType, RealtimeClientEvent['type']>
>

/** A server event as the SDK types it, with the widenings. */
export type WidenedServerEvent = { [T in ServerEventType]: Apply<SdkServer<T>, T, ServerWidenings> }[ServerEventType]
