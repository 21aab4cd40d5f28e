// What happened on one line: its messages, its findings, and their traces on the test's timeline.

import type { PhoneFinding, PhoneMessage } from '../api/phone.ts'
import { RealtimeKitError } from '../errors.ts'
import { jsonOrText } from '../protocol/json.ts'
import type { Service } from '../runtime/service.ts'

interface Wire {
  readonly atMs: number
  readonly from: 'platform' | 'app'
  readonly data: unknown
}

export class CallLog {
  readonly findings: PhoneFinding[] = []
  readonly #service: Service
  readonly #isStrict: boolean
  readonly #wires: Wire[] = []
  readonly #messages: PhoneMessage[] = []
  readonly #told = new Set<number>()
  callId = ''

  constructor(service: Service, isStrict: boolean) {
    this.#service = service
    this.#isStrict = isStrict
  }

  /** The platform sends a message. Sound is no entry of the timeline. */
  sent(message: object | Uint8Array, { isSound = false }: { readonly isSound?: boolean }): void {
    this.#passed('platform', message)
    if (!isSound && !(message instanceof Uint8Array)) this.note('platform', nameOf(message), message)
  }

  /** A message of the app came: the dialect says what is told of it. */
  came(data: string | Uint8Array): void {
    this.#passed('app', data)
  }

  #passed(from: Wire['from'], data: unknown): void {
    this.#wires.push({ atMs: this.#service.clock.now(), from, data })
  }

  /** Text of the app is parsed when somebody looks. */
  get messages(): readonly PhoneMessage[] {
    for (const { data, ...rest } of this.#wires.splice(0)) {
      this.#messages.push({ ...rest, data: typeof data === 'string' ? jsonOrText(data) : data })
    }
    return this.#messages
  }

  note(by: 'platform' | 'app' | 'caller', what: string, message?: unknown): void {
    const { clock, timeline, context } = this.#service
    if (context.closed) return
    const note = { type: 'phone', callId: this.callId, by, what, ...(message === undefined ? {} : { message }) } as const
    timeline.append({ atMs: clock.now(), sessionId: '', from: by === 'caller' ? 'caller' : 'kit', note })
  }

  finding(found: Omit<PhoneFinding, 'atMs'>, { once = false }: { once?: boolean } = {}): void {
    if (once && this.#told.has(found.code)) return
    this.#told.add(found.code)
    const finding = { ...found, atMs: this.#service.clock.now() }
    this.findings.push(finding)
    const text = findingLine(finding)
    const { timeline, context } = this.#service
    const note = { type: 'finding', code: `phone_${found.code}`, message: `The phone: ${text}` } as const
    if (!context.closed) timeline.append({ atMs: finding.atMs, sessionId: '', from: 'kit', note })
    if (this.#isStrict) this.#service.verdict.report(new RealtimeKitError('RTK_CALL', `phone.dial(…, { strict: true }): ${text}`))
  }
}

/** A finding as people read it. */
export function findingLine({ code, level, message, path, atMs }: PhoneFinding): string {
  const where = path === undefined ? '' : ` (${path})`
  // The kit's own findings have no code of the platform.
  return `${level}${code === 0 ? '' : ` ${code}`} at ${Math.round(atMs)} ms${where}: ${message}`
}

/** By which field platforms name their messages. */
function nameOf(message: object): string {
  for (const field of ['event', 'type', 'action']) {
    const value: unknown = Reflect.get(message, field)
    if (typeof value === 'string') return value
  }
  return 'message'
}
