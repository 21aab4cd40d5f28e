// protocol.md 4.12: translation sessions on the wire, over each of the three ways: a served process, the gate, and memory.

import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { translationClientEventTypes, translationServerEventTypes } from '../../src/protocol/event-types.ts'
import { type ServeProcess, startServe } from '../cli/support/serve-process.ts'
import { openService } from '../runtime/support/open-service.ts'
import { schemaTranslationClientEventTypes, schemaTranslationServerEventTypes } from '../support/server-event-schema.ts'
import { heardWords, loud, quiet } from './support/client-events.ts'
import * as serviceOptions from './support/service-options.ts'
import { startLocal } from './support/services.ts'
import { errorOf, type OpenOptions, orderOf, WireClient, type WireEvent } from './support/wire-client.ts'

type Json = Record<string, unknown>

const path = '/translations'
const query = `${path}?model=gpt-realtime-translate`
const update = (audio: Json, more: Json = {}): Json => ({ type: 'session.update', session: { audio }, ...more })
const transcribing = update({ input: { transcription: { model: 'gpt-realtime-whisper' } }, output: { language: 'es' } })
const close = { type: 'session.close' }
/** Sound in engine frames of 200 ms. */
function appends(sound: Int16Array): Json[] {
  const pieces: Json[] = []
  for (let start = 0; start < sound.length; start += 4800) {
    const piece = sound.slice(start, start + 4800)
    pieces.push({ type: 'session.input_audio_buffer.append', audio: Buffer.from(piece.buffer).toString('base64') })
  }
  return pieces
}
const sentence = [...appends(loud(1000)), ...appends(quiet(800))]
const joined = (events: readonly WireEvent[], side: string): string =>
  events.flatMap(({ type, delta }) => (type === `session.${side}_transcript.delta` ? [delta] : [])).join('')

let served: ServeProcess
beforeAll(async () => {
  served = await startServe([
    '--timing',
    'instant',
    '--config',
    fileURLToPath(new URL('support/service-options.ts', import.meta.url)),
  ])
})
afterAll(() => served?.stop())
const clients: WireClient[] = []
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()))
})

async function open(options: OpenOptions = {}): Promise<WireClient> {
  const client = connect(options)
  await client.until('session.created')
  return client
}

function connect(options: OpenOptions = {}): WireClient {
  const client = new WireClient(served.ready.url, { query, ...options })
  clients.push(client)
  return client
}

test('the events are those of the specification', () => {
  expect([...translationServerEventTypes].sort()).toEqual([...schemaTranslationServerEventTypes].sort())
  expect([...translationClientEventTypes].sort()).toEqual([...schemaTranslationClientEventTypes].sort())
})

describe('a session', () => {
  test('greets with kind and model, and takes updates without a type', async () => {
    const client = await open()
    expect(client.events[0]?.session).toMatchObject({ type: 'translation', model: 'gpt-realtime-translate' })
    const updated = await client.askOne(transcribing)
    expect(updated.session.audio).toEqual({
      input: { transcription: { model: 'gpt-realtime-whisper' }, noise_reduction: null },
      output: { language: 'es' },
    })
  })

  test('a whole one: transcript, translation and sound for each utterance, then closed', async () => {
    const client = await open()
    await client.askOne(transcribing)
    const from = client.events.length
    client.send(...sentence, close)
    await client.until('session.closed')
    expect(await client.closed).toEqual({ code: 1000, reason: '' })
    const events = client.events.slice(from)
    expect(new Set(orderOf(events))).toEqual(
      new Set([
        'session.input_transcript.delta',
        'session.output_transcript.delta',
        'session.output_audio.delta',
        'session.closed',
      ]),
    )
    expect(joined(events, 'input')).toBe(heardWords)
    expect(joined(events, 'output')).toBe('One two three four five.')
    const bytes = client.all('session.output_audio.delta', events).map(({ delta }) => Buffer.from(delta, 'base64').length)
    expect(bytes.reduce((sum, length) => sum + length, 0)).toBe(48_000)
  })

  test('nothing but an utterance brings anything: silence and a click end without a word', async () => {
    const client = await open()
    const from = client.events.length
    client.send(...appends(quiet(2000)), ...appends(loud(10)), ...appends(quiet(1000)), close)
    await client.until('session.closed')
    expect(client.types(from)).toEqual(['session.closed'])
  })
})

