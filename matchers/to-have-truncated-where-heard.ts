// toHaveTruncatedWhereHeard: the app cut the answer (conversation.item.truncate) where the caller stopped hearing it, so that the
// model remembers what was heard and no more. Of a session or more: at each of its cuts.

import { ms, shortId } from '../src/report/print.ts'
import type { ResponseFacts } from '../src/runtime/subject.ts'
import type { MatcherContext, MatcherResult } from './context.ts'
import { callOf, checkOptions, type MatcherCall } from './received.ts'
import { message, type Report } from './report.ts'
import { countOfResponses, headOf, responseTitle, windowAround, windowAtEnd } from './report-parts.ts'
import { type Truncation, truncationsOf } from './truncations.ts'

const usualToleranceMs = 120

function isWhereHeard(cut: Truncation, toleranceMs: number): boolean {
  return cut.refusal === undefined && cut.heardMs !== undefined && Math.abs(cut.audioEndMs - cut.heardMs) <= toleranceMs
}

function cutLine(cut: Truncation, toleranceMs: number): string {
  const head = `#${cut.asked.index} ${responseTitle(cut.response)}  cut at ${ms(cut.audioEndMs)} of ${ms(cut.sentMs)} sent`
  if (cut.refusal !== undefined) return `${head}, refused: ${cut.refusal}  <<<<<`
  if (cut.heardMs === undefined) return `${head}, unknown how much was heard  <<<<<`
  const off = cut.audioEndMs - cut.heardMs
  const distance = off === 0 ? 'just there' : `${ms(Math.abs(off))} too ${off > 0 ? 'late' : 'early'}`
  return `${head}, heard ${ms(cut.heardMs)}: ${distance}${isWhereHeard(cut, toleranceMs) ? '' : '  <<<<<'}`
}

function slipOf(cuts: readonly Truncation[]): string[] {
  if (cuts.some((cut) => cut.heardMs === undefined)) return ['Only a caller that is attached to the app (caller.attach) hears.']
  const wrong = cuts.find((cut) => cut.refusal === undefined && cut.heardMs !== undefined && cut.audioEndMs > cut.heardMs)
  if (!wrong || wrong.heardMs === undefined) return []
  return Math.abs(wrong.audioEndMs - wrong.sentMs) < 1
    ? ['The app cut at the end of what was sent, not of what was played: sound comes faster than it plays.']
    : []
}

function neverCut(call: MatcherCall, responses: readonly ResponseFacts[]): Report {
  const base = headOf(call)
  if (responses.length === 0) return { ...base, divergence: [`${countOfResponses(responses)}.`] }
  const heard = responses.flatMap((response) =>
    response.audio.map((audio) => {
      const known = audio.heardMs === undefined ? '' : `, ${ms(audio.heardMs)} heard`
      return `  ${responseTitle(response)}  ${shortId(audio.itemId)}: ${ms(audio.sentMs)} sent${known}`
    }),
  )
  return {
    ...base,
    divergence: [
      heard.length > 0 ? 'The app never sent conversation.item.truncate for:' : 'There was no sound to truncate.',
      ...heard.slice(0, 10),
    ],
    timeline: windowAtEnd(call.subject),
    mend:
      heard.length > 0 ? ['After an interruption the app must send it itself, else the model believes that all was heard.'] : [],
  }
}

export function toHaveTruncatedWhereHeard(
  this: MatcherContext,
  received: unknown,
  options?: { readonly toleranceMs?: number },
): MatcherResult {
  const call = callOf(this, 'toHaveTruncatedWhereHeard', received, [options])
  checkOptions(call, options, { toleranceMs: 'number' })
  const toleranceMs = options?.toleranceMs ?? usualToleranceMs
  const responses = call.subject.responses()
  const cuts = truncationsOf(call.subject, responses)
  const pass = cuts.length > 0 && cuts.every((cut) => isWhereHeard(cut, toleranceMs))
  const report = (): Report =>
    cuts.length === 0
      ? neverCut(call, responses)
      : {
          ...headOf(call),
          divergence: cuts.slice(0, 10).map((cut) => cutLine(cut, toleranceMs)),
          timeline: windowAround(
            call.subject,
            cuts.slice(0, 1).map((cut) => cut.asked),
          ),
          mend: pass ? [] : slipOf(cuts),
        }
  return { pass, message: message(this, report) }
}
