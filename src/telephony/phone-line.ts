// A phone line between a simulated caller and the app's server: the caller's frames, the playout of the app's sound, the socket, the clock.
// What the messages look like is the dialect's business (platform.ts).

import { seededRandom } from '../../audio/noise.ts'
import type { Pcm, Recognition } from '../../audio/types.ts'
import type { DialOptions, PhoneEnd, PhoneEndedBy, PhoneFinding } from '../api/phone.ts'
import { RealtimeKitError } from '../errors.ts'
import type { ClockEntry } from '../runtime/clock/clock.ts'
import type { Service } from '../runtime/service.ts'
import type { AppEnd } from './app-socket.ts'
import { CallLog } from './call-log.ts'
import { CallerFrames } from './caller-frames.ts'
import { type Background, CallerTrack, steadyNoise } from './caller-track.ts'
import { LinePlayback, type PlaybackListener } from './line-playback.ts'
import { LineSocket } from './line-socket.ts'
import { notTaken, type Refusal } from './not-taken.ts'
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
  listener: LineListener | undefined
  end: PhoneEnd | undefined
  readonly #world: LineWorld
  readonly #seed: number
  readonly #random: () => number
  readonly #socket: LineSocket
  readonly #timers = new Set<ClockEntry>()
  readonly #ready = Promise.withResolvers<void>()
  readonly #over = Promise.withResolvers<PhoneEnd>()
  #peer: PlatformPeer | undefined
  #frames: CallerFrames | undefined
  /** Of the socket that was dialled last, and its refusal. */
  #path = ''
  #refusal: Refusal | undefined
  readonly #startedMs: number

  constructor(world: LineWorld, { options, publicUrl, seed }: { options: DialOptions; publicUrl: URL; seed: number }) {
    this.#world = world
    this.options = options
    this.publicUrl = publicUrl
    this.#seed = seed
    this.#random = seededRandom(seed)
    this.#startedMs = this.#clock.now()
    this.log = new CallLog(world.service, options.strict ?? false)
    const { sent, sessionId, recognize } = world
    const onMistake = (own: string, { encoding, rateHz }: PhoneFormat): void =>
      this.finding({
        ...{ code: 0, level: 'error' },
        message:
          `the app hands the model's ${own} on as ${encoding} at ${rateHz} Hz: the caller hears noise.` +
          ' Set audio.output.format of the session to what the phone plays, or convert it.',
      })
    const playbackWorld = {
      clock: this.#clock,
      sent,
      sessionId,
      recognize,
      listener: () => this.listener,
      isOver: () => this.end !== undefined,
      onMistake,
    }
    this.playback = new LinePlayback(playbackWorld, `sound_${seed}_`)
    const network = options.network ?? {}
    const isBusy = (): boolean => this.#frames?.isBusy ?? true
    this.#socket = new LineSocket(
      { clock: this.#clock, network, isBusy, run: (work) => world.service.run(work) },
      {
        open: () => this.#opened(),
        message: (data) => this.#message(data),
        // Whatever closes after the end of the call is nobody's doing.
        closed: (code, reason) => (this.end ? undefined : this.#peer?.closed(code, reason)),
        refused: (status, body) => this.#refused(status, body),
        failed: (error) => this.#failed(error),
      },
    )
    // Whoever waits for the call is told; nobody may wait.
    this.#ready.promise.catch(() => {})
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
    const isBinary = message instanceof Uint8Array
    this.log.passed('platform', message)
    if (!options.isSound && !isBinary) this.note('platform', nameOf(message), message)
    this.#socket.send(isBinary ? message : JSON.stringify(message), options)
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

  after(ms: number, work: () => void, { isTimeout = false }: { readonly isTimeout?: boolean } = {}): () => void {
    const entry = this.#clock.at(
      this.#clock.now() + ms,
      () => {
        this.#timers.delete(entry)
        work()
      },
      isTimeout ? 'app' : 'caller',
    )
    this.#timers.add(entry)
    return () => {
      this.#timers.delete(entry)
      this.#clock.cancel(entry)
    }
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
    this.#frames ??= this.#openFrames(this.#peer)
    this.#ready.resolve()
  }

  ended(by: PhoneEndedBy, reason: string): void {
    if (this.end) return
    const nowMs = this.#clock.now()
    this.end = { by, reason, atMs: nowMs }
    this.#frames?.stop()
    this.playback.cut()
    for (const entry of this.#timers) this.#clock.cancel(entry)
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

  get rateHz(): number {
    return this.inputFormat.rateHz
  }

  /** Format of the caller's sound. */
  get inputFormat(): PhoneFormat {
    return this.#peer?.inputFormat ?? mulaw
  }

  get originMs(): number {
    return this.#frames?.originMs ?? this.#startedMs
  }

  /** Puts sound on the line; gives when its first sample is, and when the last one was sent. */
  speak(sound: Pcm): { beganMs: number; done: Promise<void> } {
    return this.#frames?.say(sound) ?? { beganMs: this.#clock.now(), done: Promise.resolve() }
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

  mute(ms: number): void {
    this.note('caller', `mute for ${ms} ms`)
    this.#frames?.mute(ms)
  }

  async hold(ms: number): Promise<void> {
    this.note('caller', `on hold for ${ms} ms`)
    await this.#frames?.hold(ms)
  }

  /** Nothing of this line happens any more: its test is over. */
  shutDown(): void {
    this.hangUp()
    this.ended('caller', 'the test is over')
    for (const entry of this.#timers) this.#clock.cancel(entry)
  }

  // ---- inside

  #openSocket(dial: PlatformDial): void {
    const { service, app } = this.#world
    this.#path = new URL(dial.url).pathname
    const url = service.run(() => this.#socket.connect(app, dial))
    // It is ours, not one that the app opened in vain.
    service.tried.delete(url)
  }

  #openFrames(peer: PlatformPeer): CallerFrames {
    const { service, isListening, detectsTurns, onFrame } = this.#world
    const { noiseDbfs, echo, network = {} } = this.options
    const { rateHz } = peer.inputFormat
    const backgrounds: Background[] = []
    if (noiseDbfs !== undefined) backgrounds.push(steadyNoise(noiseDbfs, { rateHz, seed: this.#seed }))
    if (echo) backgrounds.push(this.#echo(echo, rateHz))
    return new CallerFrames({
      clock: service.clock,
      format: peer.inputFormat,
      track: new CallerTrack(backgrounds),
      network,
      random: this.#random,
      isListening,
      detectsTurns,
      send: (bytes, how) => {
        if (!how.lost) onFrame(bytes)
        peer.frame(bytes, how)
      },
    })
  }

  /** What the caller hears comes back with the caller's voice. */
  #echo({ delayMs, gainDb }: { delayMs: number; gainDb: number }, rateHz: number): Background {
    const gain = 10 ** (gainDb / 20)
    return (fromSample, count) => {
      const fromMs = this.originMs + (fromSample * 1000) / rateHz - delayMs
      const sound = this.playback.playout.playback.soundBetween(fromMs, fromMs + (count * 1000) / rateHz, rateHz)
      return sound?.map((sample) => sample * gain)
    }
  }

  #opened(): void {
    this.#peer?.opened()
  }

  #message(data: string | Uint8Array): void {
    this.log.passed('app', data)
    if (!this.end) this.#peer?.message(data)
  }

  #refused(status: number, body: string): void {
    const said = body.trim() === '' ? '' : `: ${body.trim().slice(0, 200)}`
    this.#refusal = { status, path: this.#path }
    this.#fails(`the app answered the upgrade of ${this.#path} with HTTP ${status}${said}`, status)
  }

  #failed(error: Error): void {
    if (!this.#socket.isOpen) this.#fails(`no socket came about: ${error.message}`, undefined)
  }

  #fails(reason: string, status: number | undefined): void {
    if (this.#peer?.refused) this.#peer.refused(reason, status)
    else this.ended('platform', reason)
  }
}

/** By which field platforms name their messages. */
function nameOf(message: object): string {
  for (const field of ['event', 'type', 'action']) {
    const value: unknown = Reflect.get(message, field)
    if (typeof value === 'string') return value
  }
  return 'message'
}
