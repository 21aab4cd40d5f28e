// What `expect` can do, as types with hover texts. One declaration that holds for Vitest 4.1 and 5: their `Matchers` interfaces
// have different type parameters, so it joins what both have: Chai.Assertion for the assertion, and the two interfaces
// behind asymmetric matchers. Waiting matchers are on the assertion only.

import type {} from 'vitest'
import type { Pcm } from '../audio/types.ts'
import type {
  ClientEventOf,
  ClientEventType,
  Matching,
  MatchRecordingOptions,
  PhoneEndedBy,
  SequenceItem,
  ServerEventOf,
  ServerEventType,
} from '../src/api.ts'
import type { WaitSettings } from './awaited-event.ts'
import type { InterruptionPoint } from './to-have-been-interrupted.ts'
import type { ConversationItem } from './to-have-conversation.ts'
import type { SpeechSpan } from './to-have-detected-speech.ts'
import type { ToSayOptions } from './to-say.ts'
import type { SoundLikeness } from './to-sound-like.ts'

export type { ConversationItem, InterruptionPoint, SoundLikeness, SpeechSpan, ToSayOptions, WaitSettings }

/** Matchers about the whole past of a `realtime`, a view, a session or a served response. `R` is what they return. */
export interface RealtimeMatchers<R> {
  /**
   * These events lie in this order within one session; other events may lie between them. Items are event types, partial events,
   * or predicates `(event, entry)`; events of the app and of the service are mixed as they come. Given a response, only its own
   * events count. `strict` lets nothing lie between but deltas, appends and rate limits.
   *
   * @example
   * expect(realtime).toHaveEmittedSequence(['response.created', { type: 'response.done', response: { status: 'completed' } }])
   * expect(session).toHaveEmittedSequence(['response.created', 'response.output_item.added'], { strict: true })
   * expect(realtime).not.toHaveEmittedSequence(['response.done', 'conversation.item.truncate'])
   */
  toHaveEmittedSequence(items: readonly SequenceItem[], options?: { readonly strict?: boolean }): R
  /**
   * The service has sent an event of this type; `matching` names some of its fields, at any depth (lists by their full length).
   * An `error` that is asserted so does not make the test red.
   *
   * @example
   * expect(realtime).toHaveEmitted('response.done', { response: { status: 'cancelled' } })
   * expect(realtime).toHaveEmitted('error', { error: { code: 'input_audio_buffer_commit_empty' } })
   * expect(realtime).not.toHaveEmitted('input_audio_buffer.speech_started')
   */
  toHaveEmitted<K extends ServerEventType>(type: K, matching?: Matching<ServerEventOf<K>>): R
  /**
   * The app has sent an event of this type; `matching` names some of its fields, at any depth.
   *
   * @example
   * expect(realtime).toHaveReceived('session.update', { session: { instructions: expect.stringContaining('support') } })
   * expect(realtime).not.toHaveReceived('response.cancel')
   */
  toHaveReceived<K extends ClientEventType>(type: K, matching?: Matching<ClientEventOf<K>>): R
  /**
   * The reply of this name was chosen: for this response, or for one of the responses.
   *
   * @example
   * expect(realtime.responses[0]).toSelectResponse('greeting')
   * expect(realtime).not.toSelectResponse('refund')
   */
  toSelectResponse(name: string): R
  /**
   * The model has said these words in one response, spoken or written. A string must be contained, a RegExp must match.
   *
   * @example
   * expect(realtime).toHaveSaid('One moment please.')
   * expect(realtime.responses[1]).not.toHaveSaid(/refund/i)
   */
  toHaveSaid(what: string | RegExp): R
  /**
   * The caller has heard these words: what was played to it, not what was sent. For the caller, or for `realtime`.
   *
   * @example
   * expect(caller).toHaveHeard(/^We are open/)
   * expect(caller).not.toHaveHeard('goodbye')
   */
  toHaveHeard(what: string | RegExp): R
  /**
   * The model has called this function, with at least these arguments.
   *
   * @example
   * expect(realtime).toHaveCalledFunction('book_table', { seats: 2 })
   * expect(realtime).not.toHaveCalledFunction('cancel_table')
   */
  toHaveCalledFunction(name: string, args?: object): R
  /**
   * The app has returned an output for a call of this function. JSON is parsed; an object needs at least these fields.
   *
   * @example
   * expect(realtime).toHaveReturnedFromFunction('find_order', { day: 'Monday' })
   * expect(realtime).not.toHaveReturnedFromFunction('find_order')
   */
  toHaveReturnedFromFunction(name: string, output?: unknown): R
  /**
   * The first sound or text of the response came within so many ms of the test's clock after what it answers: the true end of the
   * caller's speech, or the app's `response.create`. Of a session or more: of every response that said anything. Of a phone call: to
   * the first sound that the caller heard.
   *
   * @example
   * expect(realtime.responses[0]).toHaveRespondedWithin(800)
   * expect(realtime).not.toHaveRespondedWithin(100)
   */
  toHaveRespondedWithin(ms: number): R
  /**
   * Turn detection has reported a stretch of speech with these true bounds, in ms of the session's input audio: the padding and
   * the silence that the service adds are taken off. Default tolerance: 250 ms. Without bounds: any speech.
   *
   * @example
   * expect(realtime).toHaveDetectedSpeech({ startMs: 200, endMs: 1480, toleranceMs: 120 })
   * expect(realtime).not.toHaveDetectedSpeech()
   */
  toHaveDetectedSpeech(span?: SpeechSpan): R
  /**
   * The service has sent the app this transcript of what the caller said. Case, punctuation and the spelling of numbers do not
   * matter; `maxWer` is the share of words that may be wrong, 0 by default.
   *
   * @example
   * expect(realtime).toHaveTranscribed('What are your hours?', { maxWer: 0.2 })
   * expect(realtime).not.toHaveTranscribed('goodbye')
   */
  toHaveTranscribed(text: string, options?: { readonly maxWer?: number }): R
  /**
   * The response was cut short: by turn detection, by the app's cancel, or by a truncate after it was done. `afterMs`: how much
   * of it an attached caller had heard, within 100 ms by default.
   *
   * @example
   * expect(realtime.responses[0]).toHaveBeenInterrupted({ afterMs: 1500, toleranceMs: 200 })
   * expect(realtime).not.toHaveBeenInterrupted()
   */
  toHaveBeenInterrupted(at?: InterruptionPoint): R
  /**
   * The app told the service (`conversation.item.truncate`) where the attached caller stopped hearing the answer, within 120 ms
   * by default. Of a session or more: at each of its cuts, and at least one.
   *
   * @example
   * expect(realtime.responses[0]).toHaveTruncatedWhereHeard({ toleranceMs: 60 })
   * expect(realtime.responses[1]).not.toHaveTruncatedWhereHeard()
   */
  toHaveTruncatedWhereHeard(options?: { readonly toleranceMs?: number }): R
  /**
   * The conversation is these items and no others, outputs of functions left out. A string is the whole text, a RegExp matches in
   * it; what the caller said counts as its text even if the app asked for no transcript.
   *
   * @example
   * expect(realtime).toHaveConversation([{ role: 'user', text: /order/ }, { role: 'assistant', call: 'find_order' }])
   * expect(session).not.toHaveConversation([])
   */
  toHaveConversation(items: readonly ConversationItem[]): R
  /**
   * The service has sent no `error` and no response has failed; `response_cancel_not_active` is no error.
   *
   * @example
   * expect(realtime).toHaveNoErrors()
   * expect(realtime.sessions[0]).not.toHaveNoErrors()
   */
  toHaveNoErrors(): R
  /**
   * The sessions are as they were when their recording was written, in `__recordings__/<test name>/` (or this name, or the path of a
   * folder). The first run writes it, `vitest -u` writes it anew, CI only compares. By default the order of events, texts and
   * functions are compared.
   *
   * @example
   * expect(realtime).toMatchRecording()
   * expect(session).toMatchRecording('booking', { aspects: ['order', 'texts', 'timing'], toleranceMs: 20 })
   */
  toMatchRecording(name?: string, options?: MatchRecordingOptions): R
  toMatchRecording(options: MatchRecordingOptions): R
}

