// What every route has in common: keys, methods, bodies, bases, and what becomes of a defect of ours.

import { describe, expect, test } from 'vitest'
import { contexts } from '../../src/runtime/context.ts'
import { findingsOf } from '../runtime/support/wrong-app.ts'
import { pageOffer } from './support/offers.ts'
import { errorBody, openRest } from './support/rest-client.ts'

const secrets = '/v1/realtime/client_secrets'
const mints = [
  secrets,
  '/v1/realtime/translations/client_secrets',
  '/v1/realtime/sessions',
  '/v1/realtime/transcription_sessions',
]
const wrongKey = (key: string) =>
  errorBody(
    'invalid_api_key',
    `Incorrect API key provided: ${key}. You can find your API key at https://platform.openai.com/account/api-keys.`,
  )

describe('keys', () => {
  test.for([...mints, '/v1/realtime/calls', '/v1/realtime/calls/rtc_1/hangup'])('%s needs one', async (path) => {
    await using rest = openRest({ keys: ['sk-good-0123456789'] })
    expect(await rest.ask(path, {}, { key: '' })).toMatchObject({
      status: 401,
      body: errorBody(null, 'Missing bearer or basic authentication in header'),
    })
    expect(await rest.ask(path, {}, { key: 'sk-bad-9876543210' })).toMatchObject({ status: 401, body: wrongKey('sk-***...3210') })
    expect((await rest.ask(path, {}, { key: 'sk-good-0123456789' })).status).not.toBe(401)
  })

  test('an ephemeral key gives out no others, and hangs up nothing', async () => {
    await using rest = openRest()
    const key = (await rest.ask(secrets)).body.value
    for (const path of [...mints, '/v1/realtime/calls/rtc_1/hangup']) {
      expect(await rest.ask(path, {}, { key })).toMatchObject({ status: 401, body: { error: { code: 'invalid_api_key' } } })
    }
    expect(rest.service.timeline.entries).toContainEqual(
      expect.objectContaining({ note: expect.objectContaining({ message: expect.stringContaining('ephemeral key') }) }),
    )
  })

  test('an ephemeral key ends with its time', async () => {
    await using rest = openRest()
    const key = (await rest.ask(secrets, { expires_after: { anchor: 'created_at', seconds: 10 } })).body.value
    const call = () => rest.ask('/v1/realtime/calls', '', { key, headers: { 'content-type': 'application/sdp' } })
    expect((await call()).body.error.code).toBe('invalid_offer')
    await rest.service.clock.advance(10_000)
    expect(await call()).toMatchObject({ status: 401, body: { error: { code: 'invalid_api_key' } } })
  })

  test('what was refused stands in the timeline, with the mend', async () => {
    await using rest = openRest({ keys: ['sk-good'] })
    const life = { expires_after: { anchor: 'created_at', seconds: 10 } }
    const key = (await rest.ask(secrets, life, { key: 'sk-good' })).body.value
    await rest.service.clock.advance(10_000)
    await rest.ask('/v1/realtime/calls', '', { key })
    await rest.ask(secrets, {}, { key: 'sk-other-9876543210' })
    await rest.ask(secrets, { session: {} }, { key: 'sk-good' })
    expect(findingsOf(rest).map(({ text }) => text)).toEqual([
      expect.stringMatching(/^The ephemeral key is over\. Make one/),
      expect.stringMatching(/^POST \/v1\/realtime\/calls was answered with HTTP 401: Incorrect API key/),
      expect.stringMatching(/^The key is none of the option `keys`\. Give/),
      expect.stringMatching(/^POST \/v1\/realtime\/client_secrets was answered with HTTP 401: Incorrect/),
      "POST /v1/realtime/client_secrets was answered with HTTP 400: Missing required parameter: 'session.type'.",
    ])
  })

  test('Azure: the header api-key, and its own words without one', async () => {
    await using rest = openRest({ profile: 'azure' })
    const url = 'https://me.openai.azure.com/openai/v1/realtime/client_secrets'
    expect((await rest.ask(url, {}, { key: '', headers: { 'api-key': 'a' } })).status).toBe(200)
    expect(await rest.ask(url, {}, { key: '' })).toMatchObject({
      status: 401,
      body: errorBody('401', 'Access denied due to missing credentials.'),
    })
  })
})

