// Are the event names of a call names of the Realtime API, and of the right direction? What is not is answered with the
// name that was probably meant: the GA name of a beta event, or a name of nearly the same words.

import {
  allClientEventTypes,
  allServerEventTypes,
  isAnyClientEventType,
  isAnyServerEventType,
} from '../src/protocol/event-types.ts'
import { gaNamesOf } from '../src/protocol/renamed.ts'
import { printValue } from '../src/report/print.ts'
import { authorSlip, type MatcherCall, wrongArgument } from './received.ts'
import { alike } from './word-likeness.ts'

const allTypes: readonly string[] = [...new Set([...allServerEventTypes, ...allClientEventTypes])]

/** `'response.doen' is no server event. Did you mean 'response.done'?` */
function unknownName(name: string, what: string, known: readonly string[]): string {
  const renamed = gaNamesOf(name)
  if (renamed.length > 0) return `${printValue(name)} is a name of the beta API; in GA it is ${listed(renamed, ' and ')}.`
  const near = alike(name, known).slice(0, 3)
  return `${printValue(name)} is no ${what}.${near.length > 0 ? ` Did you mean ${listed(near, ' or ')}?` : ''}`
}

function listed(names: readonly string[], between: string): string {
  return names.map((name) => printValue(name)).join(between)
}

/** A name of either direction, as sequences take it. `where` is `item 0 of the sequence`. */
export function checkAnyEvent(call: MatcherCall, name: string, where: string): void {
  if (isAnyServerEventType(name) || isAnyClientEventType(name)) return
  throw authorSlip(call, `${where}: ${unknownName(name, 'event of the Realtime API', allTypes)}`)
}

/** An event that the service sends: `toHaveEmitted`, `toEmit`. */
export function checkServerEvent(call: MatcherCall, name: unknown, other: string): void {
  if (typeof name !== 'string') throw wrongArgument(call, 'it takes the name of a server event', name)
  if (isAnyServerEventType(name)) return
  if (isAnyClientEventType(name))
    throw authorSlip(call, `${printValue(name)} is sent by the app, never by the service: use ${other}.`)
  throw authorSlip(call, unknownName(name, 'server event', allServerEventTypes))
}

/** An event that the app sends: `toHaveReceived`, `toReceive`. */
export function checkClientEvent(call: MatcherCall, name: unknown, other: string): void {
  if (typeof name !== 'string') throw wrongArgument(call, 'it takes the name of a client event', name)
  if (isAnyClientEventType(name)) return
  if (isAnyServerEventType(name))
    throw authorSlip(call, `${printValue(name)} is sent by the service, never by the app: use ${other}.`)
  throw authorSlip(call, unknownName(name, 'client event', allClientEventTypes))
}
