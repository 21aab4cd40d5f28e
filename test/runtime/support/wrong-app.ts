// An app that does something wrong, message by message, and what the timeline finds of it.

import { expect, test } from 'vitest'
import type { RealtimeOptions } from '../../../src/api.ts'
import { findingText, isEvent, type NoteEntry } from '../../../src/runtime/timeline.ts'
import { type MemoryApp, type OpenService, openService } from './open-service.ts'

export type Sent = { type: string } & Record<string, unknown>

export const update = (session: object): Sent => ({ type: 'session.update', session: { type: 'realtime', ...session } })
export const text = update({ output_modalities: ['text'], audio: { input: { turn_detection: null } } })
export const item = (fields: object): Sent => ({ type: 'conversation.item.create', item: fields })
export const says = (words: string): Sent =>
  item({ type: 'message', role: 'user', content: [{ type: 'input_text', text: words }] })
export const append = (ms: number): Sent => ({
  type: 'input_audio_buffer.append',
  audio: Buffer.alloc(ms * 48).toString('base64'),
})
export const commit: Sent = { type: 'input_audio_buffer.commit' }
export const create: Sent = { type: 'response.create' }
export const cancel: Sent = { type: 'response.cancel' }

export interface Finding {
  readonly code: string | undefined
  readonly text: string
  /** Type of the app's event that it is about. */
  readonly about: string | undefined
}

export function findingsOf({ service }: OpenService): Finding[] {
  const { entries } = service.timeline
  return entries.flatMap((entry) => {
    if (isEvent(entry) || entry.note.type !== 'finding') return []
    const cause = entries.find(({ index }) => index === (entry as NoteEntry).cause)
    const about = cause && (isEvent(cause) ? cause.event.type : cause.note.type)
    return [{ code: entry.note.code, text: findingText(entry.note), about }]
  })
}

export const responses: NonNullable<RealtimeOptions['responses']> = {
  call: { when: 'call', call: { name: 'f', arguments: {} } },
  any: 'Yes, indeed.',
}

/** What is found when an app sends this, message by message, each answered before the next. */
export async function found(
  sent: readonly (Sent | string | Uint8Array | ((app: MemoryApp) => Sent))[],
  options: RealtimeOptions = {},
  url?: string,
) {
  await using opened = openService({ latency: 'instant', responses, ...options })
  const app = await opened.open(url === undefined ? {} : { url })
  for (const message of sent) {
    const made = typeof message === 'function' ? message(app) : message
    app.client.send(typeof made === 'string' || made instanceof Uint8Array ? made : JSON.stringify(made))
    await opened.service.clock.advance(1000)
  }
  return findingsOf(opened)
}

export const got = (app: MemoryApp, type: string): any =>
  app.got.findLast((event) => typeof event !== 'string' && event.type === type)

export interface Row {
  readonly case: string
  readonly sent: Parameters<typeof found>[0]
  readonly code: string
  readonly about?: string
  readonly says: RegExp
  readonly options?: RealtimeOptions
  /** Default: a conversation. */
  readonly url?: string
}

/** One test for each row: the finding is there, in these words, caused by what was sent last. */
export function testRows(rows: readonly Row[]): void {
  test.for(rows)('$case', async ({ sent, code, about, says: pattern, options, url }) => {
    const findings = await found(sent, options, url)
    expect(findings.map((finding) => finding.code)).toContain(code)
    const finding = findings.find((one) => one.code === code)!
    expect(finding.text).toMatch(pattern)
    const last = sent.at(-1)
    if (about) expect(finding.about).toBe(about)
    else expect(typeof last === 'object' && 'type' in last ? last.type : finding.about).toBe(finding.about)
  })
}
