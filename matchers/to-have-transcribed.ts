// toHaveTranscribed: the service has sent the app this transcript of what the caller said, but for a share of wrong words.

import { type WordErrors, wordErrorRate } from '../audio/wer.ts'
import { readText } from '../src/report/fields.ts'
import { quoted, shortId } from '../src/report/print.ts'
import type { EventEntry } from '../src/runtime/timeline.ts'
import type { MatcherContext, MatcherResult } from './context.ts'
import { likelySlips } from './mends.ts'
import { callOf, checkName, checkOptions, type MatcherCall } from './received.ts'
import { message, type Report } from './report.ts'
import { headOf, windowAtEnd } from './report-parts.ts'
import { coveredEvents } from './session-events.ts'
import { alignment, rate } from './word-alignment.ts'

const completed = 'conversation.item.input_audio_transcription.completed'
const failed = 'conversation.item.input_audio_transcription.failed'

interface Transcript {
  readonly entry: EventEntry
  readonly text: string
  readonly errors: WordErrors
}

function transcriptLine({ entry, text, errors }: Transcript): string {
  return `#${entry.index} ${quoted(text, 100)}  ${rate(errors)}`
}

function absentReport(call: MatcherCall, transcripts: readonly Transcript[], maxWer: number): Report {
  const base = headOf(call)
  const [closest, ...others] = transcripts
  if (closest) {
    return {
      ...base,
      divergence: [
        `Closest is ${transcriptLine(closest)}, more than ${maxWer}:  <<<<<`,
        `  ${alignment(closest.errors)}`,
        ...(others.length > 0 ? ['Others:', ...others.slice(0, 5).map((each) => `  ${transcriptLine(each)}`)] : []),
      ],
    }
  }
  return {
    ...base,
    divergence: ['The service sent no transcript.', ...understood(call)],
    timeline: windowAtEnd(call.subject),
    mend: likelySlips(call, completed),
  }
}

/** What the model understood of committed audio, though nothing was transcribed; and transcripts that failed. */
function understood(call: MatcherCall): string[] {
  const events = coveredEvents(call.subject)
  return events.flatMap((entry) => {
    const itemId = readText(entry.event, 'item_id')
    if (entry.event.type === failed) return [`  #${entry.index} failed: ${readText(entry.event, 'error.code') ?? 'no code'}`]
    if (entry.event.type !== 'input_audio_buffer.committed' || itemId === undefined) return []
    const words = call.subject.heardWords(itemId)
    return words === undefined ? [] : [`  The model understood ${quoted(words)} (${shortId(itemId)}), without a transcript.`]
  })
}

export function toHaveTranscribed(
  this: MatcherContext,
  received: unknown,
  text: string,
  options?: { readonly maxWer?: number },
): MatcherResult {
  const call = callOf(this, 'toHaveTranscribed', received, [text, options], ['realtime', 'view', 'session'])
  checkName(call, text, 'the words that were said')
  checkOptions(call, options, { maxWer: 'number' })
  const maxWer = options?.maxWer ?? 0
  const transcripts = coveredEvents(call.subject)
    .filter((entry) => entry.event.type === completed)
    .map((entry) => {
      const heard = readText(entry.event, 'transcript') ?? ''
      return { entry, text: heard, errors: wordErrorRate(text, heard) }
    })
    .sort((one, other) => one.errors.rate - other.errors.rate)
  const found = transcripts.filter((each) => each.errors.rate <= maxWer)
  const pass = found.length > 0
  const presentReport = (): Report => ({
    ...headOf(call),
    divergence: ['It was transcribed:', ...found.slice(0, 5).map((each) => `  ${transcriptLine(each)}`)],
  })
  return { pass, message: message(this, () => (pass ? presentReport() : absentReport(call, transcripts, maxWer))) }
}
