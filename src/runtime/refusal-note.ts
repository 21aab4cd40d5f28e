// What the timeline keeps of an upgrade that was answered with plain HTTP: enough to give the same answer again.

import { jsonOrText } from '../protocol/json.ts'
import type { Note } from './timeline.ts'

export type RefusalNote = Extract<Note, { type: 'refused' }>

/** Headers that clients act on. The others are of one answer only, or say who asked. */
const telling = /^(?:content-type|retry-after(?:-ms)?|x-should-retry|x-ratelimit-[\w-]+|www-authenticate)$/

/** `headers` have lower-case names; of a body that is JSON in a text, the value is kept. */
export function refusalNote(
  url: string,
  answer: { readonly status: number; readonly body: unknown; readonly headers?: Readonly<Record<string, string>> },
): RefusalNote {
  const { status, body } = answer
  const headers = Object.fromEntries(Object.entries(answer.headers ?? {}).filter(([name]) => telling.test(name)))
  const value = typeof body === 'string' ? jsonOrText(body) : body
  return {
    ...{ type: 'refused', url, status },
    body: typeof value === 'object' && value !== null ? value : String(body ?? ''),
    ...(Object.keys(headers).length > 0 && { headers }),
  }
}
