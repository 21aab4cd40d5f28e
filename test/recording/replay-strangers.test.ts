// Replays of what strangers record: secrets of their own, services that send what is no event, users who say more than then.

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest-realtime'
import type { Caller, LocalRealtime } from '../../src/api.ts'
import type { RealtimeInstance } from '../../src/doors/realtime-instance.ts'
import { recordingOf } from '../../src/recording/recording-of.ts'
import { writeRecording } from '../../src/recording/write-recording.ts'
import { isEvent, type TimelineEntry } from '../../src/runtime/timeline.ts'
import { startVoiceAgent } from '../examples/src/voice-agent.ts'
import { failureOf } from '../support/failure-of.ts'
import { GoldenClient } from './support/golden-client.ts'
import { type Shelf, shelf } from './support/record-here.ts'

const instructions = 'You work for Acme. Customers of Acme may call you Bob.'

async function desk(text = instructions): Promise<void> {
  const client = new GoldenClient()
  const talking = async (): Promise<void> => {
    await client.configure({ type: 'realtime', instructions: text, output_modalities: ['text'] })
    await client.ask('Are you there?')
  }
  await Promise.race([talking(), client.closed])
  client.close()
}

/** Records the desk, with words of the author's own blacked out, and what `change` makes of the entries. */
async function recordDesk(
  files: Shelf,
  { redact = [], change = (entries) => entries }: { redact?: string[]; change?(entries: TimelineEntry[]): TimelineEntry[] },
): Promise<void> {
  const { entries } = await files.record('desk', async (realtime) => {
    realtime.respond('any', 'Yes.')
    await desk()
  })
  const again = recordingOf(change([...entries]), { name: 'desk', source: 'service', redact })
  await writeRecording(files.path('desk'), again)
}

/** Why a replay is red; '' where it is green. */
async function problemOf(realtime: LocalRealtime, work: () => Promise<unknown>): Promise<string> {
  const { internals } = realtime as RealtimeInstance
  const end = await work().then(
    () => '',
    (error: Error) => error.message,
  )
  const [problem] = internals.verdict.problems.splice(0)
  return problem?.message ?? end
}

test('words of the author’s own that were blacked out: whatever stands there now will do', async ({ realtime }) => {
  using files = shelf()
  await recordDesk(files, { redact: ['Acme', 'Bob'] })
  await realtime.replay(files.path('desk'))
  await desk()
  await realtime.replay(files.path('desk'))
  await desk('You work for Initech. Customers of Initech may call you Anna.')
})

test('a secret that an older kit did not know: both sides are compared without it', async ({ realtime }) => {
  using files = shelf()
  await recordDesk(files, { redact: ['Acme'] })
  const file = join(files.path('desk'), 'timeline.ndjson')
  writeFileSync(file, readFileSync(file, 'utf8').replaceAll('may call you Bob', 'may use MY_API_KEY=a1b2c3d4e5'))
  await realtime.replay(files.path('desk'))
  await desk(instructions.replace('may call you Bob', 'may use MY_API_KEY=f6g7h8i9j0'))
})

test('what is around them is compared', async ({ realtime }) => {
  using files = shelf()
  await recordDesk(files, { redact: ['Acme', 'Bob'] })
  await realtime.replay(files.path('desk'))
  const problem = await problemOf(realtime, () => desk('You own Acme. Customers of Acme may call you Bob.'))
  expect(problem).toContain('- session.instructions: "You work for [yours]. Customers of [yours] may call you [yours]."')
})

test('a message of the service that is no event is not expected of the app', async ({ realtime }) => {
  using files = shelf()
  const garbage: TimelineEntry = {
    ...{ index: 0, atMs: 0, sessionId: '', from: 'kit' },
    note: { type: 'garbage', bytes: 3, by: 'service' },
  }
  await recordDesk(files, {
    change: (entries) => {
      const last = entries.length - 1
      return entries.toSpliced(last, 0, { ...garbage, index: 9999, sessionId: entries[last]?.sessionId ?? '' })
    },
  })
  await realtime.replay(files.path('desk'))
  await desk()
})