/** Matchers about a phone call: what `phone.dial()` gave. `toHaveHeard` takes one too. */
export interface PhoneMatchers<R> {
  /**
   * Each time that the caller spoke into the app's sound, that sound was dropped (`clear`), or was over, within so many ms of the
   * caller's first sound, and did not go on after that. The caller must have interrupted at least once.
   *
   * @example
   * expect(call).toHaveClearedWithin(200)
   * expect(call).not.toHaveClearedWithin(0)
   */
  toHaveClearedWithin(ms: number): R
  /**
   * The platform found nothing wrong with what the app did: its messages, its TwiML, its answers. Advice counts too.
   *
   * @example
   * expect(call).toHaveNoFindings()
   */
  toHaveNoFindings(): R
  /**
   * The call is over, and this side ended it: 'app', 'caller' or 'platform'. Without an argument: whoever did.
   *
   * @example
   * expect(call).toHaveHungUp('app')
   * expect(call).not.toHaveHungUp()
   */
  toHaveHungUp(by?: PhoneEndedBy): R
}

/** Matchers about a sound: `caller.heard.audio`, `speech()`, `pcm(samples, rateHz)`. */
export interface SoundMatchers<R> {
  /**
   * Some 20 ms of it are at least this loud: -50 dB below full scale by default.
   *
   * @example
   * expect(caller.heard.audio).toBeAudible()
   * expect(caller.heard.audio).not.toBeAudible({ minDbfs: -10 })
   */
  toBeAudible(options?: { readonly minDbfs?: number }): R
  /**
   * No 20 ms of it are louder than this: -60 dB below full scale by default.
   *
   * @example
   * expect(silence(100)).toBeSilent()
   * expect(caller.heard.audio).not.toBeSilent()
   */
  toBeSilent(options?: { readonly maxDbfs?: number }): R
  /**
   * It is that sound, wherever it begins in it (searched up to 500 ms) and however loud, unless the limits say otherwise.
   *
   * @example
   * expect(caller.heard.audio).toSoundLike(jingle)
   * expect(recorded).toSoundLike(sent, { maxLagMs: 40, minSnrDb: 15 })
   */
  toSoundLike(reference: Pcm, likeness?: SoundLikeness): R
}

