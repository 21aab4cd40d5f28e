// Rows of the capability table about the protocol itself: sessions, buffer, items, lifecycle, and what is refused.

import OpenAI from 'openai'
import { OpenAIRealtimeWS } from 'openai/realtime/ws'
import { createLocalConnection, expect, test } from 'vitest-realtime'
import {
  append,
  callOutput,
  cancel,
  clear,
  commit,
  create,
  loud,
  remove,
  respond,
  retrieve,
  says,
  truncate,
  update,
} from '../conformance/support/client-events.ts'
import { errorOf, orderOf, type WireEvent } from '../conformance/support/wire-client.ts'
import {
  assertStrictServerEvent,
  assertValidServerEvent,
  schemaClientEventTypes,
  schemaTranslationClientEventTypes,
} from '../support/server-event-schema.ts'
import { next } from './support/socket-talk.ts'
import { deltasOf, outputOf, startWire } from './support/wire.ts'

const names = (events: readonly WireEvent[]): string[] => events.map(({ type }) => type)

test('row 3: session.created', async () => {
  const { realtime, client, open } = await startWire()
  const overPort = await open(realtime.url)
  const official = new OpenAIRealtimeWS({ model: 'gpt-realtime' }, new OpenAI({ apiKey: 'sk-app' }))
  const ofOfficial = await official.emitted('session.created')
  official.close()
  await using inProcess = createLocalConnection()
  const ofProcess = await next(inProcess, 'session.created')
  const greetings = [client.events[0]!, overPort.events[0]!, ofOfficial, ofProcess]
  for (const greeting of greetings) {
    assertValidServerEvent(greeting)
    assertStrictServerEvent(greeting)
    expect(greeting).toMatchObject({ type: 'session.created', session: { object: 'realtime.session', type: 'realtime' } })
  }
  const sessions = greetings.map(({ session }) => ({ ...session, id: 'any', expires_at: 0 }))
  expect(new Set(sessions.slice(0, 3).map((session) => JSON.stringify(session))).size).toBe(1)
  expect(sessions[3]).toMatchObject({ model: 'gpt-realtime', audio: { input: { format: { rate: 24_000 } } } })
  const ids = realtime.timeline.entries.flatMap(({ from, event }) =>
    from === 'service' && 'event_id' in event ? [event.event_id] : [],
  )
  expect(ids.length).toBeGreaterThan(3)
  expect(new Set(ids).size).toBe(ids.length)
})

test('row 4: session.update', async () => {
  const { open } = await startWire()
  const client = await open()
  const before = client.events[0]!.session
  const changed = await client.askOne(update({ audio: { output: { voice: 'cedar' } } }))
  const { audio } = before
  expect(changed).toMatchObject({ type: 'session.updated' })
  expect(changed.session).toEqual({ ...before, audio: { ...audio, output: { ...audio.output, voice: 'cedar' } } })
  const refused = await client.askOne(update({ audio: { output: { voice: 7 } } }, { event_id: 'mine' }))
  expect(errorOf(refused)).toMatchObject({ param: 'session.audio.output.voice', event_id: 'mine' })
  expect((await client.askOne(update({}))).session).toEqual(changed.session)
})

test('row 5: append, commit, clear', async () => {
  const { realtime, client } = await startWire()
  const { session } = realtime
  expect(await client.ask(append(loud(200)))).toEqual([])
  expect(session.audioBuffer).toMatchObject({ durationMs: 200, bytes: 9600 })
  const [committed, added] = await client.ask(commit)
  expect(committed).toMatchObject({ type: 'input_audio_buffer.committed', item_id: expect.stringMatching(/^item_/) })
  expect(added?.item.id).toBe(committed?.item_id)
  expect(session.audioBuffer).toMatchObject({ durationMs: 0, bytes: 0 })
  expect(names(await client.ask(append(loud(200)), clear))).toEqual(['input_audio_buffer.cleared'])
  expect(session.audioBuffer).toMatchObject({ durationMs: 0, bytes: 0, writtenMs: 400 })
})

test.for([
  ['an empty commit', commit, { code: 'input_audio_buffer_commit_empty' }],
  ['bad base64', { type: 'input_audio_buffer.append', audio: 'no base64!' }, { code: 'invalid_value', param: 'audio' }],
  ['an unknown type', { type: 'nope', event_id: 'mine' }, { code: 'invalid_value', param: 'type', event_id: 'mine' }],
  ['no JSON', '{"type":', { code: 'invalid_json' }],
] as const)('row 6: bad input gives one error each: %s', async ([, message, error]) => {
  const { realtime, client } = await startWire({ responses: { any: 'Fine.' } })
  expect((await client.ask(message)).map(errorOf)).toEqual([expect.objectContaining(error)])
  expect(names(await client.turn(says('Go on'), respond())).at(-1)).toBe('rate_limits.updated')
  expect(realtime.session.open).toBe(true)
})

