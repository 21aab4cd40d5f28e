// Events of translation sessions: our types against those of the openai package, and the closed names of the public API.
// Checked by `tsc -p test`; nothing here runs.

import type { OpenAIRealtimeTranslationWS } from 'openai/realtime/translations/ws'
import type { RealtimeTranslationClientEvent, RealtimeTranslationServerEvent } from 'openai/resources/realtime/realtime'
import { type Caller, expect, type LocalRealtime } from 'vitest-realtime'
import type { TranslationClientEvent, TranslationServerEvent } from '../../src/protocol/translation-events.ts'

type Nothing<T extends never> = T
type Fits<One extends Other, Other> = One

/** What we send is what the SDK expects; what we take, the SDK can write. */
export type ServerEventsFit = Fits<TranslationServerEvent, RealtimeTranslationServerEvent>
export type ClientEventsFit = Fits<TranslationClientEvent, RealtimeTranslationClientEvent>

/** Both know the same names. */
export type ServerNames = Nothing<
  | Exclude<RealtimeTranslationServerEvent['type'], TranslationServerEvent['type']>
  | Exclude<TranslationServerEvent['type'], RealtimeTranslationServerEvent['type']>
>
export type ClientNames = Nothing<
  | Exclude<RealtimeTranslationClientEvent['type'], TranslationClientEvent['type']>
  | Exclude<TranslationClientEvent['type'], RealtimeTranslationClientEvent['type']>
>

declare const realtime: LocalRealtime
declare const caller: Caller
declare const client: OpenAIRealtimeTranslationWS

export async function written(): Promise<unknown> {
  caller.attach(client)
  expect(realtime).toHaveEmitted('session.closed')
  expect(realtime).toHaveReceived('session.input_audio_buffer.append', { audio: 'AAAA' })
  expect(realtime).toHaveEmitted('session.created', { session: { type: 'translation', audio: { output: { language: 'es' } } } })
  expect(realtime).toHaveEmittedSequence([
    'session.close',
    { type: 'session.output_audio.delta', format: 'pcm16' },
    'session.closed',
  ])
  // @ts-expect-error a slip in the name
  expect(realtime).toHaveEmitted('session.close')
  // @ts-expect-error the service sends it
  expect(realtime).toHaveReceived('session.closed')
  // @ts-expect-error wrong literal
  expect(realtime).toHaveEmitted('session.output_audio.delta', { format: 'pcm24' })
  realtime.fail({ delay: 'session.output_audio.delta', ms: 200 })
  realtime.for({ intent: 'translation' })
  const [created] = realtime.emitted('session.created')
  if (created?.session.type === 'translation') return created.session.audio.output.language
  const { delta, elapsed_ms: atMs } = await realtime.waitFor('session.output_transcript.delta')
  return [delta.length, atMs.toFixed()]
}
