// Answers what sessions ask about the words of the user: the transcript of committed audio, and what a streaming model has heard so
// far. The author's script comes first, then the ears.

import { AudioEngineUnavailable, messageOf } from '../errors.ts'
import { transcriptionModel } from '../protocol/transcription-models.ts'
import type { Effect } from '../session/effects.ts'
import type { TranscriptResult } from '../session/inputs.ts'
import type { Connection } from './connection.ts'
import type { Service } from './service.ts'

type EffectOf<Type extends Effect['type']> = Extract<Effect, { type: Type }>

/** Our caller is one person. */
const onlySpeaker = 'A'

export class Transcriber {
  readonly #service: Service

  constructor(service: Service) {
    this.#service = service
  }

  /** The words of audio that became an item; late where an engine is still at work. */
  transcribe(connection: Connection, request: EffectOf<'transcribe'>): void {
    const { itemId } = request
    const answer = (result: TranscriptResult): void => connection.input({ type: 'transcript', itemId, result })
    const scripted = this.#service.transcripts.take(connection)
    if (scripted) {
      this.#tellUnfit(request, scripted)
      return answer(scripted)
    }
    const give = (text: string): void => answer(asHeard(connection, itemId, text))
    const lose = (error: unknown): void => {
      const message = messageOf(error)
      // An engine that the options name and nobody installed is the author's error.
      if (error instanceof AudioEngineUnavailable) this.#service.verdict.report(error)
      this.#service.finding(`the transcription engine failed: ${message}`)
      answer({ type: 'failed', code: 'transcription_failed', message })
    }
    const pending = connection.ears.pending(itemId)
    if (pending) {
      if (sendsDeltas(request.model)) this.#tellPartial(connection, itemId)
      void this.#service.clock.hold(pending).then(give, lose)
    } else give(connection.ears.known(itemId) ?? '')
  }

  /** What an engine has heard so far, while it works. */
  #tellPartial(connection: Connection, itemId: string): void {
    connection.ears.onPartial(itemId, (text) =>
      this.#service.run(() => connection.input({ type: 'partial-transcript', itemId, text })),
    )
  }

  /** Words of speech that goes on, when more of them are over. */
  follow(connection: Connection, stretch: EffectOf<'follow-speech'>): void {
    const said = connection.ears.follow(stretch)
    const pieces = said && (this.#service.transcripts.piecesFor(connection, said.length) ?? said)
    if (pieces?.length) connection.input({ type: 'said', startSample: stretch.startSample, pieces })
  }

  #tellUnfit({ model, itemId }: EffectOf<'transcribe'>, result: TranscriptResult): void {
    if (result.type === 'failed' || !result.segments || transcriptionModel(model).diarizes) return
    this.#service.finding(
      `transcribeOnce({ segments }): ${model} does not tell speakers apart, so item ${itemId} has their text and no segments; ` +
        'gpt-4o-transcribe-diarize does',
    )
  }
}

/** Models that give their text at once, or by speakers, have nothing to tell before the end. */
function sendsDeltas(model: string): boolean {
  const { speaksOnce, diarizes } = transcriptionModel(model)
  return !speaksOnce && !diarizes
}

/** Words that the ears know, with where they were said when that is known too. */
function asHeard({ ears }: Connection, itemId: string, text: string): TranscriptResult {
  const bounds = ears.boundsOf(itemId)
  const deltas = ears.partialsOf(itemId)
  if (text === '' || !bounds) return { type: 'completed', text, ...(deltas ? { deltas } : {}) }
  const segment = { speaker: onlySpeaker, text, startMs: Math.round(bounds.startMs), endMs: Math.round(bounds.endMs) }
  return { type: 'completed', text, segments: [segment] }
}
