// protocol.md 4.1 and 4.11: responses of several items: preambles, several messages, a message and a call; phases of gpt-realtime-2.

import { describe, expect, test } from 'vitest'
import type { RealtimeOptions, Reply } from 'vitest-realtime'
import { pcm } from 'vitest-realtime/audio'
import { cancel, respond, says, truncate, update } from './support/client-events.ts'
import { startLocal } from './support/services.ts'
import { errorOf, orderOf, type WireClient, type WireEvent } from './support/wire-client.ts'

/** Exactly `ms` of sound. */
const tone = (ms: number) => pcm(Int16Array.from({ length: ms * 24 }, (_, at) => 8000 * Math.sin(at / 12)))

const responses: Readonly<Record<string, Reply>> = {
  preamble: { when: 'preamble', preamble: 'Let me look.', text: 'It is sunny.' },
  both: { when: 'both', preamble: 'Let me look.', call: { name: 'get_weather', arguments: { city: 'Rome' } } },
  leads: { when: 'leads up', text: 'One moment.', call: { name: 'get_weather' } },
  several: { when: 'several', text: ['First of all.', 'And then.'] },
  limited: { when: 'limited', text: ['One two three.', 'Four five six.'], finish: 'content_filter' },
}

async function* sounds() {
  yield { audio: tone(1000), text: 'A second.' }
  yield { preamble: 'Wait.' }
  yield 'Bits '
  yield 'and pieces.'
  yield { call: { name: 'get_weather' } }
}

const textOnly = { output_modalities: ['text'], audio: { input: { turn_detection: null } } }

async function open(options: RealtimeOptions = {}, model = 'gpt-realtime') {
  const local = startLocal({ responses, latency: 'instant', ...options })
  const client = await local.open({ query: `?model=${model}` })
  return { local, client, [Symbol.asyncDispose]: () => local[Symbol.asyncDispose]() }
}

async function turn(client: WireClient, words: string, session: Record<string, unknown> = textOnly): Promise<WireEvent[]> {
  await client.askOne(update(session))
  return client.turn(says(words), respond())
}

const output = (events: readonly WireEvent[]): WireEvent[] => events.find(({ type }) => type === 'response.done')!.response.output
const texts = (events: readonly WireEvent[]): unknown[] => output(events).map((item) => item.content?.[0]?.text ?? item.name)

const message = [
  'response.output_item.added',
  'conversation.item.added',
  'response.content_part.added',
  'response.output_text.delta',
  'response.output_text.done',
  'response.content_part.done',
  'conversation.item.done',
  'response.output_item.done',
]

describe('4.1 several items', () => {
  test('a preamble is a message item of its own, before the rest', async () => {
    await using one = await open()
    const events = await turn(one.client, 'preamble')
    expect(orderOf(events).slice(3)).toEqual([...message, ...message, 'response.done', 'rate_limits.updated'])
    expect(texts(events)).toEqual(['Let me look.', 'It is sunny.'])
    const added = events.filter(({ type }) => type === 'response.output_item.added')
    expect(added.map(({ output_index }) => output_index)).toEqual([0, 1])
    expect(new Set(added.map(({ item }) => item.id)).size).toBe(2)
  })

  test('a preamble and a call', async () => {
    await using one = await open()
    expect(texts(await turn(one.client, 'both'))).toEqual(['Let me look.', 'get_weather'])
  })

  test('several texts are a message item each; the second follows the first in the conversation', async () => {
    await using one = await open()
    const events = await turn(one.client, 'several')
    const [first, second] = events.filter(({ type, item }) => type === 'conversation.item.done' && item.role === 'assistant')
    expect(texts(events)).toEqual(['First of all.', 'And then.'])
    expect(second!.previous_item_id).toBe(first!.item.id)
  })

  test('a custom model streams texts and configs: texts go on in one item', async () => {
    await using one = await open({ responses: { stream: () => sounds() } })
    expect(texts(await turn(one.client, 'anything'))).toEqual(['A second.', 'Wait.', 'Bits and pieces.', 'get_weather'])
  })

  test('cancelled in the second: the first stays completed', async () => {
    await using one = await open({ latency: { textDeltaMs: 50 } })
    await one.client.askOne(update(textOnly))
    one.client.send(says('several'), respond())
    await one.client.until('response.output_text.delta', ({ output_index }) => output_index === 1)
    one.client.send(cancel())
    const { response } = await one.client.until('response.done')
    expect(response.output.map(({ status }: WireEvent) => status)).toEqual(['completed', 'incomplete'])
  })

  test.each<[string, Record<string, unknown>, string[], string]>([
    ['content_filter', {}, ['completed', 'incomplete'], 'content_filter'],
    ['max_output_tokens in the second', { max_output_tokens: 6 }, ['completed', 'incomplete'], 'max_output_tokens'],
    ['max_output_tokens in the first', { max_output_tokens: 2 }, ['incomplete'], 'max_output_tokens'],
  ])('cut by %s: what was whole stays completed', async (_, params, statuses, reason) => {
    await using one = await open()
    await one.client.askOne(update(textOnly))
    const events = await one.client.turn(says('limited'), respond(params))
    const { response } = events.find(({ type }) => type === 'response.done')!
    expect(response).toMatchObject({ status: 'incomplete', status_details: { type: 'incomplete', reason } })
    expect(response.output.map(({ status }: WireEvent) => status)).toEqual(statuses)
  })
})

describe('4.1 the sound of a second item starts at 0 ms', () => {
  const spoken = async function* () {
    yield { audio: tone(3000), text: 'Three seconds.' }
    yield { preamble: 'And then.' }
    yield { audio: tone(1000), text: 'One second.' }
  }

  test('each is truncated by its own length', async () => {
    await using one = await open({ responses: { spoken: () => spoken() } })
    const events = await turn(one.client, 'anything', {})
    const [long, , short] = output(events)
    expect(errorOf(await one.client.askOne(truncate(short!.id, 1500)))).toMatchObject({
      message: 'Audio content of 1000ms is already shorter than 1500ms',
    })
    expect(await one.client.askOne(truncate(short!.id, 900))).toMatchObject({
      type: 'conversation.item.truncated',
      audio_end_ms: 900,
    })
    expect(await one.client.askOne(truncate(long!.id, 2900))).toMatchObject({
      type: 'conversation.item.truncated',
      audio_end_ms: 2900,
    })
  })
})

describe('4.11 [U] phase', () => {
  const phases = async (behavior: RealtimeOptions['behavior'], model: string, words: string): Promise<unknown[]> => {
    await using one = await open(behavior ? { behavior } : {}, model)
    const events = await turn(one.client, words)
    const items = events.filter(({ type, item }) => /output_item|conversation\.item/.test(type) && item.role === 'assistant')
    const told = items.map(({ item }) => item.phase)
    expect(told).toEqual(told.map((_, at) => told[at - (at % 4)]))
    return told.filter((_, at) => at % 4 === 0)
  }

  test.each<[string, string, unknown[]]>([
    ['gpt-realtime-2', 'preamble', ['commentary', 'final_answer']],
    ['gpt-realtime-2.1-mini', 'several', ['final_answer', 'final_answer']],
    ['gpt-realtime-2', 'leads up', ['commentary']],
    ['gpt-realtime', 'preamble', [undefined, undefined]],
  ])('with behavior.phase, items of %s tell it: %s', async (model, words, expected) => {
    expect(await phases({ phase: true }, model, words)).toEqual(expected)
  })

  test('without it, none does', async () => {
    expect(await phases(undefined, 'gpt-realtime-2', 'preamble')).toEqual([undefined, undefined])
  })
})
