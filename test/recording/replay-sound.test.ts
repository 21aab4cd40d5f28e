// Sound of the user in a replay: the rules by which it is the same.

import { describe } from 'vitest'
import { createLocalRealtime, expect, silence, speech, test } from 'vitest-realtime'
import { concatPcm } from 'vitest-realtime/audio'
import type { Pcm } from '../../audio/types.ts'
import type { LocalRealtime, ReplayRules } from '../../src/api.ts'
import type { RealtimeInstance } from '../../src/doors/realtime-instance.ts'
import { GoldenClient } from './support/golden-client.ts'
import { shelf } from './support/record-here.ts'

interface Talk {
  readonly says: string | Pcm
  /** Push to talk. */
  readonly commits?: boolean
}

async function talk(realtime: LocalRealtime, { says, commits = false }: Talk): Promise<void> {
  const client = new GoldenClient()
  const turn_detection = commits ? null : ({ type: 'server_vad', silence_duration_ms: 500 } as const)
  const input = { transcription: { model: 'gpt-4o-transcribe' }, turn_detection } as const
  await client.configure({ type: 'realtime', output_modalities: ['text'], audio: { input } })
  const talking = async (): Promise<void> => {
    const { caller } = (realtime as RealtimeInstance).internals
    caller.attach(client.client)
    await caller.says(says)
    if (commits) client.send({ type: 'input_audio_buffer.commit' }, { type: 'response.create' })
    await client.next('response.done')
    await realtime.settled()
  }
  await Promise.race([talking(), client.closed])
  client.close()
}

async function outcome(recorded: Talk, replayed: Talk, rules: ReplayRules = {}): Promise<string> {
  using files = shelf()
  await files.record('it', async (realtime) => {
    realtime.respond('any', 'Yes.')
    await talk(realtime, recorded)
  })
  await using realtime = createLocalRealtime() as RealtimeInstance
  await realtime.replay(files.path('it'), rules)
  const { verdict } = realtime.internals
  await realtime
    .run(() => talk(realtime, replayed))
    .catch((error: unknown) => {
      if (verdict.problems.length === 0) throw error
    })
  return (verdict.problems[0] ?? realtime.internals.replaying?.problem())?.message ?? ''
}

const sentence = 'I would like a table for two tonight.'
const longer = 'I would like a table for two tonight, by the window if you have one, and please bring the menu.'

describe.for([false, true])('push to talk: %s', (commits) => {
  test('the same sentence is the same', async () => {
    expect(await outcome({ says: sentence, commits }, { says: sentence, commits })).toBe('')
  })

  test('a longer sentence is told as soon as it is too long, a shorter one when nothing more comes', async () => {
    const tooLong = await outcome({ says: sentence, commits }, { says: longer, commits })
    expect(tooLong).toMatch(
      /is not as recorded in 'it', its session\.\n {2}recorded #\d+ {2}\d+ ms of (speech: ".+"|sound)\n {2}actual {3}\d+ ms of/,
    )
    expect(tooLong).toContain("realtime.replay('it', { audio: 'ignore' })")
    expect(await outcome({ says: longer, commits }, { says: sentence, commits })).toContain('is not as recorded')
  })

  test('length does not count where it is ignored, or where words are compared', async () => {
    expect(await outcome({ says: sentence, commits }, { says: longer, commits }, { audio: 'ignore' })).toBe('')
    const slow = await speech(sentence, { speed: 0.7 })
    expect(await outcome({ says: sentence, commits }, { says: slow, commits }, { audio: 'transcript' })).toBe('')
    const other = await outcome(
      { says: sentence, commits },
      { says: 'I would like a table for ten tonight.', commits },
      { audio: 'transcript' },
    )
    expect(other).toContain('recorded')
    expect(other).toContain('"I would like a table for ten tonight."')
  })

  test('another sentence of the same length is told, unless only length counts', async () => {
    const recorded = { says: 'Could you repeat that please?', commits }
    const other = { says: 'Please book a flight to Rome.', commits }
    const told = await outcome(recorded, other)
    expect(told).toMatch(/actual {3}.*\(its level runs otherwise: alike 0\.\d\d of 1\)/)
    expect(told).toContain("realtime.replay('it', { audio: 'length' })")
    expect(await outcome(recorded, other, { audio: 'length' })).toBe('')
  })

  test('where speech is, as well as how long', async () => {
    const [half, rest] = [await speech('Good morning.', { trailMs: 0 }), await speech('A table, please.', { leadMs: 0 })]
    const late = concatPcm(half, silence(300), rest)
    const early = concatPcm(
      await speech('A table, please, for', { trailMs: 0 }),
      silence(300),
      await speech('one.', { leadMs: 0 }),
    )
    expect(await outcome({ says: late, commits }, { says: late, commits }, { audio: 'energy' })).toBe('')
    expect(await outcome({ says: late, commits }, { says: early, commits }, { audio: 'energy' })).toContain('is not as recorded')
  })
})

test('a pause that turn detection did not end is no end', async () => {
  const [first, second] = [await speech('Good morning.', { trailMs: 0 }), await speech('A table, please.', { leadMs: 0 })]
  const paused = concatPcm(first, silence(350), second)
  expect(await outcome({ says: paused }, { says: paused })).toBe('')
})
