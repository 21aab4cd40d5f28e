// What the next committed audio is transcribed as, when the test says so: `transcribeOnce`.

import { isRecord } from '../protocol/json.ts'
import { checkOptions, refuse, rule } from '../responses/option-check.ts'
import type { TranscriptResult } from '../session/inputs.ts'
import type { Connection } from './connection.ts'
import type { Scope } from './view.ts'

export type Transcript = string | { fail: string } | { deltas: string[] }

export class Transcripts {
  readonly #queue: { readonly result: TranscriptResult; readonly scope: Scope }[] = []

  push(as: Transcript, scope: Scope): void {
    this.#queue.push({ result: toResult(as), scope })
  }

  /** The scripted result for the next audio of this session, if any. */
  take(connection: Connection): TranscriptResult | undefined {
    const index = this.#queue.findIndex((entry) => entry.scope.includes(connection))
    return index < 0 ? undefined : this.#queue.splice(index, 1)[0]!.result
  }
}

const rules = {
  fail: rule('an error code', (value) => typeof value === 'string' && value !== ''),
  deltas: rule('an array of texts', (value) => Array.isArray(value) && value.every((one) => typeof one === 'string')),
}

function toResult(as: Transcript): TranscriptResult {
  if (typeof as === 'string') return { type: 'completed', text: as }
  const place = { subject: 'transcribeOnce(…)', path: '', code: 'RTK_OPTION' } as const
  const expected = 'a text, { fail: code } or { deltas: [texts] }'
  if (!isRecord(as)) refuse(place, as, expected)
  checkOptions(as, rules, place)
  if ('deltas' in as) return { type: 'completed', text: as.deltas.join(''), deltas: as.deltas }
  if ('fail' in as) return { type: 'failed', code: as.fail, message: `Input transcription failed for item: ${as.fail}` }
  return refuse(place, as, expected)
}
