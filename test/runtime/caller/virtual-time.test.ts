// Facts of virtual time through the fixtures: SDKs that read Date truncate exactly, runs are equal, and latency is what was asked for.

import { describe } from 'vitest'
import { createLocalRealtime, expect, type RealtimeOptions, test } from 'vitest-realtime'
import { startClient, startSession } from './support/apps.ts'

const story = 'Once upon a time there was a king who had three daughters, and each of them was wiser than the other two.'

test('an answer that the app interrupts after 3,000 virtual ms is truncated at 3,000 ms', async ({ realtime, clock }) => {
  realtime.respond('story', { when: 'story', text: story })
  const session = await startSession()
  session.sendMessage('Tell me a story')
  await realtime.waitFor('response.output_audio.delta')
  await clock.advance(3000)
  session.interrupt()
  const { audio_end_ms } = await realtime.waitFor('conversation.item.truncate')
  expect(audio_end_ms).toBe(3000)
  expect(realtime.emitted('error')).toEqual([])
})

/** One whole conversation with a barge-in: all that happened, as text. */
async function conversation(seed?: number): Promise<{ story: string; cutMs: number | undefined }> {
  await using realtime = createLocalRealtime({ ...(seed === undefined ? {} : { seed }) })
  return await realtime.run(async () => {
    realtime.respond('story', { when: 'story', text: story })
    realtime.respond('stop', { when: 'stop', text: 'All right.' })
    const session = await startSession()
    session.sendMessage('Tell me a story')
    await realtime.waitFor('response.output_audio.delta')
    await realtime.clock.advance(2345)
    session.interrupt()
    await realtime.settled()
    session.sendMessage('Please stop')
    await realtime.settled()
    return { story: realtime.timeline.toString(), cutMs: realtime.received('conversation.item.truncate')[0]?.audio_end_ms }
  })
}

test('20 runs tell one story, id by id and ms by ms; another seed gives other ids', async () => {
  const runs = []
  for (let run = 0; run < 20; run++) runs.push(await conversation())
  expect(new Set(runs.map((run) => run.story)).size).toBe(1)
  expect(runs[0]?.cutMs).toBe(2345)
  expect((await conversation(2)).story).not.toBe(runs[0]?.story)
})

const spoken = new Set<string>()

test.concurrent.for(Array.from({ length: 20 }, (_, run) => run))(
  '20 spoken conversations side by side tell one story (%i)',
  async (_, { realtime, caller }) => {
    realtime.respond('story', { when: 'story', text: story })
    realtime.respond('stop', { when: 'stop', text: 'All right.' })
    caller.attach(await startSession())
    await caller.says('Tell me a story')
    await caller.interrupts('Please stop', { afterMs: 3000 })
    await realtime.settled()
    spoken.add(realtime.timeline.toString())
    expect(spoken.size).toBe(1)
    expect(realtime.responses[0]).toHaveTruncatedWhereHeard({ toleranceMs: 0.001 })
  },
)

describe.for([
  ['instant', 'instant', 0, 0],
  ['openai', 'openai', 400, 200],
  ['a part of the figures', { firstAudioMs: 150 }, 150, 200],
  [
    'a function of the turn',
    ({ number }: { number: number }) => ({ firstAudioMs: 100 * number, firstTextMs: 10 * number }),
    100,
    20,
  ],
] as const satisfies [string, RealtimeOptions['latency'], number, number][])(
  'latency: %s',
  ([, latency, firstAudioMs, firstTextMs]) => {
    const it = test.override('realtimeOptions', { latency })

    it('sets the first sound, and the first text, counted from response.created', async ({ realtime }) => {
      realtime.respond('story', { when: 'story', text: story })
      const client = await startClient()
      const ask = (output_modalities: ('audio' | 'text')[]): void => {
        client.send({
          type: 'conversation.item.create',
          item: { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'A story' }] },
        })
        client.send({ type: 'response.create', response: { output_modalities } })
      }
      ask(['audio'])
      const spoken = await realtime.nextResponse()
      ask(['text'])
      await realtime.nextResponse()
      const first = (type: string): number =>
        realtime.timeline.entries.find(({ event }) => event.type === type)?.atMs ?? Number.NaN
      const created = realtime.timeline.entries.filter(({ event }) => event.type === 'response.created').map(({ atMs }) => atMs)
      expect(first('response.output_audio.delta') - (created[0] ?? 0)).toBe(firstAudioMs)
      expect(first('response.output_text.delta') - (created[1] ?? 0)).toBe(firstTextMs)
      expect(spoken.text).toBe(story)
    })
  },
)
