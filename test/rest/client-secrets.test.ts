// Ephemeral keys over REST: bodies and refusals of the three routes that give them out. What sockets make of a key is in
// test/doors/client-secrets.test.ts.

import { describe, expect, test } from 'vitest'
import { assertByDefinition } from '../support/rest-schema.ts'
import { errorBody, openRest } from './support/rest-client.ts'

const secrets = '/v1/realtime/client_secrets'
const translations = '/v1/realtime/translations/client_secrets'
const life = (seconds: unknown, anchor: unknown = 'created_at') => ({ expires_after: { anchor, seconds } })

describe('POST client_secrets', () => {
  test('the reply is the reference’s', async () => {
    await using rest = openRest({ epoch: 1_800_000_000_000 })
    const { status, headers, body } = await rest.ask(secrets, {
      ...life(7200),
      session: { type: 'realtime', audio: { output: { voice: 'marin' } }, tools: [{ type: 'function', name: 'find' }] },
    })
    expect(status).toBe(200)
    expect(headers.get('content-type')).toBe('application/json')
    assertByDefinition('RealtimeCreateClientSecretResponse', body)
    expect(body).toMatchObject({ value: expect.stringMatching(/^ek_[0-9a-f]{32}$/), expires_at: 1_800_007_200 })
    expect(body.session).toMatchObject({ type: 'realtime', object: 'realtime.session', expires_at: 0, model: 'gpt-realtime' })
  })

  test('all of the body may be left out; a transcription session has no model', async () => {
    await using rest = openRest({ epoch: 1_800_000_000_000 })
    expect((await rest.ask(secrets)).body).toMatchObject({ expires_at: 1_800_000_600, session: { type: 'realtime' } })
    const { body } = await rest.ask(secrets, { session: { type: 'transcription' } })
    assertByDefinition('RealtimeCreateClientSecretResponse', body)
    expect(body.session).not.toHaveProperty('model')
  })

  test('the same seed gives the same keys', async () => {
    const keys = async (): Promise<unknown> => {
      await using rest = openRest({ seed: 7 })
      return [(await rest.ask(secrets)).body.value, (await rest.ask(translations, { session: { model: 'm' } })).body.value]
    }
    expect(await keys()).toEqual(await keys())
  })

  test.for([
    ['a flat body', { model: 'gpt-realtime' }, 'unknown_parameter', "Unknown parameter: 'model'.", 'model'],
    ['no type', { session: {} }, 'missing_required_parameter', "Missing required parameter: 'session.type'.", 'session.type'],
    ['no session but a text', { session: 'x' }, 'invalid_type', /^Invalid type for 'session': expected an object/, 'session'],
    ['a field of the beta', { session: { type: 'realtime', voice: 'marin' } }, 'unknown_parameter', /./, 'session.voice'],
    [
      'a model to transcribe with',
      { session: { type: 'transcription', model: 'gpt-realtime' } },
      'invalid_model',
      'You must not provide a model parameter for transcription sessions.',
      'session.model',
    ],
    ['9 seconds', life(9), 'integer_below_min_value', /Expected a value >= 10, but got 9 instead/, 'expires_after.seconds'],
    ['7,201 seconds', life(7201), 'integer_above_max_value', /Expected a value <= 7200, but got 7201/, 'expires_after.seconds'],
    ['half seconds', life(10.5), 'invalid_type', /expected an integer, but got a decimal number/, 'expires_after.seconds'],
    ['seconds as text', life('60'), 'invalid_type', /expected an integer, but got a string/, 'expires_after.seconds'],
    ['another anchor', life(60, 'now'), 'invalid_value', /Value must be 'created_at'/, 'expires_after.anchor'],
    ['another field of life', { expires_after: { minutes: 1 } }, 'unknown_parameter', /./, 'expires_after.minutes'],
    ['life as a number', { expires_after: 60 }, 'invalid_type', /expected an object, but got an integer/, 'expires_after'],
  ] as const)('%s is refused', async ([, body, code, message, param]) => {
    await using rest = openRest()
    const said = typeof message === 'string' ? message : expect.stringMatching(message)
    expect(await rest.ask(secrets, body)).toMatchObject({ status: 400, body: errorBody(code, said, param) })
  })
})

