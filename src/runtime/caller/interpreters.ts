// Interpreters as the caller hears them: the sound of a translation session, by the utterances that it interprets. An utterance
// stands where a conversation has an item; its name is the kit's own.

import { decodeBase64 } from '../../../audio/base64.ts'
import { decodeWireAudio, wireRateHz } from '../../../audio/formats.ts'
import { translationFormat } from '../../session/translation-state.ts'
import type { Interpretations } from '../interpretations.ts'
import type { Service } from '../service.ts'
import { isEvent } from '../timeline.ts'
import { TranslationCore } from '../translation-core.ts'
import type { SpokenItem } from './heard-text.ts'
import type { LoudspeakerEvents } from './line.ts'

function interpretationsOf(service: Service, sessionId: string): Interpretations | undefined {
  const core = service.connection(sessionId)?.core
  return core instanceof TranslationCore ? core.interpretations : undefined
}

/** The utterance whose sound a translation session sent last; undefined for other sessions. */
export function lastInterpretation(service: Service, sessionId: string): string | undefined {
  const interpretations = interpretationsOf(service, sessionId)
  if (!interpretations) return undefined
  const last = service.timeline.entries.findLast(
    (entry) => isEvent(entry) && entry.sessionId === sessionId && entry.event.type === 'session.output_audio.delta',
  )
  return last && isEvent(last) ? (interpretations.idOf(last.event) ?? '') : ''
}

/** Whether an app has closed the input of its interpreter, whose last words may still come. */
export function isInputClosed(service: Service, sessionId: string | undefined): boolean {
  const core = sessionId === undefined ? undefined : service.connection(sessionId)?.core
  return core instanceof TranslationCore && core.state.phase !== 'open'
}

/** The session that interprets an utterance. */
export function interpreterOf(service: Service, itemId: string): string | undefined {
  return service.connections.find(({ id }) => interpretationsOf(service, id)?.said(itemId))?.id
}

/** What the interpreter has said of an utterance so far. */
export function interpreted(service: Service, itemId: string): SpokenItem | undefined {
  const sessionId = interpreterOf(service, itemId)
  return sessionId === undefined ? undefined : interpretationsOf(service, sessionId)?.said(itemId)
}

/** Whether an utterance has been interpreted to its end. */
export function isInterpreted(service: Service, itemId: string): boolean {
  const sessionId = interpreterOf(service, itemId)
  return sessionId !== undefined && interpretationsOf(service, sessionId)?.isOver(itemId) === true
}

/** Plays sound that a translation session has just sent. */
export function playInterpreter(service: Service, loudspeaker: LoudspeakerEvents, sessionId: string, delta: string): void {
  const bytes = decodeBase64(delta)
  const itemId = lastInterpretation(service, sessionId) ?? ''
  if (bytes) loudspeaker.play(itemId, decodeWireAudio(bytes, translationFormat), wireRateHz(translationFormat))
}
