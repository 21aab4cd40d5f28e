// An open socket keeps a Node process alive; an intercepted one has nothing under it that would. This stands in for it, and holds
// nothing while no session is open.

import { realTime } from '../runtime/clock/real-time.ts'
import type { Service } from '../runtime/service.ts'
import { isEvent } from '../runtime/timeline.ts'

/** The longest that a timer of Node takes. */
const longMs = 2 ** 31 - 1

export function keepAliveWithSessions(service: Service): void {
  const open = new Set<string>()
  let hold: ReturnType<typeof setInterval> | undefined
  service.timeline.subscribe((entry) => {
    if (isEvent(entry)) return
    if (entry.note.type === 'connected') open.add(entry.sessionId)
    else if (entry.note.type === 'closed') open.delete(entry.sessionId)
    else return
    if (open.size > 0) {
      hold ??= realTime.setInterval(() => {}, longMs)
    } else {
      realTime.clearInterval(hold)
      hold = undefined
    }
  })
}
