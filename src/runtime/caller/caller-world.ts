// The service as the caller sees it.

import { decodeBase64, encodeBase64 } from '../../../audio/base64.ts'
import { decodeWireAudio, encodeWireAudio, wireRateHz } from '../../../audio/formats.ts'
import { RealtimeKitError } from '../../errors.ts'
import type { Connection } from '../connection.ts'
import { textOf } from '../response-tracker.ts'
import type { Service } from '../service.ts'
import { until, untilSession } from '../service-waits.ts'
import { subjectFor } from '../subject-of.ts'
import { isEvent } from '../timeline.ts'
import type { CallerWorld } from './caller.ts'
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
    lineSession: () => new LineSession(tracesOf(service)),
    inputFormat: (sessionId) => service.inputFormat(idOr(sessionId)),
    outputFormat,
    mixedFormats: () => new Set(openOnes(service).map(({ id }) => JSON.stringify(service.inputFormat(id)))).size > 1,
    speakingItem({ responseId, sessionId }) {
      const own = responseId === undefined ? undefined : service.responses.get(responseId)
      const spoken =
        own ??
        [...service.responses.all].findLast((one) => one.audio.length > 0 && (sessionId ?? one.sessionId) === one.sessionId)
      return spoken?.audio.at(-1)?.itemId ?? ''
    },
    isOver: (itemId) => service.responses.ofItem(itemId)?.doneAtMs !== undefined,
    speechInterrupts: (sessionId) => detectionOf(service, idOr(sessionId))?.interrupt_response !== false,
    onTruncate: (listener) =>
      service.timeline.subscribe((entry) => {
        if (isEvent(entry) && entry.from === 'app' && entry.event.type === 'conversation.item.truncate')
          listener(entry.event.item_id)
      }),
    said({ text, words, beganMs, startMs, endMs, line }) {
      service.utterances.add({ text, words: words ?? [], beganMs, startMs, endMs, sessionId: () => line.session.id })
      const note = { type: 'said', text, startMs, endMs, injected: line.injected } as const
      service.timeline.append({ atMs: service.clock.now(), sessionId: '', from: 'caller', note })
    },
    async directLine() {
      await untilSession(service, () => newest(service), { what: 'caller.says(…)' })
      return directLine(service)
    },
    isListening: (sessionId) => lineEnds(service, sessionId).some(({ id }) => isHearingSpeech(service, id)),
    detectsTurns: (sessionId) => lineEnds(service, sessionId).some(({ id }) => detectionOf(service, id) !== null),
    overhear: (loudspeaker) => overhear(service, loudspeaker, outputFormat),
    noteHeard: (itemId, heardMs, stopped) => {
      const owner = service.responses.ofItem(itemId)?.sessionId ?? ''
      service.timeline.append({
        atMs: service.clock.now(),
        sessionId: owner,
        from: 'caller',
        note: { type: 'played', itemId, heardMs, stopped },
      })
    },
    words(itemId) {
      const response = service.responses.ofItem(itemId)
      const index = response?.audio.findIndex((audio) => audio.itemId === itemId) ?? -1
      if (!response || index < 0) return undefined
      return {
        text: response.texts.get(itemId) ?? textOf(response),
        sentMs: response.audio[index]!.sentMs,
        words: response.spoken[index]?.words,
      }
    },
    waitUntil: (check, options) => until(service, check, options),
    subject(caller) {
      const base = subjectFor(service, { kind: 'caller', title: 'caller', includes: () => true })
      return { ...base, heard: () => caller.heard }
    },
  }
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
  const connection = service.connection(sessionId)
  return connection ? service.configOf(connection).audio.input.turn_detection : null
}

function tracesOf(service: Service): SessionTraces {
  return {
    openSessions: () => openOnes(service).map(({ id }) => id),
    senderOf: (eventId) =>
      service.timeline.entries.findLast((entry) => isEvent(entry) && idOf(entry.event) === eventId)?.sessionId,
    onAppend: (listener) =>
      service.timeline.subscribe((entry) => {
        if (isEvent(entry) && entry.event.type === 'input_audio_buffer.append') listener(entry.sessionId, entry.event.audio)
      }),
  }
}

/** Frames straight into the ear of the open session: no app, no wire event. */
function directLine(service: Service): Line {
  const open = openOnes(service)
  const [only, second] = open
  if (second) {
    const list = open.map((connection) => `  ${connection.id}  ${connection.request.url.href}`).join('\n')
    throw new RealtimeKitError(
      'RTK_MANY_SESSIONS',
      `caller.says(…): ${open.length} sessions are open, and the caller is attached to no app:\n${list}\nSay which one listens: caller.attach(app).`,
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

/** Plays what the service sends; stops as an app would: at speech, and where the app truncates. */
function overhear(
  service: Service,
  loudspeaker: Parameters<CallerWorld['overhear']>[0],
  formatOf: CallerWorld['outputFormat'],
): () => void {
  let playing = ''
  return service.timeline.subscribe((entry) => {
    if (!isEvent(entry)) return
    const { event, sessionId } = entry
    if (event.type === 'conversation.item.truncate' && sessionId === playing) loudspeaker.stop()
    if (
      event.type === 'input_audio_buffer.speech_started' &&
      sessionId === playing &&
      detectionOf(service, sessionId)?.interrupt_response !== false
    ) {
      loudspeaker.stop()
    }
    if (event.type !== 'response.output_audio.delta') return
    const format = formatOf(event.response_id)
    const bytes = decodeBase64(event.delta)
    playing = sessionId
    if (bytes) loudspeaker.play(event.item_id, decodeWireAudio(bytes, format), wireRateHz(format))
  })
}

const endsOfSpeech = new Set(['speech_stopped', 'committed', 'cleared'].map((name) => `input_audio_buffer.${name}`))

/** Whether the last word of turn detection was `speech_started`. */
function isHearingSpeech(service: Service, sessionId: string): boolean {
  const { entries } = service.timeline
  for (let i = entries.length - 1; i >= 0; i--) {
    const entry = entries[i]!
    if (!isEvent(entry) || entry.sessionId !== sessionId) continue
    const { type } = entry.event
    if (type === 'input_audio_buffer.speech_started') return true
    if (endsOfSpeech.has(type)) return false
  }
  return false
}
