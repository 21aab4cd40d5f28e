// protocol.md 1.1 to 1.3: what a client may connect to, and how it is told that it may not: 101 first, one `error`, then the close.

import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { describe, expect, test } from 'vitest'
import { startLocal, useServed } from './support/services.ts'
import { errorOf, type OpenOptions, WireClient } from './support/wire-client.ts'

const served = useServed()

interface Refusal {
  readonly case: string
  readonly options: OpenOptions
  readonly code: string | null
  readonly message: string
  readonly close: number
}

const seeModels = 'See https://platform.openai.com/docs/models for a list of supported models.'
const beta = 'The Realtime Beta API is no longer supported. Please use /v1/realtime for the GA API.'
const noModel = 'You must provide a model parameter, for example wss://api.openai.com/v1/realtime?model=gpt-realtime-1.5'
const noKey = 'Missing bearer or basic authentication in header'

const refusals: readonly Refusal[] = [
  { case: 'no Authorization', options: { key: null }, code: null, message: noKey, close: 3000 },
  {
    case: 'a key in the query',
    options: { key: null, query: '?model=gpt-realtime&api_key=sk-x' },
    code: null,
    message: noKey,
    close: 3000,
  },
  {
    case: 'a key in a cookie',
    options: { key: null, headers: { cookie: 'authorization=sk-x' } },
    code: null,
    message: noKey,
    close: 3000,
  },
  {
    case: "Azure's api-key header",
    options: { key: null, headers: { 'api-key': 'sk-x' } },
    code: null,
    message: noKey,
    close: 3000,
  },
  { case: 'no model', options: { query: '' }, code: 'missing_model', message: noModel, close: 4000 },
  { case: 'an empty model', options: { query: '?model=' }, code: 'missing_model', message: noModel, close: 4000 },
  {
    case: 'an unknown model',
    options: { query: '?model=gpt-4o' },
    code: 'invalid_model',
    message: `Model "gpt-4o" is not supported in realtime mode. ${seeModels}`,
    close: 4000,
  },
  {
    case: 'a transcription model',
    options: { query: '?model=gpt-4o-transcribe' },
    code: 'invalid_model',
    message: '"gpt-4o-transcribe" is a transcription model and cannot be used as the realtime session model',
    close: 4000,
  },
  {
    case: 'a model for a transcription session',
    options: { query: '?intent=transcription&model=gpt-4o-transcribe' },
    code: 'invalid_model',
    message: 'You must not provide a model parameter for transcription sessions.',
    close: 4000,
  },
  {
    case: 'the beta header',
    options: { headers: { 'openai-beta': 'realtime=v1' } },
    code: 'beta_api_shape_disabled',
    message: beta,
    close: 4000,
  },
  {
    case: 'the beta header among others',
    options: { headers: { 'openai-beta': 'assistants=v2, realtime=v1' } },
    code: 'beta_api_shape_disabled',
    message: beta,
    close: 4000,
  },
  {
    case: 'the beta subprotocol',
    options: { protocols: ['realtime', 'openai-beta.realtime-v1'] },
    code: 'beta_api_shape_disabled',
    message: beta,
    close: 4000,
  },
]

describe('1.3 a refused connection is upgraded, told one error, closed with error.type[.error.code]', () => {
  test.each(refusals)('$case', async ({ options, code, message, close }) => {
    const client = served.connect(options)
    const upgraded = once(client.socket, 'open')
    const { code: closeCode, reason } = await client.closed
    await upgraded
    expect(client.types()).toEqual(['error'])
    expect(client.events[0]).toEqual({
      type: 'error',
      event_id: expect.stringMatching(/^event_[0-9A-Za-z]{21}$/),
      error: { type: 'invalid_request_error', code, message, param: null, event_id: null },
    })
    expect({ closeCode, reason }).toEqual({ closeCode: close, reason: ['invalid_request_error', code].filter(Boolean).join('.') })
  })

  test('a wrong key: 3000, and the message masks the key', async () => {
    await using local = startLocal({ keys: ['sk-right'] })
    const client = new WireClient('wss://api.openai.com/v1/realtime', { key: 'sk-proj-abcdefghAAAA' })
    const { code, reason } = await client.closed
    expect(errorOf(client.events[0]!)).toEqual({
      code: 'invalid_api_key',
      message:
        'Incorrect API key provided: sk-proj-***...AAAA. You can find your API key at https://platform.openai.com/account/api-keys.',
      param: null,
      event_id: null,
    })
    expect({ code, reason }).toEqual({ code: 3000, reason: 'invalid_request_error.invalid_api_key' })
    await local.open({ key: 'sk-right' })
  })

  test.each([
    ['model_not_found', 4004],
    ['insufficient_quota', 4000],
  ])('[U] %s at connect closes with %d', async (code, close) => {
    await using local = startLocal()
    local.realtime.fail({ connect: code })
    const client = new WireClient('wss://api.openai.com/v1/realtime')
    expect(await client.closed).toEqual({ code: close, reason: `invalid_request_error.${code}` })
    expect(errorOf(client.events[0]!).code).toBe(code)
  })

  test('Azure answers a missing credential with HTTP 401, before the upgrade', async () => {
    await using azure = startLocal({ profile: 'azure' })
    const url = 'wss://res.openai.azure.com/openai/v1/realtime'
    const client = new WireClient(url, { key: null })
    const [, response] = (await once(client.socket, 'unexpected-response')) as [unknown, IncomingMessage]
    expect(response.statusCode).toBe(401)
    client.socket.terminate()
    expect(azure.realtime.sessions).toHaveLength(0)
  })

  test.each(['openai', 'azure'] as const)("Azure's URL takes its api-key header, profile %s", async (profile) => {
    await using azure = startLocal({ profile })
    const url = 'wss://res.openai.azure.com/openai/v1/realtime'
    const client = await WireClient.open(url, { key: null, headers: { 'api-key': 'k' }, query: '?model=my-deployment' })
    expect(azure.realtime.session.config.model).toBe('my-deployment')
    await client.close()
  })
})

