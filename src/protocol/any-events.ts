// Every event of every kind of session, for what carries events without caring whose they are: timeline, wire, matchers.
// Types only. Three names belong to both kinds (`session.update`, `session.created`, `session.updated`).

import type { ClientEvent } from './client-events.ts'
import type { ServerEvent } from './server-events.ts'
import type { TranslationClientEvent, TranslationServerEvent } from './translation-events.ts'

/** Whatever a client may send, in any session. */
export type AnyClientEvent = ClientEvent | TranslationClientEvent
/** Whatever the service may send, in any session. */
export type AnyServerEvent = ServerEvent | TranslationServerEvent
