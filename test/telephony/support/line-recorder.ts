// A phone line without sockets: a clock that the test moves, a playout that drains by it, and lists of all that a platform did with it.
// The playout is that of the real line.

import type { DialOptions, PhoneEndedBy, PhoneFinding } from '../../../src/api/phone.ts'
import { bytesOf, decodePhone } from '../../../src/telephony/phone-sound.ts'
import type {
  PhoneFormat,
  PlatformAnswer,
  PlatformDial,
  PlatformLine,
  PlatformPeer,
  PlatformRequest,
} from '../../../src/telephony/platform.ts'
import { Playout } from '../../../src/telephony/playout.ts'

export interface Sent {
  readonly atMs: number
  readonly message: Record<string, any>
}

interface Timer {
  readonly dueMs: number
  readonly work: () => void
}

export class LineRecorder implements PlatformLine {
  readonly options: DialOptions
  readonly publicUrl = new URL('https://app.test')
  readonly sent: Sent[] = []
  readonly binary: Uint8Array[] = []
  readonly played: { bytes: Uint8Array; format: PhoneFormat; group: string | undefined }[] = []
  readonly said: string[] = []
  readonly findings: PhoneFinding[] = []
  readonly dials: PlatformDial[] = []
  readonly notes: string[] = []
  readonly requests: PlatformRequest[] = []
  /** What the app's server answers. */
  reply: (request: PlatformRequest) => string = () => ''
  closed: number | undefined
  hasAnswered = false
  over: { by: PhoneEndedBy; reason: string } | undefined
  readonly playout = new Playout()
  peer: PlatformPeer | undefined
  #nowMs = 0
  #hex = 0
  #timers: Timer[] = []
  readonly #told = new Set<number>()

  constructor(options: DialOptions = {}) {
    this.options = options
  }

  introduce(peer: PlatformPeer): void {
    this.peer = peer
  }

  // ---- what the test does

  /** Moves the clock, through timers and marks in their order. */
  pass(ms: number): void {
    const endMs = this.#nowMs + ms
    for (;;) {
      const timer = this.#timers.toSorted((a, b) => a.dueMs - b.dueMs)[0]
      const dueMs = Math.min(timer?.dueMs ?? Number.POSITIVE_INFINITY, this.playout.nextMarkMs ?? Number.POSITIVE_INFINITY)
      if (dueMs > endMs) break
      this.#nowMs = Math.max(this.#nowMs, dueMs)
      if (timer?.dueMs === dueMs) {
        this.#timers = this.#timers.filter((other) => other !== timer)
        timer.work()
      } else this.playout.reach(dueMs)
    }
    this.#nowMs = endMs
  }

  /** The app says something. */
  says(...messages: (object | string | Uint8Array)[]): void {
    for (const message of messages)
      this.peer?.message(typeof message === 'string' || message instanceof Uint8Array ? message : JSON.stringify(message))
  }

  /** The caller is heard for so long: silence, or bytes of one value. */
  hears(ms: number, byte?: number): void {
    for (let at = 0; at < ms; at += 20) {
      const { inputFormat } = this.peer!
      const quiet = inputFormat.encoding === 'pcm16' ? 0 : 0xff
      this.peer!.frame(new Uint8Array(bytesOf(20, inputFormat)).fill(byte ?? quiet), { lost: false, delayMs: 0 })
      this.pass(20)
    }
  }

  /** What was sent, by the name that `key` has. */
  types(key = 'type'): string[] {
    return this.sent.map(({ message }) => String(message[key]))
  }

  of(type: string, key = 'type'): Record<string, any>[] {
    return this.sent.filter(({ message }) => message[key] === type).map(({ message }) => message)
  }

  get codes(): number[] {
    return this.findings.map(({ code }) => code)
  }

  // ---- what a platform asks of its line

  nowMs = () => this.#nowMs
  unixMs = () => Date.UTC(2026, 0, 1) + this.#nowMs
  hex = (length: number) => (this.#hex++).toString(16).padStart(length, '0').slice(-length)

  identify(): void {}

  send(message: object | Uint8Array): void {
    if (message instanceof Uint8Array) this.binary.push(message)
    else this.sent.push({ atMs: this.#nowMs, message: structuredClone(message) })
  }

  received(): void {}

  note(by: string, what: string): void {
    this.notes.push(`${by}: ${what}`)
  }

  close(code: number): void {
    this.closed = code
  }

  reconnect(dial: PlatformDial): void {
    this.dials.push(dial)
  }

  play(bytes: Uint8Array, format: PhoneFormat, group?: string): boolean {
    this.played.push({ bytes, format, group })
    return this.playout.play(this.#nowMs, {
      itemId: group ?? 'app',
      samples: decodePhone(bytes, format),
      rateHz: format.rateHz,
      answer: group,
    })
  }

  async say(text: string): Promise<void> {
    this.said.push(text)
  }

  queuedMs(): number {
    return this.playout.queuedMs(this.#nowMs)
  }

  mark(onReached: (how: 'played' | 'cleared' | 'empty') => void): void {
    this.playout.mark(this.#nowMs, onReached)
  }

  clear(): void {
    this.playout.clear(this.#nowMs)
  }

  after(ms: number, work: () => void): () => void {
    const timer = { dueMs: this.#nowMs + ms, work }
    this.#timers.push(timer)
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer)
    }
  }

  finding(finding: Omit<PhoneFinding, 'atMs'>, { once = false }: { once?: boolean } = {}): void {
    if (once && this.#told.has(finding.code)) return
    this.#told.add(finding.code)
    this.findings.push({ ...finding, atMs: this.#nowMs })
  }

  async request(request: PlatformRequest): Promise<PlatformAnswer> {
    this.requests.push(request)
    return { status: 200, headers: {}, body: this.reply(request) }
  }

  answered(): void {
    this.hasAnswered = true
  }

  ended(by: PhoneEndedBy, reason: string): void {
    this.over ??= { by, reason }
  }
}