describe('what is refused', () => {
  const refusals: readonly (readonly [string, object | string | Buffer, object])[] = [
    ['an unknown type', { type: 'nope', event_id: 'mine' }, { code: 'invalid_value', param: 'type', event_id: 'mine' }],
    ['an event of conversations', { type: 'response.create' }, { code: 'invalid_value', param: 'type' }],
    ['the append of conversations', { type: 'input_audio_buffer.append', audio: '' }, { code: 'invalid_value', param: 'type' }],
    ['no type', { session: {} }, { code: 'invalid_event', param: null }],
    ['no JSON', '{', { code: 'invalid_json', param: null }],
    ['a binary frame', Buffer.from('{}'), { code: 'invalid_event', param: null }],
    ['an update without a session', { type: 'session.update' }, { code: 'missing_required_parameter', param: 'session' }],
    [
      'a kind',
      { type: 'session.update', session: { type: 'translation' } },
      { code: 'unknown_parameter', param: 'session.type' },
    ],
    ['a model', { type: 'session.update', session: { model: 'x' } }, { code: 'unknown_parameter', param: 'session.model' }],
    [
      'instructions',
      { type: 'session.update', session: { instructions: 'x' } },
      { code: 'unknown_parameter', param: 'session.instructions' },
    ],
    [
      'a source language',
      update({ input: { language: 'en' } }),
      { code: 'unknown_parameter', param: 'session.audio.input.language' },
    ],
    ['no language', update({ output: { language: null } }), { code: 'invalid_type', param: 'session.audio.output.language' }],
    [
      'a transcription without a model',
      update({ input: { transcription: {} } }),
      { code: 'missing_required_parameter', param: 'session.audio.input.transcription.model' },
    ],
    [
      'an unknown noise reduction',
      update({ input: { noise_reduction: { type: 'mid_field' } } }),
      { code: 'invalid_value', param: 'session.audio.input.noise_reduction.type' },
    ],
    [
      'an append without sound',
      { type: 'session.input_audio_buffer.append' },
      { code: 'missing_required_parameter', param: 'audio' },
    ],
    [
      'sound that is no base64',
      { type: 'session.input_audio_buffer.append', audio: '%' },
      { code: 'invalid_value', param: 'audio' },
    ],
    ['more than the event has', { type: 'session.close', reason: 'done' }, { code: 'unknown_parameter', param: 'reason' }],
  ]

  test.each(refusals)('%s', async (_name, message, fault) => {
    const client = await open()
    expect(errorOf(await client.askOne(message))).toMatchObject(fault)
    // The session goes on, and nothing was changed.
    expect((await client.askOne({ type: 'session.update', session: {} })).session.audio.output).toEqual({})
  })

  test('an unknown type is told what there is', async () => {
    const { message } = errorOf(await (await open()).askOne({ type: 'response.create' }))
    expect(message).toBe(
      "Invalid value: 'response.create'. Supported values are: 'session.update', 'session.input_audio_buffer.append', and 'session.close'.",
    )
  })

  test.each([
    ['an unknown model', '?model=gpt-4o', 'invalid_model', 'Model "gpt-4o" is not supported in translation mode.'],
    [
      'a model of conversations',
      '?model=gpt-realtime',
      'invalid_model',
      'Model "gpt-realtime" is not supported in translation mode.',
    ],
    ['no model', '', 'missing_model', 'You must provide a model parameter'],
  ])('%s, with 4000', async (_name, search, code, message) => {
    const client = connect({ query: `${path}${search}` })
    expect((await client.until('error')).error).toMatchObject({ code, message: expect.stringContaining(message) })
    expect(await client.closed).toEqual({ code: 4000, reason: `invalid_request_error.${code}` })
  })

  test('the model in a conversation', async () => {
    const client = connect({ query: '?model=gpt-realtime-translate' })
    expect((await client.until('error')).error).toMatchObject({ code: 'invalid_model' })
  })

  test.each(['session.close', 'session.input_audio_buffer.append'])('%s in a conversation', async (type) => {
    const client = await open({ query: '?model=gpt-realtime' })
    const fault = errorOf(await client.askOne({ type, audio: '' }))
    expect(fault).toMatchObject({ code: 'invalid_value', param: 'type' })
    expect(fault.message).toBe(`The event '${type}' is only supported in translation sessions.`)
  })
})

