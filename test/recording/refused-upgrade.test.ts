// Upgrades that were answered with plain HTTP: recorded in process, replayed as the same refusal, compared.

import { createRequire } from 'node:module'
import { expect, test } from 'vitest-realtime'
import { compareRecordings } from '../../src/recording/compare-recordings.ts'
import { differenceLines } from '../../src/recording/difference-text.ts'
import { readRecordingSync } from '../../src/recording/read-recording.ts'
import type { Recording } from '../../src/recording/recording.ts'
import { writeRecordingSync } from '../../src/recording/write-recording.ts'
import { isEvent } from '../../src/runtime/timeline.ts'
import { shelf } from './support/record-here.ts'

const url = 'wss://api.openai.com/v1/realtime?model=gpt-realtime'

interface Refusal {
  readonly status: number
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: string
}

const { WebSocket } = createRequire(import.meta.url)('ws') as typeof import('ws')

/** What an unmodified client gets: the refusal, or the type of the first event. */
function ask(): Promise<Refusal | string> {
  const socket = new WebSocket(url, { headers: { authorization: 'Bearer sk-mine' } })
  return new Promise((resolve, reject) => {
    socket.on('message', (data: Buffer) => {
      socket.close()
      resolve((JSON.parse(data.toString()) as { type: string }).type)
    })
    socket.on('error', reject)
    socket.on('unexpected-response', (_request, response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () => {
        const body = Buffer.concat(chunks).toString()
        resolve({ status: response.statusCode ?? 0, headers: response.headers as Refusal['headers'], body })
      })
    })
  })
}

/** A recording of the live service: it is busy, then it is not. */
function busyFirst(status: number, change: Readonly<Record<string, unknown>> = {}): Recording {
  const refused = { type: 'refused', url, status, body: { error: { code: 'rate_limit_exceeded' } }, ...change } as const
  return {
    header: {
      ...{ kind: 'vitest-realtime recording', version: 1, name: 'busy', source: 'service', profile: 'openai', models: [] },
      ...{ tools: {}, redactions: {} },
      sessions: [
        { id: 's1', url },
        { id: 's2', url },
      ],
    },
    entries: [
      { index: 0, atMs: 0, sessionId: 's1', from: 'kit', note: refused },
      { index: 1, atMs: 9, sessionId: 's2', from: 'kit', note: { type: 'connected', url } },
      {
        index: 2,
        atMs: 9,
        sessionId: 's2',
        from: 'service',
        event: { type: 'rate_limits.updated', event_id: 'event_2', rate_limits: [] },
      },
    ],
  } as unknown as Recording
}

test('a refusal is answered with the same status, headers and body, and the next socket is taken', async ({ realtime }) => {
  using files = shelf()
  const path = files.path('busy')
  writeRecordingSync(path, busyFirst(429, { headers: { 'retry-after': '7', 'content-type': 'application/problem+json' } }))
  await realtime.replay(path)
  expect(await ask()).toMatchObject({
    status: 429,
    headers: { 'retry-after': '7', 'content-type': 'application/problem+json' },
    body: '{"error":{"code":"rate_limit_exceeded"}}',
  })
  expect(await ask()).toBe('rate_limits.updated')
})

test('a refusal of this service is on its timeline, and in what is recorded of it', async ({ realtime }) => {
  using files = shelf()
  realtime.fail({ connect: 503 }, { times: 1 })
  expect(await ask()).toMatchObject({ status: 503 })
  expect(await ask()).toBe('session.created')
  expect(realtime.timeline.toString()).toContain('refused  HTTP 503')
  const path = await realtime.saveRecording(files.path('saved'))
  const { header, entries } = readRecordingSync(path)
  expect(header.sessions.map(({ id }) => id)).toEqual(['', 's1'])
  expect(entries.flatMap((entry) => (isEvent(entry) ? [] : [entry.note.type]))).toEqual(
    expect.arrayContaining(['refused', 'connected']),
  )
})

test('what was recorded in process is refused again', async ({ realtime }) => {
  using files = shelf()
  realtime.fail({ connect: 401 }, { times: 1 })
  await ask()
  await ask()
  const path = await realtime.saveRecording(files.path('again'))
  await realtime.replay(path)
  expect(await ask()).toMatchObject({ status: 401, body: expect.stringContaining('HTTP 401 injected by the test.') })
  expect(await ask()).toBe('session.created')
})

test('another status, and none at all, are differences', () => {
  const [before, after] = [busyFirst(429), busyFirst(503)]
  expect(compareRecordings(before, before, { aspects: ['order', 'fields'] })).toEqual([])
  expect(differenceLines(compareRecordings(before, after, { aspects: ['order'] })).join('\n')).toMatchInlineSnapshot(`
    "Order of events:
      - #0 ← HTTP 429 at the upgrade  <<<<< only in the recording
      + #0 ← HTTP 503 at the upgrade  <<<<< not in the recording"
  `)
  const taken = { ...before, entries: before.entries.slice(1) }
  expect(compareRecordings(before, taken, { aspects: ['order'] })).not.toEqual([])
})

test.for([
  [99, {}, 'a socket was refused with HTTP 99, which is no status'],
  [429, { headers: { 'bad name': 'x' } }, 'the headers of a refusal (HTTP 429) are no names with texts'],
] as const)('edited beyond use: %s %j', async ([status, change, says], { realtime }) => {
  using files = shelf()
  writeRecordingSync(files.path('edited'), busyFirst(status, change))
  await expect(async () => realtime.replay(files.path('edited'))).rejects.toThrow(says)
})
