// Whether anybody in a conversation still waits for anybody: what `settled()` waits for, and what a red test's story tells.

import { type Connection, isAppend } from './connection.ts'
import type { TrackedResponse } from './response-tracker.ts'
import type { Service } from './service.ts'
import { isEvent } from './timeline.ts'

/** The first thing that is still open, as a sentence; undefined when the conversation is settled. App timers do not count. */
export function whatIsPending(service: Service, connections: readonly Connection[]): string | undefined {
  const open = new Set(connections.filter(({ isOpen, isHalfOpen }) => isOpen && !isHalfOpen).map((connection) => connection.id))
  for (const response of service.responses.all) {
    if (!open.has(response.sessionId) || response.isLost) continue
    const name = response.name ? ` "${response.name}"` : ''
    if (response.doneAtMs === undefined) return `response ${response.id}${name} is in progress`
    if (response.status !== 'completed' || response.outOfBand) continue
    const unanswered = response.calls.find((call) => response.awaited.has(call.callId))
    if (unanswered) return `response ${response.id}${name} waits for ${awaited(response, unanswered)}`
  }
  return connections.find((connection) => connection.isOpen && !connection.isHalfOpen && connection.core.pending)?.core.pending
}

function awaited(response: TrackedResponse, { name, callId }: TrackedResponse['calls'][number]): string {
  const awaits = response.awaited.get(callId)
  if (awaits === 'server') return `the MCP tool ${name}, which is still at work`
  const approval = `an mcp_approval_response to ${callId}, which wants to call ${name}`
  const owed = awaits === 'approval' ? approval : `a function_call_output of ${name} (${callId})`
  return `${owed}, which the app has not sent`
}

/** Who waits for whom, for messages: what is pending, else what the app has yet to do; undefined when nobody owes anything. */
export function whoWaits(service: Service, connections: readonly Connection[]): string | undefined {
  const pending = whatIsPending(service, connections)
  if (pending) return pending
  for (const connection of connections) {
    const owed = connection.isOpen && !connection.isHalfOpen ? owedByApp(service, connection) : undefined
    if (owed) return owed
  }
  return service.calls.owed
}

/** What the service needs of the app before it can go on, judged by the last thing that the app did. */
function owedByApp(service: Service, connection: Connection): string | undefined {
  const { id: sessionId, core } = connection
  const { entries } = service.timeline
  if (core.owed !== undefined) return core.owed
  let hasHeard = false
  let sent = 'nothing'
  for (let i = entries.length - 1; i >= 0; i--) {
    const entry = entries[i]!
    if (!isEvent(entry) || entry.sessionId !== sessionId) continue
    const { type } = entry.event
    if (entry.from === 'app') sent = 'no text and no sound yet'
    if (type === 'response.create' || type === 'response.created') return undefined
    if (isAppend(entry.event)) {
      if (core.owedAfterSound || type === 'session.input_audio_buffer.append') return core.owedAfterSound
      // A microphone that stays open after the turn: nobody owes anything for it.
      hasHeard = true
      continue
    }
    if (type === 'conversation.item.create' || type === 'input_audio_buffer.commit') {
      // Who only transcribes never answers.
      if (service.configOf(connection).type === 'transcription') return undefined
      return `the service waits for a response.create: the app has sent none since ${type} #${entry.index}`
    }
    if (type === 'session.created') return hasHeard ? undefined : `session ${sessionId} waits for the app, which has sent ${sent}`
  }
  return undefined
}
