// The demo's conversations again and again: the same timeline each time, one after the other and at once. Events, ids, virtual times
// and causes count; only `expires_at` follows the date. `node test/bench/determinism.ts` does so more often, in both pools, under load.

import { createHash } from 'node:crypto'
import { appendFileSync } from 'node:fs'
import { describe } from 'vitest'
import { type Caller, expect, type LocalRealtime, test } from 'vitest-realtime'
import { builds, type SupportLine, talkIntoMicrophone, talkToSupportLine } from '../examples/demo/conversations.ts'

interface People {
  readonly realtime: LocalRealtime
  readonly caller: Caller
}
type Talk = (people: People) => Promise<SupportLine>

const talks: Readonly<Record<string, Talk>> = {
  ...Object.fromEntries(
    Object.entries(builds).map(([build, start]): [string, Talk] => [build, (people) => talkToSupportLine(start, people)]),
  ),
  'a microphone of its own': talkIntoMicrophone,
}

const { DETERMINISM_RUNS: runs = '4', DETERMINISM_RESULTS: results } = process.env
const times = Array.from({ length: Number(runs) }, (_, index) => index + 1)
const first = new Map<string, readonly string[]>()

describe.for(Object.entries(talks))('%s', ([name, talk]) => {
  async function talkOnce(how: string, { realtime, caller }: People): Promise<void> {
    const startedNs = process.hrtime.bigint()
    const line = await talk({ realtime, caller })
    line.hangUp()
    const entries = linesOf(realtime)
    report(`${name}, ${how}`, entries, startedNs)
    const expected = first.get(name) ?? entries
    first.set(name, expected)
    expect(entries).toEqual(expected)
  }

  describe('one by one', () => {
    test.for(times)('%i', (_, { realtime, caller }) => talkOnce('one by one', { realtime, caller }))
  })

  describe.concurrent('all at once', () => {
    test.for(times)('%i', (_, { realtime, caller }) => talkOnce('all at once', { realtime, caller }))
  })
})

/** One line per event, audio as its digest. */
function linesOf({ timeline }: LocalRealtime): string[] {
  return timeline.entries.map(({ index, atMs, from, cause, event }) => `${index} ${atMs} ${from} ${cause ?? '-'} ${json(event)}`)
}

function json(event: object): string {
  return JSON.stringify(event, (key, value: unknown) => {
    if (key === 'expires_at') return 'by date'
    return typeof value === 'string' && value.length > 500 ? digest(value) : value
  })
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16)
}

/** For the script: what was talked, its digest, and how long it really took. */
function report(name: string, entries: readonly string[], startedNs: bigint): void {
  if (results === undefined) return
  const realMs = Number(process.hrtime.bigint() - startedNs) / 1e6
  appendFileSync(results, `${JSON.stringify({ name, digest: digest(entries.join('\n')), realMs })}\n`)
}
