// Whether anybody in a conversation still waits for anybody: what `settled()` waits for, and what a red test's story tells.

import type { Connection } from './connection.ts'
import type { Service } from './service.ts'

/** The first thing that is still open, as a sentence; undefined when the conversation is settled. App timers do not count. */
export function whatIsPending(service: Service, connections: readonly Connection[]): string | undefined {
  const open = new Set(connections.filter((connection) => connection.isOpen).map((connection) => connection.id))
  for (const response of service.responses.all) {
    if (!open.has(response.sessionId)) continue
    const name = response.name ? ` "${response.name}"` : ''
    if (response.doneAtMs === undefined) return `response ${response.id}${name} is in progress`
    if (response.status !== 'completed' || response.outOfBand) continue
    const unanswered = response.calls.find((call) => call.output === undefined)
    if (unanswered) {
      return `response ${response.id}${name} waits for a function_call_output of ${unanswered.name} (${unanswered.callId}), which the app has not sent`
    }
  }
  return undefined
}
