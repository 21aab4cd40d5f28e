// The service as the caller sees it.

import { decodeBase64, encodeBase64 } from '../../../audio/base64.ts'
import { decodeWireAudio, encodeWireAudio, wireRateHz } from '../../../audio/formats.ts'
import type { Connection } from '../connection.ts'
import { until, untilSession } from '../service-waits.ts'
import type { Service } from '../service.ts'
import { textOf } from '../response-tracker.ts'
import { subjectFor } from '../subject-of.ts'
import { isEvent } from '../timeline.ts'
import type { CallerWorld } from './caller.ts'
import type { Line } from './line.ts'

export function callerWorld(service: Service): CallerWorld {
  const open = (): Connection | undefined => service.connections.findLast((connection) => connection.isOpen)
  const sessionId = (): string => open()?.id ?? ''
  const formatOfResponse: CallerWorld['outputFormat'] = (responseId) =>
    service.outputFormat(responseId === undefined ? sessionId() : (service.responses.get(responseId)?.sessionId ?? sessionId()), responseId)
  return {
    clock: service.clock,
    inputFormat: () => service.inputFormat(sessionId()),
    outputFormat: formatOfResponse,
    speakingItem(responseId) {
      const response = responseId === undefined ? service.responses.all.findLast((one) => one.audio.length > 0) : service.responses.get(responseId)
      return response?.audio.at(-1)?.itemId ?? ''
    },
    said({ text, words, beganMs, startMs, endMs, injected }) {
      service.utterances.add({ text, words: words ?? [], beganMs, startMs, endMs })
      service.timeline.append({ atMs: service.clock.now(), sessionId: '', from: 'caller', note: { type: 'said', text, startMs, endMs, injected } })
    },
    async directLine() {
      await untilSession(service, open, { what: 'caller.says(…)' })
      return directLine(service, open)
    },
    isListening: () => {
      const connection = open()
      return connection !== undefined && isHearingSpeech(service, connection.id)
    },
    overhear: (loudspeaker) =>
      service.timeline.subscribe((entry) => {
        if (!isEvent(entry) || entry.from !== 'service') return
        const { event } = entry
        if (event.type === 'input_audio_buffer.speech_started') loudspeaker.stop()
        if (event.type !== 'response.output_audio.delta') return
        const format = formatOfResponse(event.response_id)
        const bytes = decodeBase64(event.delta)
        if (bytes) loudspeaker.play(event.item_id, decodeWireAudio(bytes, format), wireRateHz(format))
      }),
    noteHeard: (itemId, heardMs, stopped) => {
      const owner = service.responses.ofItem(itemId)?.sessionId ?? ''
      service.timeline.append({ atMs: service.clock.now(), sessionId: owner, from: 'caller', note: { type: 'played', itemId, heardMs, stopped } })
    },
    words(itemId) {
      const response = service.responses.ofItem(itemId)
      const index = response?.audio.findIndex((audio) => audio.itemId === itemId) ?? -1
      if (!response || index < 0) return undefined
      return { text: response.texts.get(itemId) ?? textOf(response), sentMs: response.audio[index]!.sentMs, words: response.spoken[index]?.words }
    },
    waitUntil: (check, options) => until(service, check, options),
    subject(caller) {
      const base = subjectFor(service, { kind: 'caller', title: 'caller', includes: () => true })
      return { ...base, heard: () => caller.heard }
    },
  }
}

/** Frames straight into the ear of the open session: no app, no wire event. */
function directLine(service: Service, open: () => Connection | undefined): Line {
  const format = () => service.inputFormat(open()?.id ?? '')
  return {
    injected: true,
    rateHz: () => wireRateHz(format()),
    microphone(frame) {
      open()?.hear(encodeBase64(encodeWireAudio(frame.samples, format())))
    },
  }
}

/** Whether the last word of turn detection was `speech_started`. */
function isHearingSpeech(service: Service, sessionId: string): boolean {
  const { entries } = service.timeline
  for (let i = entries.length - 1; i >= 0; i--) {
    const entry = entries[i]!
    if (!isEvent(entry) || entry.sessionId !== sessionId) continue
    const { type } = entry.event
    if (type === 'input_audio_buffer.speech_started') return true
    if (type === 'input_audio_buffer.speech_stopped' || type === 'input_audio_buffer.committed') return false
  }
  return false
}
