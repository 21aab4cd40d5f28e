// Public types of simulated phone calls: a person on a telephone, a platform that dials the app's own server, and what it finds there.

import type { Server } from 'node:http'
import type { Pcm } from '../../audio/types.ts'
import type { Caller } from './caller.ts'
import type { AudioCodesOptions, TelnyxOptions, VonageOptions } from './phone-platforms.ts'

export type PhonePlatform = 'twilio' | 'audiocodes' | 'telnyx' | 'vonage'

/** How the network between platform and app behaves. Seeded: the same in every run. */
export interface PhoneNetwork {
  /** Share of the caller's frames that never arrive, 0 to 1. */
  loss?: number
  /** Each frame of the caller is late by up to so many ms; order is kept. */
  jitterMs?: number
  /** Ms that an echoed mark takes back to the app. Default 0. */
  markEchoMs?: number
  /** Ms by which the platform delays reading each message of the app. */
  slowReaderMs?: number
  /** Share of the caller's frames that overtake the one before. Only where the platform's order is not guaranteed (Telnyx). */
  reorder?: number
}

/** How `phone.dial` places a call. */
export interface DialOptions {
  /** Default 'twilio'. */
  platform?: PhonePlatform
  /** Path or URL of the app's voice webhook: POSTed first, its answer says which socket to dial. */
  voice?: string
  /** Path or URL of the app's socket, where there is no webhook. */
  stream?: string
  /**
   * Signs webhook and upgrade (Twilio), signs the bearer JWT (Vonage; a whole JWT is sent as it is), is the bearer token (AudioCodes), or
   * the `x-telnyx-streaming-auth-token`.
   */
  authToken?: string
  /** Number of the caller, E.164. Default '+15550100'. */
  from?: string
  /** Number that was dialled. Default '+15550199'. */
  to?: string
  /** `<Parameter>`s of the stream where no webhook gives them (Twilio), headers (Vonage), SIP headers (AudioCodes). */
  parameters?: Record<string, string>
  /** Path or URL that is told when the call is over (Twilio: the status callback of the number). */
  statusCallback?: string
  /** Makes each finding an error of the test. Default false. */
  strict?: boolean
  /**
   * The app's server as the platform knows it: host of the requests, and what signatures are made over. Default `https://app.test`
   * for a server object, and the host of a URL.
   */
  publicUrl?: string
  /** What the signature of the upgrade is made over instead of the URL that was dialled. */
  signUrl?: string
  /** 'wrong' signs with another token, 'missing' not at all: is the app's own check at work? Default 'valid'. */
  signature?: 'valid' | 'wrong' | 'missing'
  /** How the caller is: presets of voice, pace and noise. What is given beside it wins. */
  persona?: PhonePersona
  /** What only this platform has: offered formats, barge-in, keys, timers. */
  audiocodes?: AudioCodesOptions
  /** What only this platform has: codecs, streaming mode, webhooks. */
  telnyx?: TelnyxOptions
  /** What only this platform has: sampling rate, webhooks. */
  vonage?: VonageOptions
  /** How much of what the caller hears comes back with the caller's voice: a loudspeaker phone. */
  echo?: { delayMs: number; gainDb: number }
  /** Steady noise at the caller's end, in dBFS. */
  noiseDbfs?: number
  network?: PhoneNetwork
  /** Seeds ids, noise and network. Default: that of the test. */
  seed?: number
}

/** Callers as call centres know them. */
export type PhonePersona = 'typical' | 'frustrated' | 'elderly' | 'hurried'

/** Something that the app did and the platform does not like. Codes are those of the platform, where it has any. */
export interface PhoneFinding {
  readonly code: number
  readonly message: string
  readonly atMs: number
  readonly level: 'error' | 'warning'
  /** Field of the message, as `media.payload`. */
  readonly path?: string
}

/** One message on the app's socket, as it went over the wire. */
export interface PhoneMessage {
  readonly atMs: number
  readonly from: 'platform' | 'app'
  /** JSON messages as objects, binary ones as bytes. */
  readonly data: unknown
}

/** Figures of one call so far. Ms of the test's clock. */
export interface PhoneMetrics {
  /** The app's sound ran out inside of an answer. */
  readonly underruns: number
  readonly underrunMs: number
  /** Longest silence at both ends. */
  readonly longestDeadAirMs: number
  /** Share of the call in which the app, and the caller, spoke. */
  readonly agentTalkRatio: number
  readonly callerTalkRatio: number
  /** From the end of the caller's speech to the first sound heard, per turn. */
  readonly responseMs: readonly number[]
  /** From the start of an interruption to the app's `clear`, per interruption. */
  readonly clearMs: readonly number[]
  /** Bytes of the app that were never played. */
  readonly discardedBytes: number
}

/** Who ended a call. */
export type PhoneEndedBy = 'app' | 'caller' | 'platform'

/** How a call ended: `reason` in the words of the platform. */
export interface PhoneEnd {
  readonly by: PhoneEndedBy
  readonly reason: string
  readonly atMs: number
}

/** A call in progress: the caller speaks, hears what is really played, presses keys, hangs up. */
export interface PhoneCall extends Caller {
  /** The platform's id of the call (`CA…`, a UUID …). */
  readonly id: string
  readonly platform: PhonePlatform
  /** Keys 0-9, *, #, A-D, one after the other. */
  presses(keys: string): Promise<void>
  /** The caller hangs up: the platform says so to the app, and closes. */
  hangsUp(): Promise<void>
  /** The line dies without a word: no stop message, no close frame. `halfOpen`: the socket stays, and nothing passes any more. */
  drops(how?: { halfOpen?: boolean }): Promise<void>
  /**
   * The platform loses its connection to the app, and dials again after `resumeAfterMs`: by default as its options say, never where
   * `Infinity`. AudioCodes resumes the session then.
   *
   * @throws RealtimeKitError RTK_CALL on a platform that cannot resume a call: `drops` ends it there
   */
  losesConnection(options?: { resumeAfterMs?: number }): Promise<void>
  /** The caller's end is muted for so many ms: no frame arrives, and the platform's timestamps jump. */
  mutes(ms: number): Promise<void>
  /** The caller puts the app on hold for so many ms: it hears music. */
  holds(ms: number): Promise<void>
  /** Resolves when the call is over; `timeout` in virtual ms, 30,000 by default. */
  ended(options?: { timeout?: number }): Promise<PhoneEnd>
  /** Once it is over. */
  readonly end: PhoneEnd | undefined
  readonly isOpen: boolean
  readonly findings: readonly PhoneFinding[]
  readonly messages: readonly PhoneMessage[]
  readonly metrics: PhoneMetrics
  /** The call as a stereo WAV: the caller left, what the caller heard right. */
  readonly recording: { readonly caller: Pcm; readonly heard: Pcm; toWav(): Uint8Array }
}

export interface Phone {
  /**
   * Places a call to the app's own server, as a telephone platform would: an `http.Server` (no port needed), or a URL.
   *
   * @throws RealtimeKitError RTK_CALL when the app does not take the call: webhook, TwiML, upgrade
   * @example
   * const call = await phone.dial(server, { voice: '/incoming-call', authToken: 'secret' })
   * await call.hears(/welcome/i)
   * await call.hangsUp()
   */
  dial(app: Server | string | URL, options?: DialOptions): Promise<PhoneCall>
  /** Calls of this test, oldest first. */
  readonly calls: readonly PhoneCall[]
}
