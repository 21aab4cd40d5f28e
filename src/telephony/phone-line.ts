// A phone line between a simulated caller and the app's server: joins the caller's end, what the caller hears, the socket and the log for
// as long as the call lasts. What the messages look like is the dialect's business (platform.ts).

import { seededRandom } from '../../audio/noise.ts'
import type { Pcm, Recognition } from '../../audio/types.ts'
import type { DialOptions, PhoneEnd, PhoneEndedBy, PhoneFinding } from '../api/phone.ts'
import { RealtimeKitError } from '../errors.ts'
import type { Service } from '../runtime/service.ts'
import type { AppEnd } from './app-socket.ts'
import { CallLog } from './call-log.ts'
import { CallerEnd } from './caller-end.ts'
import { LinePlayback, type PlaybackListener } from './line-playback.ts'
import { LineSocket } from './line-socket.ts'
import { LineTimers } from './line-timers.ts'
import { notTaken, type Refusal, refusalText } from './not-taken.ts'
import type {
  PhoneFormat,
  PlacedCall,
  PlatformAnswer,
  PlatformDial,
  PlatformLine,
  PlatformPeer,
  PlatformRequest,
  SendOptions,
} from './platform.ts'
import type { MarkReached } from './playout.ts'
import type { SentSound } from './sent-sound.ts'

/** What the line tells the person who listens. */
export interface LineListener extends PlaybackListener {
  lineEnded(): void
}

export interface LineWorld {
  readonly service: Service
  readonly app: AppEnd
  readonly sent: SentSound
  readonly recognize: ((sound: Pcm) => Promise<Recognition>) | undefined
  /** The session that the call leads to, as far as that is known. */
  readonly sessionId: () => string | undefined
  /** The REST interface may name this call from now on. */
  readonly introduce: (peer: PlatformPeer) => void
  /** A frame of the caller is on its way. */
  readonly onFrame: (bytes: Uint8Array) => void
  readonly isListening: () => boolean
  readonly detectsTurns: () => boolean
}

const mulaw: PhoneFormat = { encoding: 'mulaw', rateHz: 8000 }

export class PhoneLine implements PlatformLine {
  readonly options: DialOptions
  readonly publicUrl: URL
  readonly log: CallLog
  readonly playback: LinePlayback
  readonly caller: CallerEnd
  listener: LineListener | undefined
  end: PhoneEnd | undefined
  readonly #world: LineWorld
  readonly #random: () => number
  readonly #socket: LineSocket
  readonly #timers: LineTimers
  readonly #ready = Promise.withResolvers<void>()
  readonly #over = Promise.withResolvers<PhoneEnd>()
  #peer: PlatformPeer | undefined
  #refusal: Refusal | undefined
  readonly #startedMs: number

  constructor(world: LineWorld, { options, publicUrl, seed }: { options: DialOptions; publicUrl: URL; seed: number }) {
    this.#world = world
    this.options = options
    this.publicUrl = publicUrl
    this.#random = seededRandom(seed)
    this.#startedMs = this.#clock.now()
    this.log = new CallLog(world.service, options.strict ?? false)
    this.#timers = new LineTimers(this.#clock)
    this.playback = this.#createPlayback(seed)
    this.caller = this.#createCaller(seed)
    this.#socket = this.#createSocket()
    // Whoever waits for the call is told; nobody may wait.
    this.#ready.promise.catch(() => {})
  }

