// The contract between a phone line (phone-line.ts: clock, caller's frames, playout, socket) and a platform's dialect (twilio/, audiocodes/,
// telnyx/, vonage/). A dialect knows messages and their order, and no clock, socket or sound of its own. Its row is in platforms.ts.

import type { DialOptions, PhoneEndedBy, PhoneFinding, PhonePlatform } from '../api/phone.ts'

/** How sound is coded on the socket: 20 ms are 160 bytes of mu-law or A-law, or `rateHz / 50` samples of 16 bit. */
export interface PhoneFormat {
  readonly encoding: 'mulaw' | 'alaw' | 'pcm16'
  readonly rateHz: 8000 | 16_000 | 24_000
}

/** A request of the platform to the app's server: a webhook, a callback. */
export interface PlatformRequest {
  readonly method?: 'GET' | 'POST'
  /** Whole URL, as the platform knows it. */
  readonly url: URL
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

export interface PlatformAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

export interface SendOptions {
  /** Ms on the network. What is sent later does not overtake it, but where it `mayOvertake`. */
  readonly delayMs?: number
  readonly mayOvertake?: boolean
  /** The caller's sound: left out of the timeline. */
  readonly isSound?: boolean
}

/** What the line does for a dialect. There before the socket is: the caller may hear something first. */
export interface PlatformLine {
  /** What `phone.dial` was called with. */
  readonly options: DialOptions
  /** The app's server as the platform knows it, `https://…`: paths of the options count from here. */
  readonly publicUrl: URL
  /** Ms since the call began. */
  readonly nowMs: () => number
  /** Unix ms of the test's clock. */
  readonly unixMs: () => number
  /** Random hex digits, seeded: for ids. */
  readonly hex: (length: number) => string
  /** Tells the id of the call as soon as it is known: what happens from then on is told under it. Not needed where `place` takes no time. */
  identify(callId: string): void
  /** Lets the REST interface find a call before `place` has given it: the app may have to ask for the stream. */
  introduce(peer: PlatformPeer): void
  /** To the app's socket: text frames (an object as JSON), or binary ones. Dropped while no socket is open. */
  send(message: object | Uint8Array, options?: SendOptions): void
  /** Tells the timeline what the app sent, before the dialect acts on it. Not for sound. */
  received(what: string, message: unknown): void
  /** Tells the timeline what happened on the line. */
  note(by: 'platform' | 'app' | 'caller', what: string, message?: unknown): void
  /** Closes the app's socket; 1006 drops it. */
  close(code: number, reason: string): void
  /** Opens another socket to the app (a resumed session): `opened` is called again, or `closed` with 1006. */
  reconnect(dial: PlatformDial): void
  /**
   * Bytes of the app, to be played behind all that waits. `group`: what belongs together (a play stream, an answer). False where ten
   * minutes wait already: they are discarded.
   */
  play(bytes: Uint8Array, format: PhoneFormat, group?: string): boolean
  /** Words that the platform itself says to the caller (a `<Say>`); resolves when they were played, or cleared. */
  say(text: string, voice?: string): Promise<void>
  /** Ms of sound that wait to be played. */
  queuedMs(): number
  /** Calls back when all that was queued before has been played, or was cleared; at once where nothing waits. */
  mark(onReached: (how: 'played' | 'cleared' | 'empty') => void): void
  /** Drops what waits to be played; its marks are reached as 'cleared', in order. */
  clear(): void
  /**
   * Calls back after so many ms of the clock; gives the way to cancel. `isTimeout`: for what may never come, as the end of somebody's
   * patience. It does not pull time: it comes on the way, or while the test waits for something.
   */
  after(ms: number, work: () => void, options?: { readonly isTimeout?: boolean }): () => void
  /** Notes what the app did wrong. Each `code` of a `once` finding is told once per call. */
  finding(finding: Omit<PhoneFinding, 'atMs'>, options?: { once?: boolean }): void
  /** A request to the app's server. Rejects where nobody answers. */
  request(request: PlatformRequest): Promise<PlatformAnswer>
  /** The app has taken the call: `phone.dial` resolves. Before, `ended` makes it reject with the reason. */
  answered(): void
  /** The call is over; further ends are ignored. Closes the socket where it is open still. */
  ended(by: PhoneEndedBy, reason: string): void
}

/** A platform at its end of one stream. */
export interface PlatformPeer {
  readonly platform: PhonePlatform
  /** The platform's id of the call. */
  readonly callId: string
  /** Format of the caller's sound; may be known only after the app has accepted (AudioCodes). */
  readonly inputFormat: PhoneFormat
  /** Socket is open. */
  opened(): void
  /** A message of the app. Whatever it is, the call goes on: what is wrong becomes a finding. */
  message(data: string | Uint8Array): void
  /** 20 ms of the caller in `inputFormat`. `lost`: the network swallowed it; `delayMs`: to be given on to `line.send`. */
  frame(bytes: Uint8Array, options: { readonly lost: boolean; readonly delayMs: number }): void
  key(digit: string): void
  /** The caller hangs up: says so to the app, closes, and calls `line.ended('caller', …)`. */
  hangUp(): void
  /** The line dies without a word. Without this the call is over; with it the platform may come back. */
  dropped?(resumeAfterMs: number | undefined): void
  /** The app did not take the socket: an HTTP status, or none where nobody answers. Without this the call is over. */
  refused?(reason: string, status: number | undefined): void
  /** The app's socket has closed, also after `line.close`; not told once the call is over. Calls `line.ended` where it is over with that. */
  closed(code: number, reason: string): void
}

/** What is sent with the upgrade. */
export interface PlatformDial {
  /** As the platform knows it: `wss://…`. Its host is that of the request; the socket goes to the app that was dialled. */
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly protocols?: readonly string[]
}

/** A call that is ready to be connected. */
export interface PlacedCall {
  readonly dial: PlatformDial
  readonly peer: PlatformPeer
}

/** One platform: a row of platforms.ts. */
export interface Platform {
  readonly name: PhonePlatform
  /** Checks the options, asks the app's webhook where there is one. Throws RTK_CALL for what cannot be dialled. */
  place(line: PlatformLine): PlacedCall | Promise<PlacedCall>
  /** Its REST interface, answered in this process while calls of it are simulated. */
  readonly rest?: PlatformRest
}

export interface PlatformRest {
  /** `api.twilio.com` */
  readonly host: string
  /** Whether this request is answered here; others go where they went before. */
  takes(url: URL): boolean
  /** Answers a request of the app; `calls` are those of its test, also those that are over. */
  answer(request: RestRequest, calls: readonly PlatformPeer[]): PlatformAnswer
}

export interface RestRequest {
  readonly method: string
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}
