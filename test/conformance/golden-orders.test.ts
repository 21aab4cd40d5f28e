// protocol.md 4.1: the orders of events that were captured, whole.

import { describe, expect, test } from 'vitest'
import { appends, callOutput, loud, quiet, respond, says, update } from './support/client-events.ts'
import { useServed } from './support/services.ts'
import { orderOf, type WireEvent } from './support/wire-client.ts'

const served = useServed()

const added = ['conversation.item.added', 'conversation.item.done']
const opened = ['response.output_item.added', 'conversation.item.added']
const closed = ['conversation.item.done', 'response.output_item.done']
const ended = ['response.done', 'rate_limits.updated']
const textLadder = [
  ...opened,
  'response.content_part.added',
  'response.output_text.delta',
  'response.output_text.done',
  'response.content_part.done',
  ...closed,
]
const callLadder = [...opened, 'response.function_call_arguments.delta', 'response.function_call_arguments.done', ...closed]

const of = (events: readonly WireEvent[], type: string): WireEvent[] => events.filter((event) => event.type === type)
const last = (events: readonly WireEvent[], type: string): WireEvent => of(events, type).at(-1)!
const isDelta = ({ type }: WireEvent): boolean => type.endsWith('.delta')

describe('4.1 text turn', () => {
  test('exactly as captured', async () => {
    const client = await served.openText()
    const turn = await client.turn(says('short'), respond())
    expect(orderOf(turn)).toEqual([...added, 'response.created', ...textLadder, ...ended])
    expect(turn.filter(isDelta).length).toBeGreaterThan(1)
  })

  test('the joined deltas are the text of done, of the part, of the item and of response.done', async () => {
    const client = await served.openText()
    const turn = await client.turn(says('short'), respond())
    const text = 'Hi there, friend.'
    expect(
      of(turn, 'response.output_text.delta')
        .map(({ delta }) => delta)
        .join(''),
    ).toBe(text)
    expect(last(turn, 'response.output_text.done').text).toBe(text)
    expect(last(turn, 'response.content_part.added').part).toEqual({ type: 'text', text: '' })
    expect(last(turn, 'response.content_part.done').part).toEqual({ type: 'text', text })
    const item = { type: 'message', status: 'completed', role: 'assistant', content: [{ type: 'output_text', text }] }
    expect(last(turn, 'response.output_item.done').item).toMatchObject(item)
    expect(last(turn, 'response.done').response.output).toEqual([last(turn, 'response.output_item.done').item])
    expect(last(turn, 'conversation.item.done').item).toEqual(last(turn, 'response.output_item.done').item)
  })

  test('ids and indexes agree through the ladder; the item is empty and in progress when added', async () => {
    const client = await served.openText()
    const turn = await client.turn(says('short'), respond())
    const { id } = last(turn, 'response.created').response
    const item = last(turn, 'response.output_item.added').item
    expect(item).toEqual({ id: item.id, type: 'message', status: 'in_progress', role: 'assistant', content: [] })
    expect(last(turn, 'conversation.item.added').item).toEqual(item)
    for (const event of turn.filter((one) => one.response_id)) expect(event.response_id).toBe(id)
    for (const event of turn.filter((one) => 'item_id' in one)) {
      expect(event).toMatchObject({ item_id: item.id, output_index: 0, content_index: 0 })
    }
    expect(last(turn, 'conversation.item.added').previous_item_id).toBe(turn[0]!.item.id)
    expect(last(turn, 'conversation.item.done').previous_item_id).toBe(turn[0]!.item.id)
  })

  test('response.created is in progress and empty', async () => {
    const client = await served.openText()
    const turn = await client.turn(says('short'), respond())
    expect(last(turn, 'response.created').response).toEqual({
      object: 'realtime.response',
      id: expect.stringMatching(/^resp_/),
      status: 'in_progress',
      status_details: null,
      output: [],
      conversation_id: expect.stringMatching(/^conv_/),
      output_modalities: ['text'],
      max_output_tokens: 'inf',
      audio: { output: { format: { type: 'audio/pcm', rate: 24_000 }, voice: 'alloy' } },
      usage: null,
      metadata: null,
    })
    const { status, status_details, usage } = last(turn, 'response.done').response
    expect({ status, status_details, usage }).toEqual({ status: 'completed', status_details: null, usage: expect.any(Object) })
  })
})

