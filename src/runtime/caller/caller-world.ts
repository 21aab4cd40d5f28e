// The service as the caller sees it.

import { decodeBase64, encodeBase64 } from '../../../audio/base64.ts'
import { decodeWireAudio, encodeWireAudio, wireRateHz } from '../../../audio/formats.ts'
import { RealtimeKitError } from '../../errors.ts'
import { type Connection, isAppend } from '../connection.ts'
import { spokenItem } from '../said-words.ts'
import type { Service } from '../service.ts'
import { until, untilSession, untilSettled } from '../service-waits.ts'
import { whatIsPending } from '../settled.ts'
import { subjectFor } from '../subject-of.ts'
import { isEvent } from '../timeline.ts'
import type { CallerWorld } from './caller.ts'
import { interpreted, interpreterOf, isInputClosed, isInterpreted, lastInterpretation, playInterpreter } from './interpreters.ts'
import type { Line } from './line.ts'
import { LineSession, type SessionTraces } from './line-session.ts'

export function callerWorld(service: Service): CallerWorld {
  const idOr = (sessionId: string | undefined): string => sessionId ?? newest(service)?.id ?? ''
  const outputFormat: CallerWorld['outputFormat'] = (responseId) => {
    const sessionId = responseId === undefined ? undefined : service.responses.get(responseId)?.sessionId
    return service.outputFormat(idOr(sessionId), responseId)
  }
  return {
    clock: service.clock,
    lineSession: (phoneLine) => new LineSession(tracesOf(service, phoneLine)),
    inputFormat: (sessionId) => service.inputFormat(idOr(sessionId)),
    outputFormat,
    mixedFormats: () => new Set(openOnes(service).map(({ id }) => JSON.stringify(service.inputFormat(id)))).size > 1,
    speakingItem({ responseId, sessionId }) {
      const own = responseId === undefined ? undefined : service.responses.get(responseId)
      const interpretation = own === undefined ? lastInterpretation(service, idOr(sessionId)) : undefined
      if (interpretation !== undefined) return interpretation
      const spoken =
        own ??
        [...service.responses.all].findLast((one) => one.audio.length > 0 && (sessionId ?? one.sessionId) === one.sessionId)
      return spoken?.audio.at(-1)?.itemId ?? ''
    },
    settled: (what) => untilSettled(service, () => whatIsPending(service, service.connections), { what }),
    keypad: (sessionId) => keypadOf(service, sessionId),
    isOver: (itemId) => service.responses.ofItem(itemId)?.doneAtMs !== undefined || isInterpreted(service, itemId),
    speechInterrupts: (sessionId) => detectionOf(service, idOr(sessionId))?.interrupt_response !== false,
    onTruncate: (listener) =>
      service.timeline.subscribe((entry) => {
        if (isEvent(entry) && entry.from === 'app' && entry.event.type === 'conversation.item.truncate')
          listener(entry.event.item_id)
      }),
    said({ text, words, beganMs, startMs, endMs, line }) {
      const sessionId = (): string | undefined => (line.session.isShared ? undefined : line.session.id)
      service.utterances.add({ text, words: words ?? [], beganMs, startMs, endMs, sessionId })
      const note = { type: 'said', text, startMs, endMs, injected: line.injected } as const
      service.timeline.append({ atMs: service.clock.now(), sessionId: '', from: 'caller', note })
    },
    async directLine() {
      await untilSession(service, () => newest(service), { what: 'caller.says(…)' })
      return directLine(service)
    },
    isListening: (sessionId) => lineEnds(service, sessionId).some(({ core }) => core.hearsSpeech),
    takesSound: (sessionId) => !isInputClosed(service, sessionId),
    detectsTurns: (sessionId) => lineEnds(service, sessionId).some(({ core }) => core.detectsTurns),
    overhear: (loudspeaker) => overhear(service, loudspeaker, outputFormat),
    noteHeard: (itemId, heardMs, stopped) => {
      const owner = service.responses.ofItem(itemId)?.sessionId ?? interpreterOf(service, itemId) ?? ''
      service.timeline.append({
        atMs: service.clock.now(),
        sessionId: owner,
        from: 'caller',
        note: { type: 'played', itemId, heardMs, stopped },
      })
    },
    words: (itemId) => spokenItem(service.responses, itemId) ?? interpreted(service, itemId),
    waitUntil: (check, options) => until(service, check, options),
    subject(caller) {
      const base = subjectFor(service, { kind: 'caller', title: 'caller', includes: () => true })
      return { ...base, heard: () => caller.heard }
    },
  }
}

