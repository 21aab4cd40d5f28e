// Which recorded session answers which socket: in order, but for those that were open at the same time and ask for different models.

import { createLocalRealtime, expect, test } from 'vitest-realtime'
import type { ReplayRules } from '../../src/api.ts'
import type { Recording } from '../../src/recording/recording.ts'
import { writeRecordingSync } from '../../src/recording/write-recording.ts'
import { failureOf } from '../support/failure-of.ts'
import { type Shelf, shelf } from './support/record-here.ts'

const urlOf = (model: string): string => `wss://api.openai.com/v1/realtime?model=${model}`

type Sessions = readonly (readonly [model: string, fromMs: number, toMs: number])[]

/** Sessions of these models, each from `fromMs` to `toMs`. */
function recordingWith(sessions: Sessions): Recording {
  const entries = sessions.flatMap(([model, fromMs, toMs], place) => {
    const sessionId = `s${place + 1}`
    const limits = [{ name: 'requests', limit: place + 1, remaining: 1, reset_seconds: 1 }]
    const event = { type: 'rate_limits.updated', event_id: 'event_x', rate_limits: limits }
    return [
      { atMs: fromMs, sessionId, from: 'kit', note: { type: 'connected', url: urlOf(model) } },
      { atMs: fromMs, sessionId, from: 'service', event },
      { atMs: toMs, sessionId, from: 'kit', note: { type: 'closed', code: 1000, reason: '', by: 'app' } },
    ]
  })
  const ordered = entries.toSorted((one, other) => one.atMs - other.atMs).map((entry, index) => ({ index, ...entry }))
  return {
    header: {
      ...{ kind: 'vitest-realtime recording', version: 1, name: 'desk', source: 'service', profile: 'openai', models: [] },
      ...{ tools: {}, redactions: {} },
      sessions: sessions.map(([model], place) => ({ id: `s${place + 1}`, url: urlOf(model) })),
    },
    entries: ordered,
  } as unknown as Recording
}

function laidDown(files: Shelf, ...sessions: Sessions): string {
  writeRecordingSync(files.path('desk'), recordingWith(sessions))
  return files.path('desk')
}

/** The number of the recorded session that answers. */
function answerOf(model: string): Promise<number> {
  const socket = new WebSocket(urlOf(model))
  return new Promise((resolve, reject) => {
    socket.addEventListener('error', () => reject(new Error(`${model} was refused`)))
    socket.addEventListener('message', ({ data }) => {
      socket.close(1000)
      resolve((JSON.parse(String(data)) as { rate_limits: { limit: number }[] }).rate_limits[0]!.limit)
    })
  })
}

test('sessions that were open at the same time may change places', async ({ realtime }) => {
  using files = shelf()
  await realtime.replay(laidDown(files, ['a', 0, 90], ['b', 10, 80], ['a', 20, 70]))
  expect(await answerOf('b')).toBe(2)
  expect(await answerOf('a')).toBe(1)
  expect(await answerOf('a')).toBe(3)
})

test.for<[string, ReplayRules, Sessions]>([
  [
    'sessions one after the other',
    {},
    [
      ['a', 0, 10],
      ['b', 20, 30],
    ],
  ],
  [
    'a strict order',
    { order: 'strict' },
    [
      ['a', 0, 90],
      ['b', 10, 80],
    ],
  ],
])('%s keep their places', async ([, rules, sessions]) => {
  using files = shelf()
  await using other = createLocalRealtime()
  await other.replay(laidDown(files, ...sessions), rules)
  const message = await failureOf(() => other.run(() => answerOf('b')))
  expect(message).toContain('b was refused')
})
