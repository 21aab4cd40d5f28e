// protocol.md 7: the captures of the live service, row by row, as whole orders of what is sent. Runs of one delta type count once.

import { describe, expect, test } from 'vitest'
import {
  appends,
  callOutput,
  cancel,
  commit,
  loud,
  quiet,
  remove,
  respond,
  retrieve,
  says,
  truncate,
  update,
  updateInput,
} from './support/client-events.ts'
import { type EventLog, type LoggedClient, logOf, sent } from './support/event-log.ts'
import { startLocal } from './support/services.ts'
import { type OpenOptions, orderOf, WireClient } from './support/wire-client.ts'

const pair = ['conversation.item.added', 'conversation.item.done']
const textOnly = update({ output_modalities: ['text'] })
const opened = ['response.created', 'response.output_item.added', 'conversation.item.added']
const part = 'response.content_part.added'
const closed = ['conversation.item.done', 'response.output_item.done', 'response.done', 'rate_limits.updated']
const spoken = ['response.output_audio.done', 'response.output_audio_transcript.done', 'response.content_part.done']
const textResponse = [
  ...opened,
  part,
  'response.output_text.delta',
  'response.output_text.done',
  'response.content_part.done',
  ...closed,
]
const argumentsOf = ['response.function_call_arguments.delta', 'response.function_call_arguments.done']
const words = 'conversation.item.input_audio_transcription'
const isWords = /input_audio_transcription/
const isSound = /output_audio(?:_transcript)?\.delta$/

/** What the service sent in the talk, without what these patterns leave out. */
async function orderIn(talk: (logged: LoggedClient) => Promise<void>, ...without: RegExp[]): Promise<string[]> {
  const log = await logOf(talk)
  return orderOf(sent(log).filter(({ type }) => !without.some((pattern) => pattern.test(type))))
}

const limits = 'rate_limits.updated'

test('1 text turn, and a second one that reads from the cache in steps of 64', async () => {
  const long = update({ output_modalities: ['text'], instructions: 'Be brief. '.repeat(60) })
  const log = await logOf(async ({ client, send }) => {
    send(long, says('short'), respond())
    await client.until(limits)
    send(says('short'), respond())
    await client.until(limits)
  })
  expect(orderOf(sent(log))).toEqual(['session.created', 'session.updated', ...pair, ...textResponse, ...pair, ...textResponse])
  const cached = sent(log, 'response.done').map(({ response }) => response.usage.input_token_details.cached_tokens)
  expect(cached[0]).toBe(0)
  expect(cached[1]).toBeGreaterThan(0)
  expect(cached[1] % 64).toBe(0)
})

test('2 and 3 audio turn by server VAD, to its end', async () => {
  const talk = async ({ client, send }: LoggedClient): Promise<void> => {
    send(
      updateInput({ transcription: { model: 'gpt-4o-transcribe' } }),
      ...appends(quiet(320)),
      ...appends(loud(640)),
      ...appends(quiet(320)),
    )
    await client.until(limits)
  }
  const heard = ['speech_started', 'speech_stopped', 'committed'].map((name) => `input_audio_buffer.${name}`)
  expect(await orderIn(talk, isWords, isSound)).toEqual([
    ...['session.created', 'session.updated', ...heard, ...pair, ...opened, part],
    ...[...spoken, ...closed],
  ])
})

test('4 transcription session: no responses, no rate limits', async () => {
  await using local = startLocal()
  const client = await local.open({ query: '?intent=transcription' })
  const input = { transcription: { model: 'gpt-4o-transcribe' } }
  client.send({ type: 'session.update', session: { type: 'transcription', audio: { input } } })
  client.send(...appends(loud(640)), ...appends(quiet(320)))
  await client.until(`${words}.completed`)
  await local.realtime.clock.advance(5000)
  await client.settle()
  const heard = ['speech_started', 'speech_stopped', 'committed'].map((name) => `input_audio_buffer.${name}`)
  expect(orderOf(client.events)).toEqual([
    ...['session.created', 'session.updated', ...heard, ...pair],
    ...[`${words}.delta`, `${words}.completed`],
  ])
})

test('5 wrong rate: the update is refused, the sound is committed all the same, and never transcribed', async () => {
  const wrong = {
    format: { type: 'audio/pcm', rate: 16_000 },
    transcription: { model: 'gpt-4o-transcribe' },
    turn_detection: null,
  }
  const order = await orderIn(async ({ client, local, send }) => {
    send(updateInput(wrong), ...appends(quiet(320)), commit)
    await local.realtime.clock.advance(5000)
    await client.settle()
  })
  expect(order).toEqual(['session.created', 'error', 'input_audio_buffer.committed', ...pair])
})

test('6 errors in a row, then a normal turn', async () => {
  const order = await orderIn(async ({ client, send }) => {
    send({ type: 'nope' }, update({ bogus: 1 }), '{')
    client.send(Buffer.from('x'))
    send(textOnly, says('short'), respond())
    await client.until(limits)
  })
  expect(order).toEqual(['session.created', 'error', 'error', 'error', 'error', 'session.updated', ...pair, ...textResponse])
})

describe('7 refused connections: error, then the close', () => {
  const refused: readonly (readonly [string, OpenOptions, number])[] = [
    ['no key', { key: null }, 3000],
    ['no model', { query: '' }, 4000],
    ['a model that is none', { query: '?model=gpt-4o' }, 4000],
    ['the beta header', { headers: { 'openai-beta': 'realtime=v1' } }, 4000],
  ]
  test.for(refused)('%s', async ([, options, code]) => {
    const log: EventLog = await logOf(async ({ client }) => void (await client.closed), options)
    expect(log).toMatchObject([
      { from: 'service', event: { type: 'error' } },
      { from: 'close', code },
    ])
  })
})

