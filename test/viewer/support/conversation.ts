// Timelines to look at: a spoken conversation with a real agent, and one of any length made by hand.

import { RealtimeAgent, RealtimeSession, tool } from '@openai/agents-realtime'
import { createLocalRealtime } from 'vitest-realtime'
import { z } from 'zod'
import type { TimelineEntry } from '../../../src/runtime/timeline.ts'

export interface WithInternals {
  readonly internals: {
    readonly timeline: { readonly entries: readonly TimelineEntry[] }
    readonly caller: {
      attach(app: unknown): void
      says(what: string): Promise<void>
      interrupts(what: string, how: { afterMs: number }): Promise<void>
    }
  }
}

/** A greeting that is interrupted, a function call, and the answer after it. */
export async function bookingEntries(): Promise<readonly TimelineEntry[]> {
  await using realtime = createLocalRealtime()
  const { caller, timeline } = (realtime as unknown as WithInternals).internals
  realtime.respond('greeting', { when: 'hello', text: 'Hello! How can I help you today? We are open until ten.' })
  realtime.respond('book', { when: /table for two/i, call: { name: 'book_table', arguments: { seats: 2 } }, then: 'Done.' })
  const bookTable = tool({
    name: 'book_table',
    description: 'Books a table.',
    parameters: z.object({ seats: z.number() }),
    execute: async () => 'booked',
  })
  const session = new RealtimeSession(new RealtimeAgent({ name: 'desk', instructions: 'Be kind.', tools: [bookTable] }), {
    model: 'gpt-realtime',
  })
  await realtime.run(async () => {
    await session.connect({ apiKey: 'sk-test' })
    caller.attach(session)
    await caller.says('Hello there')
    await caller.interrupts('A table for two please', { afterMs: 900 })
    await realtime.settled()
  })
  return [...timeline.entries]
}

/** So many entries in one session: answers of a thousand deltas each, 10 ms apart. */
export function longEntries(count: number): TimelineEntry[] {
  const entries: TimelineEntry[] = [entryOf(0, { type: 'session.created', session: { model: 'gpt-realtime' } })]
  while (entries.length < count) {
    const index = entries.length
    const response_id = `resp_${Math.floor(index / 1000)}`
    if (index % 1000 === 1) entries.push(entryOf(index, { type: 'response.created', response: { id: response_id } }))
    else if (index % 1000 === 999)
      entries.push(entryOf(index, { type: 'response.done', response: { id: response_id, status: 'completed', output: [] } }))
    else
      entries.push(
        entryOf(index, { type: 'response.output_text.delta', response_id, item_id: 'item_1', delta: `word ${index} ` }),
      )
  }
  return entries
}

/** One event of the service in session `sess_1`, 10 ms after the one before. */
export function entryOf(index: number, event: Record<string, unknown>, from: 'app' | 'service' = 'service'): TimelineEntry {
  return { index, atMs: index * 10, sessionId: 'sess_1', from, event } as unknown as TimelineEntry
}
