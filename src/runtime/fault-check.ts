// What `fail(fault, when)` takes, and the errors for what it does not.

import { isAnyClientEventType } from '../protocol/event-types.ts'
import { isRecord } from '../protocol/json.ts'
import { nearName } from '../responses/near-name.ts'
import { checkOptions, type OptionRules, type Place, refuse, rule } from '../responses/option-check.ts'
import { checkCall, closeCode, eventRule } from './arguments.ts'

const call = 'fail(…)'
const isText = (value: unknown): boolean => typeof value === 'string' && value !== ''
const isMs = (value: unknown): boolean => typeof value === 'number' && Number.isFinite(value) && value >= 0
const isStatus = (value: unknown): boolean => Number.isInteger(value) && (value as number) >= 300 && (value as number) <= 599

const text = rule('a text', isText)
const serverEvent = eventRule('server')

/** The fields of each kind of fault; the first one names the kind. */
const kinds: Readonly<Record<string, OptionRules>> = {
  response: { response: rule("an error code, such as 'rate_limit_exceeded'", isText) },
  connect: {
    connect: rule(
      "an error code, 'refused', 'timeout', or an HTTP status from 300 to 599",
      (value) => isText(value) || isStatus(value),
    ),
  },
  close: { close: closeCode, reason: rule('a text', (value) => typeof value === 'string') },
  error: { error: rule("an error code, such as 'server_error'", isText), message: text },
  drop: { drop: serverEvent },
  duplicate: { duplicate: serverEvent },
  reorder: { reorder: serverEvent },
  delay: { delay: serverEvent, ms: rule('milliseconds, 0 or more', (value) => typeof value === 'number' && value >= 0) },
  malformed: { malformed: serverEvent },
  stall: { stall: rule('milliseconds of the clock, above 0', (value) => isMs(value) && value !== 0) },
  halfOpen: { halfOpen: rule('true', (value) => value === true) },
  handshake: { handshake: rule('milliseconds of the clock, 0 or more', (value) => isMs(value)) },
}

/** These befall a session, so that they may strike at anything that happens in it. */
const ofSession: ReadonlySet<string> = new Set(['close', 'error', 'stall', 'halfOpen'])
/** These strike before there is a session. */
const ofConnection: ReadonlySet<string> = new Set(['connect', 'handshake'])

const whenRules: OptionRules = {
  at: eventRule('any'),
  times: rule('a whole number, 1 or more', (value) => Number.isInteger(value) && (value as number) >= 1),
  probability: rule('a number from 0 to 1', (value) => typeof value === 'number' && value >= 0 && value <= 1),
}

/**
 * `ofSome`: it is for some sessions only.
 *
 * @throws RealtimeKitError RTK_OPTION that names the field, what it got and what is allowed.
 */
export function checkFault(fault: unknown, when: unknown, { ofSome = false }: { ofSome?: boolean } = {}): void {
  const place = { subject: call, path: '', code: 'RTK_OPTION' } as const
  const kind = checkFaultShape(fault, place)
  if (ofSome && ofConnection.has(kind))
    refuse(place, fault, 'a fault of a session', `{ ${kind} } strikes before there is one: realtime.fail({ ${kind} }).`)
  checkCall(`${call}, second argument`, when, whenRules)
  if (isRecord(when) && when.at !== undefined) checkPlace(kind, when.at)
}

/**
 * Checks a fault wherever it is written, and gives its kind.
 *
 * @throws RealtimeKitError RTK_OPTION that names the field, what it got and what is allowed.
 */
export function checkFaultShape(fault: unknown, place: Place): string {
  const names = Object.keys(kinds)
  const expected = `an object with one of ${names.join(', ')}`
  if (!isRecord(fault)) refuse(place, fault, expected)
  const given = names.filter((name) => name in fault)
  const [kind, second] = given
  if (kind === undefined) refuse(place, fault, expected, near(Object.keys(fault)[0] ?? '', names))
  if (second !== undefined) refuse(place, fault, 'one fault', `Call fail() once for each of ${given.join(', ')}.`)
  checkOptions(fault, kinds[kind] ?? {}, place)
  const ms = place.path === '' ? 'ms' : `${place.path}.ms`
  if (kind === 'delay' && fault.ms === undefined) refuse({ ...place, path: ms }, undefined, 'milliseconds, 0 or more')
  return kind
}

/** Not every fault can strike everywhere. */
function checkPlace(kind: string, at: unknown): void {
  const place = { subject: `${call}, second argument`, path: 'at', code: 'RTK_OPTION' } as const
  if (ofConnection.has(kind)) {
    refuse(place, at, 'left out', `{ ${kind} } strikes at the next connection, before there are any events.`)
  }
  if (typeof at !== 'string' || !isAnyClientEventType(at) || ofSession.has(kind)) return
  const mend = `The app sends it; only { close }, { error }, { stall } and { halfOpen } strike there, not { ${kind} }.`
  refuse(place, at, 'the name of a server event', mend)
}

function near(given: string, names: readonly string[]): string {
  const name = nearName(given, names)
  return name === undefined ? '' : `Did you mean \`${name}\`?`
}
