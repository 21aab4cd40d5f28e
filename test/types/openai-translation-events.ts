// Our types of translation events, and of the bodies of client secrets, against those of the openai package: as openai-events.ts does
// it. Checked by `tsc -p test`; nothing here runs.

import type { ClientSecretCreateParams, ClientSecretCreateResponse } from 'openai/resources/realtime/client-secrets'
import type { RealtimeTranslationClientEvent, RealtimeTranslationServerEvent } from 'openai/resources/realtime/realtime'
import type { TranslationClientEventType, TranslationServerEventType } from '../../src/protocol/event-types.ts'
import type { SessionUpdate } from '../../src/protocol/session-config.ts'
import type { TranslationClientEventOf, TranslationServerEventOf } from '../../src/protocol/translation-events.ts'
import type { ClientSecret } from '../../src/runtime/client-secrets.ts'
import type { ClientNarrowings, ServerWidenings } from './openai-events.ts'
import type { Apply, Nothing, Row } from './widenings.ts'

type SdkServer<Type> = Extract<RealtimeTranslationServerEvent, { type: Type }>
type SdkClient<Type> = Extract<RealtimeTranslationClientEvent, { type: Type }>

type ServerMisfits<Rows extends readonly Row[]> = {
  [T in TranslationServerEventType]: TranslationServerEventOf<T> extends Apply<SdkServer<T>, T, Rows> ? never : T
}[TranslationServerEventType]
type ClientMisfits<Rows extends readonly Row[]> = {
  [T in TranslationClientEventType]: TranslationClientEventOf<T> extends Apply<SdkClient<T>, T, Rows> ? never : T
}[TranslationClientEventType]
type SdkMisfits<Rows extends readonly Row[]> = {
  [T in TranslationClientEventType]: Apply<SdkClient<T>, T, Rows> extends TranslationClientEventOf<T> ? never : T
}[TranslationClientEventType]

/** No difference has a name yet: there is none. */
export type ServerEventsFit = Nothing<ServerMisfits<[]>>
export type ClientEventsFit = Nothing<ClientMisfits<[]>>
export type SdkClientEventsFit = Nothing<SdkMisfits<[]>>

/** Both know the same names. */
export type NamesOfServerEvents = Nothing<
  | Exclude<RealtimeTranslationServerEvent['type'], TranslationServerEventType>
  | Exclude<TranslationServerEventType, RealtimeTranslationServerEvent['type']>
>
export type NamesOfClientEvents = Nothing<
  | Exclude<RealtimeTranslationClientEvent['type'], TranslationClientEventType>
  | Exclude<TranslationClientEventType, RealtimeTranslationClientEvent['type']>
>

// @ts-expect-error the check can fail
export type Sharp = Nothing<{ event_id: number; type: 'session.closed' } extends SdkServer<'session.closed'> ? never : 'misfit'>

// ---- the bodies of client secrets: their sessions differ as those of the events do, and in what is named here

export type SecretWidenings = [
  ...ServerWidenings,
  { of: 'session.created'; at: 'session.audio.output.voice'; adds: { id: string }; because: 'a custom voice, as in the request' },
]
export type SecretNarrowings = [...ClientNarrowings]

type SdkReply = Apply<ClientSecretCreateResponse, 'session.created', SecretWidenings>
export type SecretFits = Nothing<ClientSecret extends SdkReply ? never : 'the reply does not fit'>

type SdkRequest = Apply<{ session: NonNullable<ClientSecretCreateParams['session']> }, 'session.update', SecretNarrowings>
export type SdkRequestFits = Nothing<SdkRequest extends { session: SessionUpdate } ? never : 'the request does not fit'>