/** Matchers that wait, in the time of the test's clock, from the session's cursor on. They must be awaited. */
export interface RealtimeWaits {
  /**
   * Waits until the service sends such an event; one that came since the last wait counts. Success moves the session's cursor
   * past it. With `.not` it waits until nothing is left to happen. `timeout`: virtual ms, 30,000 by default.
   *
   * @example
   * await expect(realtime).toEmit('response.done', { response: { status: 'completed' } })
   * await expect(realtime).not.toEmit('error')
   */
  toEmit<K extends ServerEventType>(type: K, matching?: Matching<ServerEventOf<K>>, options?: WaitSettings): Promise<void>
  /**
   * Waits until the app sends such an event; one that came since the last wait counts.
   *
   * @example
   * await expect(realtime).toReceive('response.cancel', {}, { timeout: 5_000 })
   * await expect(realtime).not.toReceive('response.create')
   */
  toReceive<K extends ClientEventType>(type: K, matching?: Matching<ClientEventOf<K>>, options?: WaitSettings): Promise<void>
  /**
   * Waits until these events have come in this order within one session. Items as in `toHaveEmittedSequence`.
   *
   * @example
   * await expect(realtime).toEmitSequence(['input_audio_buffer.committed', 'response.create', 'response.done'])
   * await expect(realtime).not.toEmitSequence(['response.created', 'error'])
   */
  toEmitSequence(items: readonly SequenceItem[], options?: WaitSettings): Promise<void>
}

/** Matchers about a sound that take real time. They must be awaited. */
export interface SoundWaits {
  /**
   * An engine hears these words in it, but for a share of wrong ones (`maxWer`, 0.15 by default; both texts are normalized first).
   *
   * @example
   * await expect(caller.heard.audio).toSay('We are open until ten.')
   * await expect(caller.heard.audio).not.toSay('Goodbye.', { maxWer: 0.5, engine: 'pocketsphinx' })
   */
  toSay(text: string, options?: ToSayOptions): Promise<void>
}

declare module 'vitest' {
  interface AsymmetricMatchersContaining extends RealtimeMatchers<any>, PhoneMatchers<any>, SoundMatchers<any> {}
  interface ExpectStatic extends RealtimeMatchers<any>, PhoneMatchers<any>, SoundMatchers<any> {}
}

declare global {
  namespace Chai {
    interface Assertion extends RealtimeMatchers<void>, PhoneMatchers<void>, SoundMatchers<void>, RealtimeWaits, SoundWaits {}
  }
}