function keypadOf(service: Service, sessionId: string | undefined): ReturnType<CallerWorld['keypad']> {
  const open = sessionId === undefined ? openOnes(service).map(({ id }) => id) : [sessionId]
  const calls = open.flatMap((id) => service.calls.ofSession(id)?.face ?? []).filter(({ kind }) => kind === 'sip')
  return calls.length === 1 ? calls[0]!.presses : undefined
}

function idOf(event: object): unknown {
  return 'event_id' in event ? event.event_id : undefined
}

function openOnes(service: Service): Connection[] {
  return service.connections.filter((connection) => connection.isOpen)
}

function newest(service: Service): Connection | undefined {
  return service.connections.findLast((connection) => connection.isOpen)
}

/** The session at the end of a line; all open ones while nobody can tell. */
function lineEnds(service: Service, sessionId: string | undefined): Connection[] {
  return openOnes(service).filter((connection) => (sessionId ?? connection.id) === connection.id)
}

function detectionOf(service: Service, sessionId: string): { interrupt_response?: boolean } | null {
  const input = service.connection(sessionId)?.core.config.audio.input
  return input && 'turn_detection' in input ? input.turn_detection : null
}

/** Sessions that the app opened in one phone call are no other line's. */
function tracesOf(service: Service, phoneLine: string | undefined): SessionTraces {
  return {
    openSessions: () => {
      const open = openOnes(service)
      const own = open.filter((one) => phoneLine === undefined || one.phoneLine === phoneLine)
      const possible = own.length > 0 ? own : open.filter((one) => one.phoneLine === undefined)
      return possible.map(({ id }) => id)
    },
    senderOf: (eventId) =>
      service.timeline.entries.findLast((entry) => isEvent(entry) && idOf(entry.event) === eventId)?.sessionId,
    onAppend: (listener) =>
      service.timeline.subscribe((entry) => {
        if (isEvent(entry) && isAppend(entry.event)) listener(entry.sessionId, entry.event.audio)
      }),
  }
}

/** Frames straight into the ear of the open session: no app, no wire event. */
function directLine(service: Service): Line {
  const open = openOnes(service)
  // Who phones speaks into the call, whatever else the app has open.
  const calls = open.filter(({ id }) => service.calls.ofSession(id))
  const [only, second] = calls.length === 1 ? calls : open
  if (second) {
    const list = open.map((connection) => `  ${connection.id}  ${connection.request.url.href}`).join('\n')
    throw new RealtimeKitError(
      'RTK_MANY_SESSIONS',
      `caller.says(…): ${open.length} sessions are open, and the caller is attached to no app:\n${list}\n${manyMend(calls.length)}`,
    )
  }
  const id = only?.id ?? ''
  const format = () => service.inputFormat(id)
  return {
    session: { id },
    injected: true,
    rateHz: () => wireRateHz(format()),
    microphone(frame) {
      const connection = service.connection(id)
      if (connection?.isOpen) connection.hear(encodeBase64(encodeWireAudio(frame.samples, format())))
    },
  }
}

function manyMend(calls: number): string {
  if (calls < 2) return 'Say which one listens: caller.attach(app).'
  return 'One caller is in one call at a time: end the others first (call.hangsUp()), or give each call a test of its own (test.concurrent).'
}

/** Plays what the service sends: to an app, or straight to the caller of a call. */
function overhear(
  service: Service,
  loudspeaker: Parameters<CallerWorld['overhear']>[0],
  formatOf: CallerWorld['outputFormat'],
): () => void {
  let playing = ''
  return service.timeline.subscribe((entry) => {
    if (!isEvent(entry)) return
    const { event, sessionId } = entry
    if (sessionId === playing && stopsPlaying(service, sessionId, event.type)) loudspeaker.stop()
    if (event.type === 'session.output_audio.delta') playInterpreter(service, loudspeaker, sessionId, event.delta)
    if (event.type !== 'response.output_audio.delta') return
    const format = formatOf(event.response_id)
    const bytes = decodeBase64(event.delta)
    playing = sessionId
    if (bytes) loudspeaker.play(event.item_id, decodeWireAudio(bytes, format), wireRateHz(format))
  })
}

/** On calls the service plays, and says when it stops; elsewhere the app does, at speech and where it truncates. */
function stopsPlaying(service: Service, sessionId: string, type: string): boolean {
  if (type === 'output_audio_buffer.cleared') return true
  const isTruncation = type === 'conversation.item.truncate'
  if (!isTruncation && type !== 'input_audio_buffer.speech_started') return false
  if (service.calls.ofSession(sessionId)) return false
  return isTruncation || detectionOf(service, sessionId)?.interrupt_response !== false
}
