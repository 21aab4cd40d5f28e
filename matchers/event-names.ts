// Are the event names of a call names of the Realtime API, and of the right direction? What is not is answered with the
// name that was probably meant: the GA name of a beta event, or a name of nearly the same words.

import { clientEventTypes, isClientEventType, isServerEventType, serverEventTypes } from '../src/protocol/event-types.ts'
import { gaNamesOf } from '../src/protocol/renamed.ts'
import { printValue } from './print.ts'
import { type MatcherCall, wrongArgument } from './received.ts'
import { alike } from './word-likeness.ts'

const allTypes: readonly string[] = [...serverEventTypes, ...clientEventTypes]

/** ` Did you mean …?`, or '' when nothing is near. */
export function meant(name: string, known: readonly string[] = allTypes): string {
  const renamed = gaNamesOf(name)
  if (renamed.length > 0) return `. The beta API called it so; in GA it is ${named(renamed, ' and ')}`
  const near = alike(name, known).slice(0, 3)
  return near.length > 0 ? `. Did you mean ${named(near, ' or ')}?` : ''
}

function named(names: readonly string[], between: string): string {
  return names.map((name) => printValue(name)).join(between)
}

/** A name of either direction, as sequences take it. */
export function checkAnyEvent(call: MatcherCall, name: string, where: string): void {
  if (isServerEventType(name) || isClientEventType(name)) return
  throw wrongArgument(call, `${where} is no event of the Realtime API${meant(name)}`, name)
}

/** An event that the service sends: `toHaveEmitted`, `toEmit`. */
export function checkServerEvent(call: MatcherCall, name: unknown, other: string): void {
  if (typeof name === 'string' && isServerEventType(name)) return
  if (typeof name !== 'string') throw wrongArgument(call, 'it takes the name of a server event', name)
  if (isClientEventType(name)) throw wrongArgument(call, `the app sends this event, the service never does: use ${other}`, name)
  throw wrongArgument(call, `no server event has this name${meant(name, serverEventTypes)}`, name)
}

/** An event that the app sends: `toHaveReceived`, `toReceive`. */
export function checkClientEvent(call: MatcherCall, name: unknown, other: string): void {
  if (typeof name === 'string' && isClientEventType(name)) return
  if (typeof name !== 'string') throw wrongArgument(call, 'it takes the name of a client event', name)
  if (isServerEventType(name)) throw wrongArgument(call, `the service sends this event, it never receives it: use ${other}`, name)
  throw wrongArgument(call, `no client event has this name${meant(name, clientEventTypes)}`, name)
}
