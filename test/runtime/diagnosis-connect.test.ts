// What the timeline says to refused connections.

import { describe, expect, test } from 'vitest'
import type { RealtimeOptions } from '../../src/api.ts'
import { openService } from './support/open-service.ts'
import { findingsOf } from './support/wrong-app.ts'

describe('refused connections', () => {
  const wss = 'wss://api.openai.com/v1/realtime'
  const bearer = { authorization: 'Bearer sk-any' }
  const model = '?model=gpt-realtime'

  interface Refused {
    readonly case: string
    readonly url: string
    readonly headers?: Record<string, string>
    readonly options?: RealtimeOptions
    readonly code: string
    readonly says: RegExp
  }
  const refused: readonly Refused[] = [
    { case: 'no key', url: wss + model, headers: {}, code: 'key_missing', says: /openai-insecure-api-key/ },
    { case: "Azure's header", url: wss + model, headers: { 'api-key': 'k' }, code: 'key_missing', says: /is Azure's/ },
    {
      case: 'no bearer',
      url: wss + model,
      headers: { authorization: 'sk-any' },
      code: 'key_missing',
      says: /reads Bearer <key>/,
    },
    { case: 'a key in the query', url: `${wss}${model}&api_key=k`, headers: {}, code: 'key_missing', says: /in the query/ },
    { case: 'a wrong key', url: wss + model, options: { keys: ['other'] }, code: 'invalid_api_key', says: /option `keys`/ },
    { case: 'no model', url: wss, code: 'missing_model', says: /\?model=gpt-realtime/ },
    { case: 'a model that is none', url: `${wss}?model=gpt-4o`, code: 'invalid_model', says: /gpt-4o does not speak/ },
    {
      case: 'a transcription model',
      url: `${wss}?model=whisper-1`,
      code: 'invalid_model',
      says: /whisper-1 only transcribes.*\?intent=transcription/,
    },
    {
      case: 'a model for transcription',
      url: `${wss}?intent=transcription&model=whisper-1`,
      code: 'invalid_model',
      says: /Leave \?model out/,
    },
    {
      case: 'a translation without a model',
      url: `${wss}/translations`,
      code: 'missing_model',
      says: /\?model=gpt-realtime-translate/,
    },
    {
      case: 'an intent of translation',
      url: `${wss}?intent=translation`,
      code: 'missing_model',
      says: /\/v1\/realtime\/translations\?model=gpt-realtime-translate/,
    },
    {
      case: 'a model of conversations that is to translate',
      url: `${wss}/translations${model}`,
      code: 'invalid_model',
      says: /gpt-realtime does not translate\. Name gpt-realtime-translate, or connect to \/v1\/realtime/,
    },
    {
      case: 'a translation model that is to converse',
      url: `${wss}?model=gpt-realtime-translate`,
      code: 'invalid_model',
      says: /gpt-realtime-translate only translates\. Connect to \/v1\/realtime\/translations/,
    },
    {
      case: 'the beta',
      url: wss + model,
      headers: { ...bearer, 'openai-beta': 'realtime=v1' },
      code: 'beta_api_shape_disabled',
      says: /profile: 'beta'/,
    },
    { case: 'a path that is none', url: 'wss://api.openai.com/nope', code: 'unknown_path', says: /at \/nope/ },
    {
      case: "Azure's preview",
      url: 'wss://r.openai.azure.com/openai/realtime?deployment=d',
      code: 'preview_path',
      says: /\/openai\/v1\/realtime\?model=<deployment>/,
    },
    {
      case: 'Azure without a key',
      url: 'wss://r.openai.azure.com/openai/v1/realtime?model=d',
      headers: {},
      code: 'azure_key',
      says: /HTTP 401/,
    },
  ]
  test.for(refused)('$case', async ({ url, headers = bearer, options, code, says: pattern }) => {
    await using opened = openService({ latency: 'instant', ...options })
    const app = opened.connect({ url, headers })
    await app.client.opened.catch(() => {})
    await opened.service.clock.advance(0)
    expect(findingsOf(opened)).toMatchObject([{ code, text: expect.stringMatching(pattern) }])
    expect(opened.realtime.sessions).toEqual([])
  })

  test.for([
    [
      'realtime',
      'gpt-realtime',
      '?intent=transcription',
      /opens a conversation: its session has a model\. Make it with session: \{ type/,
    ],
    ['transcription', undefined, model, /A transcription session takes no model in its URL\. Leave \?model out/],
    ['translation', 'gpt-realtime-translate', model, /key translates only\. Connect to \/v1\/realtime\/translations/],
  ] as const)('an ephemeral key of another kind: %s', async ([type, itsModel, query, pattern]) => {
    await using opened = openService({ latency: 'instant' })
    const session = { type, ...(itsModel && { model: itsModel }) }
    opened.service.secretMaker.addSecret({ value: 'ek_other', expiresAtSeconds: Number.MAX_SAFE_INTEGER, session })
    opened.connect({ url: wss + query, headers: { authorization: 'Bearer ek_other' } })
    await opened.service.clock.advance(0)
    expect(findingsOf(opened)).toMatchObject([{ code: 'invalid_model', text: expect.stringMatching(pattern) }])
  })

  test('an ephemeral key that is over', async () => {
    await using opened = openService({ latency: 'instant' })
    const { secretMaker } = opened.service
    secretMaker.addSecret({ value: 'ek_old', expiresAtSeconds: 1, session: {} })
    opened.connect({ headers: { authorization: 'Bearer ek_old' } })
    await opened.service.clock.advance(0)
    expect(findingsOf(opened)).toMatchObject([{ code: 'invalid_api_key', text: expect.stringMatching(/ephemeral key is over/) }])
  })
})