test('8 idle: three pings, and the session still answers', async () => {
  const log = await logOf(async ({ client, local, send }) => {
    await local.realtime.clock.advance(72_000)
    send(textOnly)
    await client.until('session.updated')
  })
  expect(
    log.filter(({ from }) => from !== 'app').map((entry) => (entry.from === 'service' ? entry.event.type : entry.from)),
  ).toEqual([...['session.created', 'ping', 'ping', 'ping', 'session.updated', 'close']])
})

test('9 function round trip: both signals for one call, the response ends, the client asks for the next', async () => {
  const order = await orderIn(async ({ client, send }) => {
    send(textOnly, says('call one'), respond())
    await client.until(limits)
    const [call] = client.all('response.done')[0]!.response.output
    send(callOutput(call.call_id), respond())
    await client.until(limits)
  })
  const response = [...opened, ...argumentsOf, ...closed]
  expect(order).toEqual(['session.created', 'session.updated', ...pair, ...response, ...pair, ...textResponse])
})

test('10 cancel, and cancel again', async () => {
  const log = await logOf(async ({ client, send }) => {
    send(textOnly, says('forever'), respond())
    await client.until('response.output_text.delta')
    send(cancel(), cancel())
    await client.until(limits)
  })
  expect(sent(log, 'response.done')[0]!.response).toMatchObject({
    status: 'cancelled',
    status_details: { reason: 'client_cancelled' },
  })
  expect(sent(log, 'error').map(({ error }) => error.code)).toEqual(['response_cancel_not_active'])
})

test('11 barge-in: a truncation beyond what was made is refused with both lengths', async () => {
  const log = await logOf(async ({ client, send }) => {
    send(says('tone'), respond())
    await client.until(limits)
    send(...appends(loud(320)), truncate(client.all('response.done')[0]!.response.output[0].id, 1060))
    await client.settle()
  })
  const answers = sent(log).slice(sent(log).findIndex(({ type }) => type === limits) + 1)
  expect(answers).toMatchObject([
    { type: 'input_audio_buffer.speech_started' },
    { type: 'error', error: { code: 'invalid_value', message: 'Audio content of 1000ms is already shorter than 1060ms' } },
  ])
})

test('12 and 13 conversation operations: a chain that is mended, and ids that are taken', async () => {
  const log = await logOf(async ({ client, send }) => {
    send(says('A', { id: 'a' }), says('B', { id: 'b' }), says('C', { id: 'c' }), remove('b'))
    send(says('D', { id: 'd' }, { previous_item_id: 'a' }), remove('b'), retrieve('b'))
    send(says('E', { id: 'e' }, { previous_item_id: 'root' }), says('A again', { id: 'a' }))
    await client.settle()
  })
  const added = sent(log, 'conversation.item.added').map(({ item, previous_item_id }) => [item.id, previous_item_id])
  expect(added).toEqual([
    ['a', null],
    ['b', 'a'],
    ['c', 'b'],
    ['d', 'a'],
    ['e', null],
  ])
  const codes = ['item_delete_invalid_item_id', 'item_retrieve_invalid_item_id', 'item_create_duplicate_item_id']
  expect(sent(log, 'error').map(({ error }) => error.code)).toEqual(codes)
})

test('14 beta text turn, in the beta profile', async () => {
  await using local = startLocal({ profile: 'beta' })
  const client = new WireClient('wss://api.openai.com/v1/realtime', { isBeta: true, headers: { 'openai-beta': 'realtime=v1' } })
  await client.until('session.created')
  client.send({ type: 'session.update', session: { modalities: ['text'] } }, says('short'), respond())
  await client.until('response.done')
  expect(local.realtime.sessions).toHaveLength(1)
  const from = client.types().indexOf('response.created')
  expect(orderOf(client.events.slice(from)).filter((type) => type !== limits)).toEqual([
    ...['response.created', 'response.output_item.added', 'conversation.item.created', part, 'response.text.delta'],
    ...['response.text.done', 'response.content_part.done', 'response.output_item.done', 'response.done'],
  ])
  await client.close()
})

test('15 out of band: the ladder without the conversation', async () => {
  const order = await orderIn(async ({ client, send }) => {
    send(textOnly, respond({ conversation: 'none', input: [] }))
    await client.until(limits)
  })
  expect(order).toEqual([
    'session.created',
    'session.updated',
    ...textResponse.filter((type) => !type.startsWith('conversation.')),
  ])
})

test('16 expiry: error, then 1001', async () => {
  const log = await logOf(async ({ client, local }) => {
    await local.realtime.clock.advance(3_600_000)
    await client.closed
  })
  expect(log.filter(({ from }) => from !== 'ping')).toMatchObject([
    { event: { type: 'session.created' } },
    { event: { type: 'error', error: { code: 'session_expired' } } },
    { from: 'close', code: 1001 },
  ])
})

test('17 rate limit: created, then failed', async () => {
  const log = await logOf(async ({ client, local, send }) => {
    local.realtime.fail({ response: 'rate_limit_exceeded' })
    send(says('short'), respond())
    await client.until(limits)
  })
  expect(orderOf(sent(log))).toEqual(['session.created', ...pair, 'response.created', 'response.done', limits])
  expect(sent(log, 'response.done')[0]!.response.status_details.error).toMatchObject({
    type: 'tokens',
    code: 'rate_limit_exceeded',
  })
})
