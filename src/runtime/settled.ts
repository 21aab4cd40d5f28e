// Whether anybody in a conversation still waits for anybody: what `settled()` waits for, and what a red test's story tells.

import type { Connection } from './connection.ts'
import type { Service } from './service.ts'
import { isEvent } from './timeline.ts'

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

/** Who waits for whom, for messages: what is pending, else what the app has yet to do; undefined when nobody owes anything. */
export function whoWaits(service: Service, connections: readonly Connection[]): string | undefined {
  const pending = whatIsPending(service, connections)
  if (pending) return pending
  for (const connection of connections) {
    const owed = connection.isOpen ? owedByApp(service, connection) : undefined
    if (owed) return owed
  }
  return undefined
}

/** What the service needs of the app before it can go on, judged by the last thing that the app did. */
function owedByApp(service: Service, connection: Connection): string | undefined {
  const { id: sessionId, state } = connection
  const { entries } = service.timeline
  for (let i = entries.length - 1; i >= 0; i--) {
    const entry = entries[i]!
    if (!isEvent(entry) || entry.sessionId !== sessionId) continue
    const { type } = entry.event
    if (type === 'response.create' || type === 'response.created') return undefined
    if (type === 'input_audio_buffer.append') {
      if (!state.detector) return 'the app has sent audio, and no input_audio_buffer.commit since'
      if (state.segment) return 'the caller still speaks: turn detection has heard no silence since speech_started'
      // A microphone that stays open after the turn: nobody owes anything for it.
      continue
    }
    if (type === 'conversation.item.create' || type === 'input_audio_buffer.commit') {
      return `the service waits for a response.create: the app has sent none since ${type} #${entry.index}`
    }
    if (type === 'session.created') return `session ${sessionId} waits for the app, which has sent nothing`
  }
  return undefined
}
