import { describe, expect, test } from 'vitest'
import { decode } from '../../src/protocol/decode.ts'
import { dialectOf } from '../../src/protocol/dialect.ts'
import { encode } from '../../src/protocol/encode.ts'
import type { ServerEvent } from '../../src/protocol/server-events.ts'
import { allSampleServerEvents, sampleServerEvents } from '../support/sample-server-events.ts'

const beta = dialectOf('beta')
const azure = dialectOf('azure')

function fromBeta(event: object): unknown {
  const decoded = beta.decode(JSON.stringify(event))
  return 'event' in decoded ? decoded.event : decoded.fault
}

function toBeta(event: ServerEvent | undefined): unknown[] {
  if (!event) throw new Error('no sample')
  return beta.encode(event).map((text) => JSON.parse(text))
}

test('openai is the wire of the core', () => {
  const openai = dialectOf('openai')
  for (const event of allSampleServerEvents) expect(openai.encode(event)).toEqual([encode(event)])
  expect(openai.decode('{"type":"response.cancel"}')).toEqual(decode('{"type":"response.cancel"}'))
  expect(openai.decode('{"type":"transcription_session.update"}')).toEqual(decode('{"type":"transcription_session.update"}'))
})

describe('azure', () => {
  test('lists the update of transcription sessions', () => {
    expect(azure.decode('{"type":"nope"}')).toMatchObject({
      fault: { message: expect.stringContaining("'session.update', 'transcription_session.update', 'session.close'") },
    })
  })

  test('takes it, and everything that GA takes', () => {
    const update = { type: 'transcription_session.update', session: { input_audio_format: 'g711_ulaw' } }
    expect(azure.decode(JSON.stringify(update))).toEqual({
      event: { type: 'session.update', session: { type: 'transcription', audio: { input: { format: { type: 'audio/pcmu' } } } } },
    })
    expect(azure.decode('{"type":"response.create"}')).toEqual({ event: { type: 'response.create' } })
    expect(azure.decode('no json')).toMatchObject({ fault: { code: 'invalid_json' } })
    expect(azure.encode({ type: 'input_audio_buffer.cleared', event_id: 'e' })).toEqual([
      '{"type":"input_audio_buffer.cleared","event_id":"e"}',
    ])
  })
})

describe('beta requests', () => {
  test('a flat session becomes nested', () => {
    const session = {
      modalities: ['text', 'audio'],
      instructions: 'Be brief.',
      voice: 'ash',
      speed: 1.1,
      input_audio_format: 'pcm16',
      output_audio_format: 'g711_alaw',
      input_audio_transcription: { model: 'whisper-1' },
      turn_detection: { threshold: 0.4 },
      tools: [],
      temperature: 0.8,
      max_response_output_tokens: 200,
    }
    expect(fromBeta({ type: 'session.update', event_id: 'mine', session })).toEqual({
      type: 'session.update',
      event_id: 'mine',
      session: {
        type: 'realtime',
        output_modalities: ['audio'],
        instructions: 'Be brief.',
        audio: {
          input: {
            format: { type: 'audio/pcm', rate: 24_000 },
            transcription: { model: 'whisper-1' },
            turn_detection: { type: 'server_vad', threshold: 0.4 },
          },
          output: { voice: 'ash', speed: 1.1, format: { type: 'audio/pcma' } },
        },
        tools: [],
        max_output_tokens: 200,
      },
    })
  })

  test('null and text modalities pass', () => {
    expect(fromBeta({ type: 'session.update', session: { turn_detection: null, modalities: ['text'] } })).toEqual({
      type: 'session.update',
      session: { type: 'realtime', output_modalities: ['text'], audio: { input: { turn_detection: null } } },
    })
  })

  test('a flat response, and what the assistant wrote', () => {
    const content = [{ type: 'text', text: 'Hi' }]
    const input = [{ type: 'message', role: 'assistant', content }]
    const written = [{ type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'Hi' }] }]
    const response = { modalities: ['audio', 'text'], voice: 'ash', output_audio_format: 'pcm16', temperature: 1, input }
    expect(fromBeta({ type: 'response.create', response })).toEqual({
      type: 'response.create',
      response: {
        output_modalities: ['audio'],
        audio: { output: { voice: 'ash', format: { type: 'audio/pcm', rate: 24_000 } } },
        input: written,
      },
    })
    expect(fromBeta({ type: 'conversation.item.create', item: input[0] })).toMatchObject({ item: written[0] })
  })

  test.each<[event: object, fault: object]>([
    [{ session: { output_modalities: ['text'] } }, { code: 'unknown_parameter', param: 'session.output_modalities' }],
    [{ session: { constructor: 1 } }, { code: 'unknown_parameter', param: 'session.constructor' }],
    [{ session: { temperature: 2 } }, { code: 'decimal_above_max_value', param: 'session.temperature' }],
    [{ session: { temperature: 0.1 } }, { code: 'decimal_below_min_value', param: 'session.temperature' }],
    [
      { session: { input_audio_format: 'mp3' } },
      { message: "Invalid value: 'mp3'. Supported values are: 'pcm16', 'g711_ulaw', and 'g711_alaw'." },
    ],
    [
      { session: { modalities: ['audio'] } },
      { message: "Invalid modalities: ['audio']. Supported combinations are: ['text'] and ['audio', 'text']." },
    ],
    [{ session: { voice: 'nova' } }, { code: 'invalid_value', param: 'session.voice' }],
    [
      { session: { turn_detection: { type: 'server_vad', threshold: 'x' } } },
      {
        param: 'session.turn_detection.threshold',
        message: "Invalid type for 'session.turn_detection.threshold': expected a decimal number, but got a string instead.",
      },
    ],
    [{ session: 1 }, { code: 'invalid_type', param: 'session' }],
    [{}, { code: 'missing_required_parameter', param: 'session' }],
  ])('refuses %j in the names of the beta', (update, fault) => {
    expect(fromBeta({ type: 'session.update', event_id: 'mine', ...update })).toMatchObject({ ...fault, eventId: 'mine' })
  })

  test('answers what is no event as GA does', () => {
    for (const text of ['no json', '[]', '{}']) expect(beta.decode(text)).toEqual(decode(text))
  })

  test.each(['nope', 'session.close', 'session.input_audio_buffer.append'])(
    'lists the events that the beta had, for %s',
    (type) => {
      expect(fromBeta({ type, event_id: 'mine' })).toMatchObject({
        code: 'invalid_value',
        param: 'type',
        eventId: 'mine',
        message:
          `Invalid value: '${type}'. Supported values are: 'session.update', 'transcription_session.update', ` +
          "'input_audio_buffer.append', 'input_audio_buffer.commit', 'input_audio_buffer.clear', 'conversation.item.create', " +
          "'conversation.item.truncate', 'conversation.item.delete', 'conversation.item.retrieve', 'response.create', and 'response.cancel'.",
      })
    },
  )
})

