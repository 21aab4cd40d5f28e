// How many sockets one turn of the event loop has opened. In process a socket opens without the loop: an app that dials again as
// soon as it is refused would let no timer run, that of the test's timeout neither.

import { realTime } from './clock/real-time.ts'

/** More than any app opens at once on purpose. */
const socketsPerTurn = 50

let opened = 0

/** Counts a socket; true where so many were opened in this turn that it must wait for the next one. */
export function isCrowdedTurn(): boolean {
  if (opened === 0) realTime.setImmediate(() => (opened = 0))
  return ++opened > socketsPerTurn
}