  #createPlayback(seed: number): LinePlayback {
    const { sent, sessionId, recognize } = this.#world
    const world = {
      clock: this.#clock,
      sent,
      sessionId,
      recognize,
      listener: () => this.listener,
      isOver: () => this.end !== undefined,
      finding: (finding: Omit<PhoneFinding, 'atMs'>) => this.finding(finding),
    }
    return new LinePlayback(world, `sound_${seed}_`)
  }

  #createCaller(seed: number): CallerEnd {
    const { onFrame, isListening, detectsTurns } = this.#world
    return new CallerEnd({
      clock: this.#clock,
      options: this.options,
      seed,
      random: this.#random,
      heard: this.playback.playout.playback,
      note: (what) => this.note('caller', what),
      onFrame,
      isListening,
      detectsTurns,
    })
  }

  #createSocket(): LineSocket {
    const { service } = this.#world
    return new LineSocket(
      {
        clock: this.#clock,
        network: this.options.network ?? {},
        isBusy: () => this.caller.isBusy,
        run: (work) => service.run(work),
      },
      {
        open: () => this.#peer?.opened(),
        message: (data) => this.#message(data),
        // Whatever closes after the end of the call is nobody's doing.
        closed: (code, reason) => (this.end ? undefined : this.#peer?.closed(code, reason)),
        refused: (refusal) => this.#refused(refusal),
        failed: (error) => this.#failed(error),
      },
    )
  }

  get #clock(): Service['clock'] {
    return this.#world.service.clock
  }

  // ---- for the dialect

  readonly nowMs = (): number => this.#clock.now() - this.#startedMs
  readonly unixMs = (): number => this.#clock.epochMs + this.#clock.now()

  readonly hex = (length: number): string => Array.from({ length }, () => Math.floor(this.#random() * 16).toString(16)).join('')

  identify(callId: string): void {
    if (this.log.callId !== '') return
    this.log.callId = callId
    const { from = '+15550100', to = '+15550199', platform = 'twilio' } = this.options
    this.note('caller', `${from} phones ${to} over ${platform}`)
  }

  introduce(peer: PlatformPeer): void {
    this.#world.introduce(peer)
  }

  send(message: object | Uint8Array, options: SendOptions = {}): void {
    if (!this.#socket.isOpen) return
    this.log.sent(message, options)
    this.#socket.send(message instanceof Uint8Array ? message : JSON.stringify(message), options)
  }

  received(what: string, message: unknown): void {
    this.note('app', what, message)
  }

  note(by: 'platform' | 'app' | 'caller', what: string, message?: unknown): void {
    this.log.note(by, what, message)
  }

  close(code: number, reason: string): void {
    this.#socket.close(code, reason)
  }

  reconnect(dial: PlatformDial): void {
    if (this.end) return
    this.#socket.forget()
    this.#openSocket(dial)
  }

  play(bytes: Uint8Array, format: PhoneFormat, group?: string): boolean {
    return this.end === undefined && this.playback.play(bytes, format, group)
  }

  async say(text: string, voice?: string): Promise<void> {
    if (!this.end) await this.playback.say(text, voice)
  }

  queuedMs(): number {
    return this.playback.playout.queuedMs(this.#clock.now())
  }

  mark(onReached: (how: MarkReached) => void): void {
    const { markEchoMs = 0 } = this.options.network ?? {}
    const reached = markEchoMs === 0 ? onReached : (how: MarkReached) => void this.after(markEchoMs, () => onReached(how))
    this.playback.mark(reached)
  }

  clear(): void {
    this.playback.clear()
  }

  after(ms: number, work: () => void, options?: { readonly isTimeout?: boolean }): () => void {
    return this.#timers.after(ms, work, options)
  }

  finding(finding: Omit<PhoneFinding, 'atMs'>, options?: { once?: boolean }): void {
    this.log.finding(finding, options)
  }

  async request(request: PlatformRequest): Promise<PlatformAnswer> {
    const { url, method = 'POST' } = request
    this.note('platform', `${method} ${url.href}`)
    const answer = await this.#world.service.run(() => this.#world.app.request(request))
    this.note('app', `HTTP ${answer.status} to ${method} ${url.pathname}`, answer.body === '' ? undefined : answer.body)
    return answer
  }

  answered(): void {
    if (this.end || !this.#peer) return
    this.caller.open(this.#peer)
    this.#ready.resolve()
  }

  ended(by: PhoneEndedBy, reason: string): void {
    if (this.end) return
    this.end = { by, reason, atMs: this.#clock.now() }
    this.caller.stop()
    this.playback.cut()
    this.#timers.cancelAll()
    if (this.#socket.isOpen) this.#socket.close(1000, '')
    this.note(by, `ended by the ${by}: ${reason}`)
    const why = notTaken({ by, reason, findings: this.log.findings, refusal: this.#refusal })
    this.#ready.reject(new RealtimeKitError('RTK_CALL', why))
    this.#over.resolve(this.end)
    this.listener?.lineEnded()
  }

  // ---- for the call

  /** Resolves when the app has taken the call. */
  async connect({ dial, peer }: PlacedCall): Promise<void> {
    this.#peer = peer
    this.identify(peer.callId)
    this.#openSocket(dial)
    await this.#ready.promise
  }

  get over(): Promise<PhoneEnd> {
    return this.#over.promise
  }

  /** Format of the caller's sound. */
  get inputFormat(): PhoneFormat {
    return this.#peer?.inputFormat ?? mulaw
  }

  key(digit: string): void {
    this.note('caller', `pressed ${digit}`)
    this.#peer?.key(digit)
  }

  hangUp(): void {
    if (this.end) return
    this.note('caller', 'hung up')
    if (this.#peer) this.#peer.hangUp()
    else this.ended('caller', 'the caller hung up')
  }

  drop({ halfOpen = false }: { halfOpen?: boolean }): void {
    this.note('platform', halfOpen ? 'the line is dead: the socket stays open' : 'the line was dropped')
    if (halfOpen) {
      this.#socket.halfOpen()
      return
    }
    this.#socket.close(1006, '')
    this.ended('platform', 'the line was dropped')
  }

  get canResume(): boolean {
    return this.#peer?.dropped !== undefined
  }

  loseConnection(resumeAfterMs: number | undefined): void {
    this.note('platform', 'the connection was lost')
    this.#socket.close(1006, '')
    this.#peer?.dropped?.(resumeAfterMs)
  }

  /** Nothing of this line happens any more: its test is over. */
  shutDown(): void {
    this.hangUp()
    this.ended('caller', 'the test is over')
    this.#timers.cancelAll()
  }

  // ---- inside

  #openSocket(dial: PlatformDial): void {
    const { service, app } = this.#world
    const url = service.run(() => this.#socket.connect(app, dial))
    // It is ours, not one that the app opened in vain.
    service.tried.delete(url)
  }

  #message(data: string | Uint8Array): void {
    this.log.came(data)
    if (!this.end) this.#peer?.message(data)
  }

  #refused(refusal: Refusal): void {
    this.#refusal = refusal
    this.#fails(refusalText(refusal), refusal.status)
  }

  #failed(error: Error): void {
    if (!this.#socket.isOpen) this.#fails(`no socket came about: ${error.message}`, undefined)
  }

  #fails(reason: string, status: number | undefined): void {
    if (this.#peer?.refused) this.#peer.refused(reason, status)
    else this.ended('platform', reason)
  }
}