describe('1.1 URLs', () => {
  test('?model= opens a conversation of that model', async () => {
    const client = await served.open({ query: '?model=gpt-realtime-mini' })
    expect(client.events[0]!.session).toMatchObject({ type: 'realtime', model: 'gpt-realtime-mini' })
  })

  test('?intent=transcription opens a transcription session', async () => {
    const client = await served.open({ query: '?intent=transcription' })
    expect(client.events[0]!.session).toMatchObject({ type: 'transcription', object: 'realtime.transcription_session' })
  })

  test('an ephemeral key brings its session along: no model is needed', async () => {
    await using local = startLocal()
    const secret = local.realtime.clientSecret({
      session: { type: 'realtime', model: 'gpt-realtime-mini', instructions: 'Be kind.' },
    })
    const client = await local.open({ key: secret.value, query: '' })
    expect(client.events[0]!.session).toMatchObject({ model: 'gpt-realtime-mini', instructions: 'Be kind.' })
    expect(secret.value).toMatch(/^ek_[0-9a-f]{32}$/)
  })

  test('an ephemeral key of a transcription session needs no query at all', async () => {
    await using local = startLocal()
    const transcription = { model: 'gpt-4o-transcribe' }
    const secret = local.realtime.clientSecret({ session: { type: 'transcription', audio: { input: { transcription } } } })
    const client = await local.open({ key: secret.value, query: '' })
    expect(client.events[0]!.session).toMatchObject({
      type: 'transcription',
      audio: { input: { transcription: { model: 'gpt-4o-transcribe', language: null, prompt: null } } },
    })
  })

  test('an ephemeral key opens several sessions until it expires', async () => {
    await using local = startLocal()
    const secret = local.realtime.clientSecret({ expiresInSeconds: 10 })
    await local.open({ key: secret.value })
    await local.open({ key: secret.value })
    await local.realtime.clock.advance(10_000)
    const late = new WireClient('wss://api.openai.com/v1/realtime', { key: secret.value })
    expect(await late.closed).toEqual({ code: 3000, reason: 'invalid_request_error.invalid_api_key' })
  })
})

describe('1.2 headers', () => {
  test('a browser gives its key as a subprotocol: `realtime` is selected, the key is never echoed', async () => {
    const protocols = [
      'realtime',
      'openai-insecure-api-key.sk-x',
      'openai-organization.org-1',
      'openai-project.proj_1',
      'openai-agents-sdk.0.20.0',
    ]
    const client = await served.open({ key: null, protocols })
    expect(client.socket.protocol).toBe('realtime')
  })

  test('`realtime` is selected wherever it stands in the list', async () => {
    const client = await served.open({ key: null, protocols: ['openai-insecure-api-key.sk-x', 'realtime'] })
    expect(client.socket.protocol).toBe('realtime')
  })

  test('other request headers change nothing; the answer has no request id and no rate limits', async () => {
    const headers = {
      'openai-organization': 'org-1',
      'openai-project': 'proj_1',
      'openai-safety-identifier': 'someone',
      'user-agent': 'Agents/JavaScript 0.20.0',
      'x-openai-agents-sdk': 'openai-agents-sdk.0.20.0',
    }
    const client = served.connect({ headers })
    const [response] = (await once(client.socket, 'upgrade')) as [IncomingMessage]
    await client.until('session.created')
    expect(Object.keys(response.headers).filter((name) => /request-id|ratelimit/.test(name))).toEqual([])
  })

  test('a client that offers no subprotocol gets none', async () => {
    expect((await served.open()).socket.protocol).toBe('')
  })
})