test('row 7: conversation items', async () => {
  const { client } = await startWire({ responses: { story: { when: 'story', text: 'Once upon a time there was a fox.' } } })
  const made = await client.ask(says('Hello', { id: 'item_mine' }))
  expect(names(made)).toEqual(['conversation.item.added', 'conversation.item.done'])
  expect(await client.askOne(retrieve('item_mine'))).toMatchObject({
    type: 'conversation.item.retrieved',
    item: { id: 'item_mine', role: 'user', content: [{ type: 'input_text', text: 'Hello' }] },
  })
  const [spoken] = outputOf(await client.turn(says('A story'), respond({ output_modalities: ['audio'] })))
  expect(await client.askOne(truncate(String(spoken?.id), 300))).toMatchObject({
    type: 'conversation.item.truncated',
    item_id: spoken?.id,
    audio_end_ms: 300,
  })
  expect(await client.askOne(remove('item_mine'))).toMatchObject({ type: 'conversation.item.deleted', item_id: 'item_mine' })
  for (const unknown of [retrieve('item_mine'), remove('item_mine'), truncate('item_mine', 0)])
    expect(errorOf(await client.askOne(unknown)).message).toContain('item_mine')

  const call = { type: 'function_call', id: 'item_call', call_id: 'call_1', name: 'look_up', arguments: '{}' }
  await client.ask(create(call))
  const [added] = await client.ask(callOutput('call_1', '"found"'))
  expect(added).toMatchObject({ type: 'conversation.item.added', item: { type: 'function_call_output', output: '"found"' } })
})

test('row 8: response lifecycle order', async () => {
  const { client } = await startWire({ responses: { any: 'Hello, how can I help you?' } })
  const [, , ...events] = await client.turn(says('Hello'), respond())
  expect(orderOf(events)).toEqual([
    'response.created',
    'response.output_item.added',
    'conversation.item.added',
    'response.content_part.added',
    'response.output_text.delta',
    'response.output_text.done',
    'response.content_part.done',
    'conversation.item.done',
    'response.output_item.done',
    'response.done',
    'rate_limits.updated',
  ])
  const done = events.find(({ type }) => type === 'response.done')!.response
  expect(done).toMatchObject({ status: 'completed', usage: { output_tokens: expect.any(Number) } })
  expect(done.usage.output_tokens).toBeGreaterThan(0)
  expect(done.output[0].content).toEqual([{ type: 'output_text', text: deltasOf(events, 'output_text').join('') }])
  const responseIds = events.flatMap(({ response_id, response }) => response_id ?? response?.id ?? [])
  expect(new Set(responseIds)).toEqual(new Set([done.id]))
  const itemIds = events.flatMap(({ item_id, item }) => item_id ?? item?.id ?? [])
  expect(new Set(itemIds)).toEqual(new Set([done.output[0].id]))
})

/** What is sent, after what, and how it is answered; `null`: it is not, by the protocol. */
type Asked = readonly [events: readonly object[], answer: string | null]

const sound = append(loud(200))
const conversationEvents: Readonly<Record<string, Asked>> = {
  'session.update': [[update({ instructions: 'Be brief.' })], 'session.updated'],
  'input_audio_buffer.append': [[sound], null],
  'input_audio_buffer.commit': [[sound, commit], 'input_audio_buffer.committed'],
  'input_audio_buffer.clear': [[clear], 'input_audio_buffer.cleared'],
  'conversation.item.create': [[says('Hello')], 'conversation.item.added'],
  'conversation.item.retrieve': [[says('Hello', { id: 'item_one' }), retrieve('item_one')], 'conversation.item.retrieved'],
  'conversation.item.delete': [[says('Hello', { id: 'item_one' }), remove('item_one')], 'conversation.item.deleted'],
  // Nothing was said that could be cut.
  'conversation.item.truncate': [[truncate('item_none', 0)], 'error'],
  'response.create': [[respond()], 'response.created'],
  'response.cancel': [[cancel()], 'error'],
  // There is an output buffer on calls only.
  'output_audio_buffer.clear': [[{ type: 'output_audio_buffer.clear' }], 'error'],
}

const bytes = Buffer.alloc(9600).toString('base64')
const translationEvents: Readonly<Record<string, Asked>> = {
  'session.update': [[{ type: 'session.update', session: { audio: { output: { language: 'es' } } } }], 'session.updated'],
  'session.input_audio_buffer.append': [[{ type: 'session.input_audio_buffer.append', audio: bytes }], null],
  'session.close': [[{ type: 'session.close' }], 'session.closed'],
}

test.for([
  ['conversations', conversationEvents, schemaClientEventTypes, {}],
  ['translations', translationEvents, schemaTranslationClientEventTypes, { query: '/translations?model=gpt-realtime-translate' }],
] as const)('row 105: every client event of the schema is answered: %s', async ([, table, types, options]) => {
  expect(Object.keys(table).toSorted()).toEqual(types.toSorted())
  const { open } = await startWire({ responses: { any: 'Fine.' } })
  for (const [type, [events, answer]] of Object.entries(table)) {
    const client = await open(undefined, options)
    const from = client.events.length
    client.send(...events)
    if (answer !== null) await client.until(answer)
    else await client.settle()
    expect(events.at(-1), type).toMatchObject({ type })
    const came = client.types(from).filter((name) => answer === null || name === 'error')
    expect(came, type).toEqual(answer === 'error' ? ['error'] : [])
  }
})