describe('POST translations/client_secrets', () => {
  test('the reply is the reference’s', async () => {
    await using rest = openRest({ epoch: 1_800_000_000_000 })
    const { status, body } = await rest.ask(translations, {
      ...life(60),
      session: { model: 'gpt-realtime-translate', audio: { output: { language: 'es' }, input: { noise_reduction: null } } },
    })
    expect(status).toBe(200)
    assertByDefinition('RealtimeTranslationClientSecretCreateResponse', body)
    expect(body).toEqual({
      value: expect.stringMatching(/^ek_[0-9a-f]{32}$/),
      expires_at: 1_800_000_060,
      session: {
        id: expect.stringMatching(/^sess_/),
        type: 'translation',
        model: 'gpt-realtime-translate',
        expires_at: 0,
        audio: { input: { transcription: null, noise_reduction: null }, output: { language: 'es' } },
      },
    })
    expect(rest.service.keys.find(body.value)?.session).toMatchObject({ type: 'translation', model: 'gpt-realtime-translate' })
  })

  test.for([
    ['no session', {}, 'missing_required_parameter', 'session'],
    ['no model', { session: {} }, 'missing_required_parameter', 'session.model'],
    [
      'a voice',
      { session: { model: 'm', audio: { output: { voice: 'marin' } } } },
      'unknown_parameter',
      'session.audio.output.voice',
    ],
    ['a short life', { ...life(1), session: { model: 'm' } }, 'integer_below_min_value', 'expires_after.seconds'],
  ] as const)('%s is refused', async ([, body, code, param]) => {
    await using rest = openRest()
    expect(await rest.ask(translations, body)).toMatchObject({ status: 400, body: errorBody(code, expect.any(String), param) })
  })
})

describe('sessions of the beta', () => {
  test('a flat session, with a key of 60 s in it that opens such sessions', async () => {
    await using rest = openRest({ epoch: 1_800_000_000_000 })
    const flat = {
      model: 'gpt-realtime-mini',
      modalities: ['text'],
      voice: 'sage',
      input_audio_format: 'g711_ulaw',
      temperature: 0.7,
    }
    const { status, body } = await rest.ask('/v1/realtime/sessions', flat)
    expect(status).toBe(200)
    assertByDefinition('RealtimeSessionCreateRequest', body)
    expect(body).toMatchObject({
      object: 'realtime.session',
      model: 'gpt-realtime-mini',
      modalities: ['text'],
      voice: 'sage',
      input_audio_format: 'g711_ulaw',
      client_secret: { value: expect.stringMatching(/^ek_/), expires_at: 1_800_000_060 },
    })
    const url = 'wss://api.openai.com/v1/realtime'
    const app = await rest.open({ url, headers: { authorization: `Bearer ${body.client_secret.value}` } })
    expect(app.got[0]).toMatchObject({
      session: { model: 'gpt-realtime-mini', output_modalities: ['text'], audio: { input: { format: { type: 'audio/pcmu' } } } },
    })
  })

  test('one that transcribes', async () => {
    await using rest = openRest()
    const flat = { input_audio_transcription: { model: 'gpt-4o-transcribe' }, turn_detection: null }
    const { status, body } = await rest.ask('/v1/realtime/transcription_sessions', flat)
    expect(status).toBe(200)
    assertByDefinition('RealtimeTranscriptionSessionCreateResponse', body)
    expect(body).toMatchObject({
      object: 'realtime.transcription_session',
      input_audio_transcription: { model: 'gpt-4o-transcribe' },
      turn_detection: null,
      client_secret: { value: expect.stringMatching(/^ek_/) },
    })
    expect(rest.service.keys.find(body.client_secret.value)?.session).toMatchObject({ type: 'transcription' })
  })

  test.for([
    ['a field of GA', { audio: {} }, 'unknown_parameter', "Unknown parameter: 'audio'.", 'audio'],
    ['a voice that is none', { voice: 'nobody' }, 'invalid_value', /^Invalid value: 'nobody'/, 'voice'],
    ['too many degrees', { temperature: 2 }, 'decimal_above_max_value', /^Invalid 'temperature'/, 'temperature'],
    ['one modality too few', { modalities: ['audio'] }, 'invalid_value', /^Invalid modalities/, 'modalities'],
  ] as const)('%s is refused by the names of the beta', async ([, body, code, message, param]) => {
    await using rest = openRest()
    const said = typeof message === 'string' ? message : expect.stringMatching(message)
    expect(await rest.ask('/v1/realtime/sessions', body)).toMatchObject({ status: 400, body: errorBody(code, said, param) })
  })

  test('behavior.betaRest: false: there is no such URL any more', async () => {
    await using rest = openRest({ behavior: { betaRest: false } })
    for (const path of ['/v1/realtime/sessions', '/v1/realtime/transcription_sessions']) {
      expect(await rest.ask(path, {})).toMatchObject({
        status: 404,
        body: errorBody('unknown_url', `Invalid URL (POST ${path})`),
      })
    }
  })
})
