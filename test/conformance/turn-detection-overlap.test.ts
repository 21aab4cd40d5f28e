// protocol.md 4.4 and 4.5: points on which no capture decides, each as the likeliest and as its option; and changes of the session in
// the middle of speech.

import { describe, expect, test } from 'vitest'
import { append, appends, commit, loud, quiet, respond, says, update, updateInput } from './support/client-events.ts'
import { startLocal } from './support/services.ts'
import { errorOf, type WireClient } from './support/wire-client.ts'

const turn = [
  'input_audio_buffer.speech_started',
  'input_audio_buffer.speech_stopped',
  'input_audio_buffer.committed',
  'conversation.item.added',
  'conversation.item.done',
]
const utterance = (): object[] => [...appends(loud(512)), ...appends(quiet(512))]
const detection = (fields: object): object => updateInput({ turn_detection: { type: 'server_vad', ...fields } })

/** Text without end is on its way. */
async function talking(opening: Promise<WireClient>, fields: object = {}): Promise<WireClient> {
  const client = await opening
  await client.ask(update({ output_modalities: ['text'] }), detection(fields))
  client.send(says('forever'), respond())
  await client.until('response.output_text.delta')
  await client.settle()
  return client
}

describe('[U] what the app sees first when the caller interrupts', () => {
  const ends = [
    'response.output_text.done',
    'response.content_part.done',
    'conversation.item.done',
    'response.output_item.done',
    'response.done',
  ]

  test.each([
    ['speech-started', ['input_audio_buffer.speech_started', ...ends]],
    ['response-done', [...ends, 'input_audio_buffer.speech_started']],
  ] as const)('%s', async (bargeIn, order) => {
    await using local = startLocal({ latency: 'instant', behavior: { bargeIn } })
    const client = await talking(local.open())
    const types = (await client.ask(...appends(loud(320)))).map(({ type }) => type)
    expect(types.filter((type) => type !== 'rate_limits.updated')).toEqual(order)
  })
})

describe('[U] a turn that ends while a response is active', () => {
  test('gets the error of an active response', async () => {
    await using local = startLocal({ latency: 'instant', onWireError: 'ignore' })
    const client = await talking(local.open(), { interrupt_response: false })
    const events = await client.ask(...utterance())
    expect(events.map(({ type }) => type)).toEqual([...turn, 'error'])
    expect(errorOf(events.at(-1)!)).toMatchObject({ code: 'conversation_already_has_active_response', event_id: null })
  })

  test('gets nothing where overlapError is false', async () => {
    await using local = startLocal({ latency: 'instant', behavior: { overlapError: false } })
    const client = await talking(local.open(), { interrupt_response: false })
    expect((await client.ask(...utterance())).map(({ type }) => type)).toEqual(turn)
  })

  test('asks for nothing where create_response is false', async () => {
    await using local = startLocal({ latency: 'instant' })
    const client = await talking(local.open(), { interrupt_response: false, create_response: false })
    expect((await client.ask(...utterance())).map(({ type }) => type)).toEqual(turn)
  })
})

describe('a change in the middle of speech', () => {
  const listening = async (opening: Promise<WireClient>): Promise<WireClient> => {
    const client = await opening
    await client.askOne(detection({ create_response: false }))
    return client
  }

  test('of turn detection drops the segment; what follows is a segment of its own', async () => {
    await using local = startLocal()
    const client = await listening(local.open())
    const [start] = await client.ask(...appends(loud(320)))
    await client.askOne(updateInput({ turn_detection: { type: 'semantic_vad', eagerness: 'high', create_response: false } }))
    const events = await client.ask(...appends(loud(320)), ...appends(quiet(1024)))
    expect(events.map(({ type }) => type)).toEqual(turn)
    expect(events[0]!.item_id).not.toBe(start!.item_id)
  })

  test('to the same turn detection changes nothing', async () => {
    await using local = startLocal()
    const client = await listening(local.open())
    const [start] = await client.ask(...appends(loud(320)))
    await client.askOne(detection({ create_response: false, silence_duration_ms: 200 }))
    expect((await client.ask(...appends(quiet(512))))[0]).toMatchObject({ type: turn[1], item_id: start!.item_id })
  })

  test('to none leaves the sound for a commit by hand', async () => {
    await using local = startLocal()
    const client = await listening(local.open())
    const [start] = await client.ask(...appends(loud(320)))
    await client.askOne(updateInput({ turn_detection: null }))
    const [committed] = await client.ask(...appends(quiet(512)), commit)
    expect(committed).toMatchObject({ type: 'input_audio_buffer.committed' })
    expect(committed!.item_id).not.toBe(start!.item_id)
  })

  test('of the format drops what was heard; offsets count on', async () => {
    await using local = startLocal({ onWireError: 'ignore' })
    const client = await listening(local.open())
    await client.ask(...appends(quiet(1024)), ...appends(loud(320)))
    await client.askOne(updateInput({ format: { type: 'audio/pcmu' } }))
    expect(errorOf(await client.askOne(commit)).message).toMatch(/buffer only has 0\.00ms of audio/)
    const bytes = (ms: number, byte: number): object => append(Buffer.alloc(ms * 8, byte))
    const [start] = await client.ask(bytes(640, 0xff), bytes(320, 0x00))
    expect(start).toMatchObject({ type: turn[0], audio_start_ms: 1344 + 640 - 300 })
  })
})

test('an odd byte of pcm16 waits for the next append', async () => {
  await using local = startLocal({ onWireError: 'ignore' })
  const client = await local.open()
  await client.askOne(updateInput({ turn_detection: null }))
  const whole = Buffer.alloc(48 * 100, 1)
  await client.ask(append(whole.subarray(0, 999)), append(whole.subarray(999, 48 * 100 - 1)))
  expect(errorOf(await client.askOne(commit)).message).toMatch(/buffer only has 99\.96ms of audio/)
  expect((await client.ask(append(whole.subarray(48 * 100 - 1)), commit))[0]).toMatchObject({
    type: 'input_audio_buffer.committed',
  })
})