describe('the same conversation of events over', () => {
  const expected = 'One two three four five.'

  test('the gate, with the latency of the live service: text ahead of sound, sound faster than real time', async () => {
    await using local = startLocal()
    const client = await local.open({ query })
    client.send(transcribing, ...sentence)
    await local.realtime.settled()
    expect(joined(client.events, 'output')).toBe(expected)
    const times = new Map(local.realtime.timeline.entries.map(({ event, atMs }) => [event.type, atMs] as const))
    expect(times.get('session.output_audio.delta')).toBeLessThan(1000)
    client.send(close)
    await client.until('session.closed')
    expect(await client.closed).toEqual({ code: 1000, reason: '' })
    expect(local.realtime.session.open).toBe(false)
  })

  test('memory', async () => {
    await using opened = openService({ ...serviceOptions, latency: 'instant' })
    const app = await opened.open({ url: `wss://api.openai.com/v1/realtime${query}` })
    for (const event of [transcribing, ...sentence, close]) app.send(event as { type: string })
    await opened.realtime.settled()
    const events = app.got as readonly WireEvent[]
    expect(joined(events, 'output')).toBe(expected)
    expect(joined(events, 'input')).toBe(heardWords)
    expect(events.at(-1)?.type).toBe('session.closed')
    expect(app.closed).toEqual({ code: 1000, reason: '' })
  })

  test('the form of Azure, where the model is the name of a deployment', async () => {
    await using opened = openService({ ...serviceOptions, profile: 'azure' })
    const app = await opened.open({
      url: 'wss://my.openai.azure.com/openai/v1/realtime/translations?model=my-interpreter',
      headers: { 'api-key': 'azure-key' },
    })
    expect((app.got[0] as WireEvent).session).toMatchObject({ type: 'translation', model: 'my-interpreter' })
  })
})

test('a key of `translations/client_secrets` brings model and configuration', async () => {
  await using opened = openService(serviceOptions)
  const session = { type: 'translation', model: 'gpt-realtime-translate', audio: { output: { language: 'fr' } } }
  opened.service.secretMaker.addSecret({ value: 'ek_translate', expiresAtSeconds: Number.MAX_SAFE_INTEGER, session })
  const app = await opened.open({
    url: 'wss://api.openai.com/v1/realtime/translations',
    headers: { authorization: 'Bearer ek_translate' },
  })
  expect((app.got[0] as WireEvent).session).toMatchObject({ type: 'translation', audio: { output: { language: 'fr' } } })
})

test('serve without a script: the interpreter says what it heard', async () => {
  await using opened = openService({
    vad: serviceOptions.vad,
    transcription: serviceOptions.transcription,
    onUnmatched: 'fallback',
  })
  const app = await opened.open({ url: `wss://api.openai.com/v1/realtime${query}` })
  for (const event of sentence) app.send(event as { type: string })
  await opened.realtime.settled()
  expect(joined(app.got as readonly WireEvent[], 'output')).toBe(heardWords)
})
