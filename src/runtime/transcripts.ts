// What the next committed audio is transcribed as, when the test says so: `transcribeOnce`.

import type { Transcript } from '../api.ts'
import { isRecord } from '../protocol/json.ts'
import { checkOptions, refuse, rule } from '../responses/option-check.ts'
import type { SpeakerSegment, TranscriptResult } from '../session/inputs.ts'
import type { Connection } from './connection.ts'
import type { Scope } from './view.ts'

export class Transcripts {
  readonly #queue: { readonly result: TranscriptResult; readonly scope: Scope }[] = []

  push(as: Transcript, scope: Scope): void {
    this.#queue.push({ result: toResult(as), scope })
  }

  /** The scripted result for the next audio of this session, if any. */
  take(connection: Connection): TranscriptResult | undefined {
    const index = this.#indexFor(connection)
    return index < 0 ? undefined : this.#queue.splice(index, 1)[0]!.result
  }

  /**
   * What a streaming model says of the next audio when so many words of it are over: as many words of the scripted text, or of its
   * deltas; nothing of a failure. Undefined where nothing is scripted.
   */
  piecesFor(connection: Connection, count: number): readonly string[] | undefined {
    const result = this.#queue[this.#indexFor(connection)]?.result
    if (!result) return undefined
    if (result.type === 'failed') return []
    return (result.deltas ?? result.text.match(/\s*\S+/gu) ?? []).slice(0, count)
  }

  #indexFor(connection: Connection): number {
    return this.#queue.findIndex((entry) => entry.scope.includes(connection))
  }
}

const place = { subject: 'transcribeOnce(…)', path: '', code: 'RTK_OPTION' } as const
const expected = 'a text, { text }, { deltas: [texts] }, { segments: [{ speaker, text }] } or { fail: code }'

const isText = (value: unknown): value is string => typeof value === 'string'
const isFilled = (value: unknown): boolean => isText(value) && value !== ''
const areTexts = (value: unknown): boolean => Array.isArray(value) && value.every(isText)
const isSeconds = (value: unknown): boolean => typeof value === 'number' && Number.isFinite(value) && value >= 0

const languages = rule('an array of language codes', areTexts)
const shapes = {
  text: { text: rule('a text', isText), languages },
  deltas: { deltas: rule('an array of texts', areTexts), languages },
  segments: {
    segments: rule('an array of { speaker, text }, one at least', (value) => Array.isArray(value) && value.length > 0),
  },
  fail: { fail: rule('an error code', isFilled), message: rule('a text', isText) },
}
const segmentRules = {
  speaker: rule('the label of a speaker', isFilled),
  text: rule('a text', isText),
  start: rule('seconds from the start of the item', isSeconds),
  end: rule('seconds from the start of the item', isSeconds),
}

function toResult(as: Transcript): TranscriptResult {
  if (typeof as === 'string') return { type: 'completed', text: as }
  if (!isRecord(as)) refuse(place, as, expected)
  if ('fail' in as && as.fail !== undefined) {
    checkOptions(as, shapes.fail, place)
    const { fail, message = `Input transcription failed for item: ${fail}` } = as
    return { type: 'failed', code: fail, message }
  }
  if ('segments' in as && as.segments !== undefined) {
    checkOptions(as, shapes.segments, place)
    const segments = as.segments.map((segment, index) => toSegment(segment, `segments[${index}]`))
    return { type: 'completed', text: segments.map(({ text }) => text).join(' '), segments }
  }
  if ('deltas' in as && as.deltas !== undefined) {
    checkOptions(as, shapes.deltas, place)
    return { type: 'completed', text: as.deltas.join(''), deltas: as.deltas, ...languagesOf(as) }
  }
  if (!('text' in as) || as.text === undefined) return refuse(place, as, expected)
  checkOptions(as, shapes.text, place)
  return { type: 'completed', text: as.text, ...languagesOf(as) }
}

function languagesOf({ languages }: { languages?: readonly string[] }): { languages?: readonly string[] } {
  return languages ? { languages } : {}
}

type Segment = Extract<Transcript, { segments: unknown }>['segments'][number]

function toSegment(segment: Segment, path: string): SpeakerSegment {
  const here = { ...place, path }
  if (!isRecord(segment)) return refuse(here, segment, '{ speaker, text }')
  checkOptions(segment, segmentRules, here)
  const { speaker, text, start, end } = segment
  if (speaker === undefined || text === undefined) return refuse(here, segment, '{ speaker, text }')
  if (start !== undefined && end !== undefined && end < start) return refuse(here, segment, '`end` not before `start`')
  return {
    speaker,
    text,
    ...(start === undefined ? {} : { startMs: start * 1000 }),
    ...(end === undefined ? {} : { endMs: end * 1000 }),
  }
}