describe('beta replies', () => {
  test('a flat session', () => {
    const [created, transcription] = sampleServerEvents['session.created']
    expect(toBeta(created)).toEqual([
      {
        type: 'session.created',
        event_id: 'event_1',
        session: expect.objectContaining({
          object: 'realtime.session',
          modalities: ['audio', 'text'],
          voice: 'alloy',
          input_audio_format: 'pcm16',
          output_audio_format: 'pcm16',
          input_audio_transcription: null,
          turn_detection: expect.objectContaining({ type: 'server_vad' }),
          temperature: 0.8,
          max_response_output_tokens: 'inf',
          client_secret: null,
        }),
      },
    ])
    expect(toBeta(created)).not.toHaveProperty('[0].session.audio')
    expect(toBeta(transcription)).toMatchObject([
      { type: 'transcription_session.created', session: { input_audio_format: 'pcm16' } },
    ])
  })

  test('one event for each new item, with its `object` and the old names of parts', () => {
    const added = sampleServerEvents['conversation.item.added'].find(
      ({ item }) => item.type === 'message' && item.role === 'assistant',
    )
    expect(toBeta(added)).toMatchObject([{ type: 'conversation.item.created', item: { object: 'realtime.item' } }])
    expect(toBeta(sampleServerEvents['conversation.item.done'][0])).toEqual([])
    expect(toBeta(sampleServerEvents['conversation.item.retrieved'][1])).toMatchObject([
      { type: 'conversation.item.retrieved', item: { object: 'realtime.item', content: [{ type: 'audio' }] } },
    ])
  })

  test('what is new in GA is not told', () => {
    for (const type of ['input_audio_buffer.timeout_triggered', 'input_audio_buffer.dtmf_event_received'] as const)
      expect(toBeta(sampleServerEvents[type][0])).toEqual([])
  })

  test('rate limits come at the beginning of a response: requests so far, tokens as the response before left them', () => {
    const session = dialectOf('beta', { tokensPerMinute: 40_000 })
    const told = (event: ServerEvent): any[] => session.encode(event).map((text) => JSON.parse(text))
    const [created] = sampleServerEvents['response.created']
    const [used] = sampleServerEvents['rate_limits.updated']
    if (!created || !used) throw new Error('no sample')
    const whole = { ...created, event_id: 'event_Ct1OVabcdefghijklmnop' }
    expect(told(whole)).toMatchObject([
      { type: 'response.created', event_id: 'event_Ct1OVabcdefghijklmnop' },
      {
        type: 'rate_limits.updated',
        event_id: 'event_Ct1OVponmlkjihgfedcba',
        rate_limits: [
          { name: 'requests', limit: 1000, remaining: 999, reset_seconds: 0.06 },
          { name: 'tokens', limit: 40_000, remaining: 40_000, reset_seconds: 0 },
        ],
      },
    ])
    expect(told(used)).toEqual([])
    expect(told(whole)[1].rate_limits).toEqual([
      { name: 'requests', limit: 1000, remaining: 998, reset_seconds: 0.12 },
      { name: 'tokens', limit: 40_000, remaining: 38_490, reset_seconds: 2.265 },
    ])
    expect(dialectOf('beta').encode(whole)[1]).toContain('"limit":15000000')
  })

  test('a flat response', () => {
    const [reply] = toBeta(sampleServerEvents['response.done'][0])
    expect(reply).toMatchObject({
      type: 'response.done',
      response: {
        modalities: ['audio', 'text'],
        voice: 'alloy',
        output_audio_format: 'pcm16',
        temperature: 0.8,
        output: [{ object: 'realtime.item', content: [{ type: 'text', text: 'Hi' }] }],
      },
    })
    expect(reply).not.toHaveProperty('response.audio')
    expect(reply).not.toHaveProperty('response.output_modalities')
  })

  test.each([
    ['response.output_text.delta', 'response.text.delta'],
    ['response.output_text.done', 'response.text.done'],
    ['response.output_audio.delta', 'response.audio.delta'],
    ['response.output_audio.done', 'response.audio.done'],
    ['response.output_audio_transcript.delta', 'response.audio_transcript.delta'],
    ['response.output_audio_transcript.done', 'response.audio_transcript.done'],
    ['error', 'error'],
  ] as const)('%s is called %s, and has no padding', (ga, name) => {
    const [event] = sampleServerEvents[ga]
    const { obfuscation: _padding, ...rest } = { obfuscation: '', ...event }
    expect(toBeta(event)).toEqual([{ ...rest, type: name }])
  })
})