describe('paths and methods', () => {
  test.for([
    'https://api.openai.com/v1/realtime/client_secrets',
    'https://eu.api.openai.com/v1/realtime/client_secrets',
    'https://me.openai.azure.com/openai/v1/realtime/client_secrets?api-version=1',
    'http://127.0.0.1:4000/v1/realtime/client_secrets',
    'https://gateway.example/openai/realtime/client_secrets',
  ])('%s', async (url) => {
    await using rest = openRest()
    expect((await rest.ask(url, {})).status).toBe(200)
  })

  test('unknown paths are 404, other methods 405', async () => {
    await using rest = openRest()
    for (const path of ['/v1/realtime/nothing', '/v1/realtime/calls/rtc_1', '/v1/models', '/v1/realtime/calls/rtc_1/pause']) {
      expect(await rest.ask(path, {})).toMatchObject({
        status: 404,
        body: errorBody('unknown_url', `Invalid URL (POST ${path})`),
      })
    }
    for (const path of [secrets, '/v1/realtime/calls', '/v1/realtime/calls/rtc_1/accept', '/v1/realtime']) {
      expect(await rest.ask(path, undefined, { method: 'GET' })).toMatchObject({
        status: 405,
        body: errorBody(null, `Invalid method for URL (GET ${path})`),
      })
    }
  })

  test('pages may ask: preflights, and headers that they may read', async () => {
    await using rest = openRest()
    const headers = {
      origin: 'https://app.example',
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization,content-type',
    }
    const preflight = await rest.ask('/v1/realtime/calls', undefined, { method: 'OPTIONS', key: '', headers })
    expect(preflight.status).toBe(204)
    expect(preflight.headers.get('access-control-allow-origin')).toBe('*')
    expect(preflight.headers.get('access-control-allow-headers')).toBe('authorization,content-type')
    const refused = await rest.ask('/v1/realtime/calls', {}, { key: '' })
    expect(refused.headers.get('access-control-allow-origin')).toBe('*')
    expect(refused.headers.get('access-control-expose-headers')).toBe('Location')
  })
})

describe('bodies', () => {
  const json = { 'content-type': 'application/json' }
  test.for([
    ['no JSON', '{"session":', json, /^Invalid body: failed to parse JSON value/, 'invalid_json'],
    ['no object', '[1]', json, 'Invalid body: expected a JSON object.', 'invalid_type'],
    ['nested too deep', `${'['.repeat(200)}${']'.repeat(200)}`, json, /^Invalid body: failed to parse/, 'invalid_json'],
    [
      'text',
      '{}',
      { 'content-type': 'text/plain' },
      /^Unsupported content type: 'text\/plain'\. This API method only accepts 'app/,
      'unsupported_content_type',
    ],
    [
      'a form',
      new URLSearchParams({ a: '1' }),
      {},
      /^Unsupported content type: 'application\/x-www-form/,
      'unsupported_content_type',
    ],
  ] as const)('%s', async ([, body, headers, message, code]) => {
    await using rest = openRest()
    const said = typeof message === 'string' ? message : expect.stringMatching(message)
    expect(await rest.ask(secrets, body, { headers })).toMatchObject({ status: 400, body: errorBody(code, said) })
  })

  test('charset and capitals do not matter', async () => {
    await using rest = openRest()
    expect((await rest.ask(secrets, '{}', { headers: { 'content-type': 'Application/JSON; charset=utf-8' } })).status).toBe(200)
  })

  test('more than 4 MiB is too large, whatever the headers say', async () => {
    await using rest = openRest()
    const text = `{"session":{"type":"realtime","instructions":"${'a'.repeat(4 * 1024 * 1024)}"}}`
    expect(await rest.ask(secrets, text, { headers: json })).toMatchObject({
      status: 413,
      body: { error: { code: 'request_too_large' } },
    })
    const stream = new Blob([text]).stream()
    const streamed = await rest.ask(secrets, stream, { headers: json, duplex: 'half' } as never)
    expect(streamed.status).toBe(413)
  })
})

test('a request runs as part of its test, wherever it comes from', async () => {
  await using rest = openRest()
  const seen: unknown[] = []
  Object.defineProperty(rest.service, 'calls', { value: { find: () => void seen.push(contexts.storage.getStore()) } })
  await contexts.outside(() => rest.ask('/v1/realtime/calls/rtc_0/hangup'))
  expect(seen).toEqual([rest.service.context])
})

test('a defect of ours is a 500, and the test is told', async () => {
  await using rest = openRest()
  const { service } = rest
  Object.defineProperty(service, 'calls', {
    value: {
      open() {
        throw new Error('oops')
      },
    },
  })
  const headers = { 'content-type': 'application/sdp' }
  expect(await rest.ask('/v1/realtime/calls?model=gpt-realtime', pageOffer, { headers })).toMatchObject({
    status: 500,
    body: { error: { type: 'server_error', message: expect.stringContaining('oops') } },
  })
  expect(service.verdict.problems[0]?.message).toMatch(/RTK_BUG.*oops/)
})
