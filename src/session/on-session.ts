// session.update, and the two ends of a session's life: opening and expiry. An update is applied whole or not at all.

import type { ClientEventOf } from '../protocol/client-events.ts'
import { expiry } from '../protocol/connect-faults.ts'
import { mergeSession, type SessionObject } from '../protocol/session-config.ts'
import { type ConversationFacts, sessionUpdateFault } from '../protocol/session-rules.ts'
import { type AudioBuffer, createAudioBuffer, writtenMs } from './audio-buffer.ts'
import { closeSession } from './close-session.ts'
import { detectionSettings, sameDetection } from './detection-settings.ts'
import { disarmIdle, idleTimeoutMs } from './idle-timeout.ts'
import { keepListed, listServers } from './mcp.ts'
import { type Outbox, push, refuse, send } from './outbox.ts'
import { freshDetector, type SessionState } from './state.ts'
import { timerName } from './timers.ts'

export function onOpen(state: SessionState, out: Outbox): SessionState {
  send(out, { type: 'session.created', session: state.config })
  if (state.settings.behavior.conversationCreated && state.config.type === 'realtime') {
    send(out, { type: 'conversation.created', conversation: { id: state.conversation.id, object: 'realtime.conversation' } })
  }
  push(out, { type: 'schedule', timer: timerName.expiry, atMs: out.nowMs + state.settings.lifetimeMs, deadline: 'idle' })
  const opened = { ...state, openedAtMs: out.nowMs }
  return opened.config.type === 'realtime' ? listServers(opened, opened.config.tools, out) : opened
}

export function onSessionUpdate(state: SessionState, event: ClientEventOf<'session.update'>, out: Outbox): SessionState {
  const fault = sessionUpdateFault(state.config, event.session, factsOf(state), event)
  if (fault) {
    refuse(out, fault)
    return state
  }
  const config = mergeSession(state.config, event.session)
  send(out, { type: 'session.updated', session: config })
  const next = withConfig(state, config, out)
  const tools = event.session.type === 'realtime' ? event.session.tools : undefined
  return tools ? listServers(keepListed(next, tools), tools, out) : next
}

function factsOf({ hasAssistantAudio, settings }: SessionState): ConversationFacts {
  return { hasAssistantAudio, sessionKindCode: settings.behavior.sessionKindCode }
}

/** The session lived as long as it may: one error, and the socket closes. */
export function onExpiry(state: SessionState, out: Outbox): SessionState {
  const { fault, close } = expiry(state.settings.lifetimeMs / 60_000)
  refuse(out, fault)
  return closeSession(state, close, out)
}

/** Another detection or another format begins a new stream; anything else leaves speech that goes on alone. */
function withConfig(state: SessionState, config: SessionObject, out: Outbox): SessionState {
  const next = { ...state, config }
  const before = state.config.audio.input
  const after = config.audio.input
  const sameFormat = JSON.stringify(before.format) === JSON.stringify(after.format)
  const settled = idleTimeoutMs(next) === idleTimeoutMs(state) ? next : disarmIdle(next, out)
  if (sameFormat && sameDetection(detectionSettings(before.turn_detection), detectionSettings(after.turn_detection)))
    return settled
  const buffer = sameFormat ? state.buffer : inFormat(state.buffer, config)
  const detector = freshDetector(config, buffer, state.settings.behavior)
  return { ...settled, buffer, detector, segment: undefined, live: undefined, restartDetection: detector !== undefined }
}

/** Bytes of another format mean nothing any more; the position in time stays. */
function inFormat(buffer: AudioBuffer, config: SessionObject): AudioBuffer {
  return createAudioBuffer(config.audio.input.format, writtenMs(buffer))
}