async function order(realtime: LocalRealtime, caller: Caller, says: readonly string[], more?: Int16Array): Promise<void> {
  const { session } = await startVoiceAgent()
  caller.attach(session)
  for (const text of says) {
    await caller.says(text)
    await realtime.settled()
  }
  if (more) session.sendAudio(more.buffer as ArrayBuffer)
  session.close()
}

const recordOrder = (files: Shelf) =>
  files.record('order', async (realtime) => {
    realtime.respond('any', 'Of course.')
    await order(realtime, (realtime as RealtimeInstance).internals.caller, ['Hello there', 'A table for two please'])
  })

test('the user says more than then: it is not passed over', async ({ realtime, caller }) => {
  using files = shelf()
  await recordOrder(files)
  await realtime.replay(files.path('order'))
  const says = ['Hello there', 'A table for two please', 'And one by the window']
  expect(await problemOf(realtime, () => order(realtime, caller, says))).toMatch(
    /^\[RTK_RECORDING\] .* is not as recorded in 'order', its session\.\n {2}recorded no more speech of the user\n {2}actual {3}\d+ ms of more speech, from \d+ ms of the app's sound on/,
  )
})

test('a click and silence are no more speech', async ({ realtime, caller }) => {
  using files = shelf()
  await recordOrder(files)
  await realtime.replay(files.path('order'))
  await order(realtime, caller, ['Hello there', 'A table for two please'], new Int16Array(24_000).fill(20_000, 1000, 1200))
})

test('where sound is ignored more of it may come', async ({ realtime, caller }) => {
  using files = shelf()
  await recordOrder(files)
  await realtime.replay(files.path('order'), { audio: 'ignore' })
  await order(realtime, caller, ['Hello there', 'A table for two please', 'And one by the window'])
})

test('what was not used up is told in its order, with the cause first', async ({ realtime, caller }) => {
  using files = shelf()
  await recordOrder(files)
  await realtime.replay(files.path('order'))
  const message = await failureOf(async () => {
    await order(realtime, caller, ['Hello there'])
    const problem = (realtime as RealtimeInstance).internals.replaying?.problem()
    ;(realtime as RealtimeInstance).internals.replaying = undefined
    throw problem
  })
  const places = [...message.matchAll(/^ {2}#(\d+) /gm)].map(([, index]) => Number(index))
  expect(places.length).toBeGreaterThan(1)
  expect(places).toEqual(places.toSorted((one, other) => one - other))
  expect(message).toMatch(/:\n {2}#\d+ speech of the user was not heard/)
})

const answers: readonly (readonly [type: string, without: object, says: string])[] = [
  ['response.done', { response: null }, 'response.done, has no response.id'],
  ['conversation.item.added', { item: 'one' }, 'conversation.item.added, has no item.id'],
  ['session.created', { session: undefined }, 'session.created, has no session'],
]
test.for(answers)('an answer that is half of one: %s', async ([type, without, says], { realtime }) => {
  using files = shelf()
  await recordDesk(files, {
    change: (entries) =>
      entries.map((entry) =>
        isEvent(entry) && entry.event.type === type
          ? ({ ...entry, event: { ...entry.event, ...without } } as TimelineEntry)
          : entry,
      ),
  })
  const message = await failureOf(() => realtime.replay(files.path('desk')))
  expect(message).toContain(`[RTK_RECORDING] The recording 'desk' cannot be replayed: its entry #`)
  expect(message).toContain(says)
})

test('a recording of sessions without events', async ({ realtime }) => {
  using files = shelf()
  await recordDesk(files, { change: (entries) => entries.filter((entry) => !isEvent(entry)) })
  expect(await failureOf(() => realtime.replay(files.path('desk')))).toContain('it holds no event of its sessions.')
})