describe('4.1 audio turn with server VAD', () => {
  async function audioTurn(): Promise<WireEvent[]> {
    const client = await served.open()
    await client.askOne(update({ audio: { input: { transcription: { model: 'gpt-4o-transcribe' } } } }))
    return client.turn(...appends(quiet(640)), ...appends(loud(640)), ...appends(quiet(320)))
  }
  const isTranscription = ({ type }: WireEvent): boolean => type.startsWith('conversation.item.input_audio_transcription')

  test('exactly as captured', async () => {
    const turn = (await audioTurn()).filter((event) => !isTranscription(event))
    expect(orderOf(turn.filter((event) => !isDelta(event)))).toEqual([
      'input_audio_buffer.speech_started',
      'input_audio_buffer.speech_stopped',
      'input_audio_buffer.committed',
      ...added,
      'response.created',
      ...opened,
      'response.content_part.added',
      'response.output_audio.done',
      'response.output_audio_transcript.done',
      'response.content_part.done',
      ...closed,
      ...ended,
    ])
  })

  test('the transcript leads the audio, and all deltas stand between part added and audio done', async () => {
    const turn = await audioTurn()
    const types = turn.map(({ type }) => type)
    const firstAudio = types.indexOf('response.output_audio.delta')
    const before = types.slice(types.indexOf('response.content_part.added') + 1, firstAudio)
    expect(before.filter((type) => type === 'response.output_audio_transcript.delta').length).toBeGreaterThan(1)
    for (const type of ['response.output_audio.delta', 'response.output_audio_transcript.delta']) {
      expect(types.lastIndexOf(type)).toBeLessThan(types.indexOf('response.output_audio.done'))
    }
  })

  test('parts are `audio`, items `output_audio`; the transcript is the same everywhere', async () => {
    const turn = await audioTurn()
    const transcript = 'One two three four five.'
    expect(last(turn, 'response.content_part.added').part).toEqual({ type: 'audio', transcript: '' })
    expect(last(turn, 'response.content_part.done').part).toEqual({ type: 'audio', transcript })
    expect(last(turn, 'response.output_item.done').item.content).toEqual([{ type: 'output_audio', transcript }])
    expect(
      of(turn, 'response.output_audio_transcript.delta')
        .map(({ delta }) => delta)
        .join(''),
    ).toBe(transcript)
    expect(last(turn, 'response.output_audio_transcript.done').transcript).toBe(transcript)
  })

  test('the bytes are all there, in whole samples; done has no payload', async () => {
    const turn = await audioTurn()
    const deltas = of(turn, 'response.output_audio.delta').map(({ delta }) => Buffer.from(delta, 'base64'))
    expect(Buffer.concat(deltas)).toHaveLength(48_000)
    expect(deltas.every(({ length }) => length > 0 && length % 2 === 0)).toBe(true)
  })

  test('one item id from speech_started to the transcription; previous_item_id chains', async () => {
    const turn = await audioTurn()
    const { item_id } = last(turn, 'input_audio_buffer.speech_started')
    expect(last(turn, 'input_audio_buffer.speech_stopped').item_id).toBe(item_id)
    expect(last(turn, 'input_audio_buffer.committed')).toMatchObject({ item_id, previous_item_id: null })
    expect(of(turn, 'conversation.item.added')[0]!.item.id).toBe(item_id)
    expect(of(turn, 'conversation.item.added')[1]!.previous_item_id).toBe(item_id)
    expect(of(turn, 'conversation.item.input_audio_transcription.completed')[0]!.item_id).toBe(item_id)
  })
})

describe('4.1 function calls', () => {
  test('a call alone: no parts, no audio, no message; then the round trip', async () => {
    const client = await served.open()
    const turn = await client.turn(says('call one'), respond())
    expect(orderOf(turn)).toEqual([...added, 'response.created', ...callLadder, ...ended])
    const [call] = last(turn, 'response.done').response.output
    expect(call).toEqual({
      id: last(turn, 'response.output_item.added').item.id,
      type: 'function_call',
      status: 'completed',
      name: 'get_weather',
      call_id: expect.stringMatching(/^call_/),
      arguments: '{"city":"Rome"}',
    })
    expect(last(turn, 'response.output_item.added').item).toEqual({ ...call, status: 'in_progress', arguments: '' })
    expect(last(turn, 'conversation.item.done').item).toEqual(call)
    const place = {
      response_id: last(turn, 'response.done').response.id,
      item_id: call.id,
      output_index: 0,
      call_id: call.call_id,
    }
    expect(last(turn, 'response.function_call_arguments.done')).toMatchObject({
      ...place,
      name: 'get_weather',
      arguments: '{"city":"Rome"}',
    })
    const deltas = of(turn, 'response.function_call_arguments.delta')
    for (const delta of deltas) expect(delta).toMatchObject(place)
    expect(deltas.map(({ delta }) => delta).join('')).toBe('{"city":"Rome"}')
    await client.ask(update({ output_modalities: ['text'] }))
    const next = await client.turn(callOutput(call.call_id, '{"sky":"blue"}'), respond())
    expect(orderOf(next)).toEqual([...added, 'response.created', ...textLadder, ...ended])
    expect(next[0]).toMatchObject({ previous_item_id: call.id })
  })

  test('message and call: the message is output 0, the call output 1, each with its own pair', async () => {
    const client = await served.openText()
    const turn = await client.turn(says('look'), respond())
    expect(orderOf(turn)).toEqual([...added, 'response.created', ...textLadder, ...callLadder, ...ended])
    expect(of(turn, 'response.output_item.added').map(({ output_index, item }) => [output_index, item.type])).toEqual([
      [0, 'message'],
      [1, 'function_call'],
    ])
    expect(last(turn, 'response.done').response.output.map(({ type }: WireEvent) => type)).toEqual(['message', 'function_call'])
    const [message] = last(turn, 'response.done').response.output
    expect(last(turn, 'conversation.item.added').previous_item_id).toBe(message.id)
  })

  test('several calls: indexes go up, ids differ', async () => {
    const client = await served.openText()
    const turn = await client.turn(says('call two'), respond())
    expect(orderOf(turn)).toEqual([...added, 'response.created', ...callLadder, ...callLadder, ...ended])
    const { output } = last(turn, 'response.done').response
    expect(output.map(({ name }: WireEvent) => name)).toEqual(['get_weather', 'get_time'])
    expect(new Set(output.flatMap(({ id, call_id }: WireEvent) => [id, call_id])).size).toBe(4)
    expect(of(turn, 'response.function_call_arguments.done').map(({ output_index }) => output_index)).toEqual([0, 1])
  })
})
