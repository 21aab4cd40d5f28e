// Who may connect: every refusal of the real service, word for word, and what each key opens.

import { describe, expect, test } from 'vitest'
import { type AdmissionRules, admit, type Secret } from '../../src/runtime/admission.ts'
import type { UpgradeRequest } from '../../src/transports/transport.ts'
import { openService } from './support/open-service.ts'
import { bearer, request } from './support/upgrade-request.ts'

const secret: Secret = { value: 'ek_good', expiresAtSeconds: 1000, session: { type: 'realtime', model: 'gpt-realtime' } }
const captions: Secret = { value: 'ek_captions', expiresAtSeconds: 1000, session: { type: 'transcription' } }
const translator: Secret = {
  value: 'ek_translator',
  expiresAtSeconds: 1000,
  session: { type: 'translation', model: 'gpt-realtime-translate' },
}

function rules(some: Partial<AdmissionRules> = {}): AdmissionRules {
  const secrets = [secret, captions, translator]
  return {
    profile: 'openai',
    keys: undefined,
    secret: (value) => secrets.find((one) => one.value === value),
    hasCall: (id) => id === 'rtc_1',
    sidebandNeedsModel: false,
    nowSeconds: () => 999,
    ...some,
  }
}

describe('refuses, as the service does', () => {
  const refusals: [string, UpgradeRequest, Partial<AdmissionRules>, string | null, RegExp, number, string][] = [
    [
      'a wrong key',
      request('?model=gpt-realtime', bearer('sk-proj-0123456789AAAA')),
      { keys: ['sk-right'] },
      'invalid_api_key',
      /^Incorrect API key provided: sk-proj-\*\*\*\.\.\.AAAA\. You can find your API key at https:/,
      3000,
      'invalid_request_error.invalid_api_key',
    ],
    [
      'no key',
      request('?model=gpt-realtime', { headers: {} }),
      {},
      null,
      /^Missing bearer or basic authentication in header$/,
      3000,
      'invalid_request_error',
    ],
    [
      'an empty bearer',
      request('?model=gpt-realtime', { headers: { authorization: 'Bearer ' } }),
      {},
      null,
      /^Missing bearer/,
      3000,
      'invalid_request_error',
    ],
    [
      "a deployment, which is Azure's name for it",
      request('?deployment=gpt-realtime'),
      {},
      'missing_model',
      /^You must provide a model parameter/,
      4000,
      'invalid_request_error.missing_model',
    ],
    [
      'no model',
      request(''),
      {},
      'missing_model',
      /^You must provide a model parameter/,
      4000,
      'invalid_request_error.missing_model',
    ],
    [
      'an unknown model',
      request('?model=gpt-4o'),
      {},
      'invalid_model',
      /^Model "gpt-4o" is not supported in realtime mode\. See https:/,
      4000,
      'invalid_request_error.invalid_model',
    ],
    [
      'a model that only transcribes',
      request('?model=gpt-4o-transcribe'),
      {},
      'invalid_model',
      /is a transcription model and cannot be used as the realtime session model$/,
      4000,
      'invalid_request_error.invalid_model',
    ],
    [
      'a model beside intent=transcription',
      request('?intent=transcription&model=gpt-realtime'),
      {},
      'invalid_model',
      /^You must not provide a model parameter for transcription sessions\.$/,
      4000,
      'invalid_request_error.invalid_model',
    ],
    [
      'the header of the beta',
      request('?model=gpt-realtime', { headers: { authorization: 'Bearer sk-any', 'openai-beta': 'realtime=v1' } }),
      {},
      'beta_api_shape_disabled',
      /^The Realtime Beta API is no longer supported\. Please use \/v1\/realtime for the GA API\.$/,
      4000,
      'invalid_request_error.beta_api_shape_disabled',
    ],
    [
      'the subprotocol of the beta',
      request('?model=gpt-realtime', { protocols: ['realtime', 'openai-beta.realtime-v1'] }),
      {},
      'beta_api_shape_disabled',
      /Beta API/,
      4000,
      'invalid_request_error.beta_api_shape_disabled',
    ],
    [
      'a call without a model, where one is asked for',
      request('?call_id=rtc_1'),
      { sidebandNeedsModel: true },
      'missing_model',
      /^You must provide a model parameter/,
      4000,
      'invalid_request_error.missing_model',
    ],
    [
      'an ephemeral key that is over',
      request('?model=gpt-realtime', bearer('ek_good')),
      { nowSeconds: () => 1000 },
      'invalid_api_key',
      /^Incorrect API key/,
      3000,
      'invalid_request_error.invalid_api_key',
    ],
    [
      'an ephemeral key of a conversation, for a transcription session',
      request('?intent=transcription', bearer('ek_good')),
      {},
      'invalid_model',
      /^You must not provide a model parameter for transcription sessions\.$/,
      4000,
      'invalid_request_error.invalid_model',
    ],
    [
      'a model beside the ephemeral key of a transcription session',
      request('?model=gpt-4o-transcribe', bearer('ek_captions')),
      {},
      'invalid_model',
      /^You must not provide a model parameter for transcription sessions\.$/,
      4000,
      'invalid_request_error.invalid_model',
    ],
    [
      'an ephemeral key of a translation, for a conversation',
      request('?model=gpt-realtime', bearer('ek_translator')),
      {},
      'invalid_model',
      /^Model "gpt-realtime-translate" is not supported in realtime mode\./,
      4000,
      'invalid_request_error.invalid_model',
    ],
  ]

  test.for(refusals)('%s', ([, upgrade, some, code, message, closeCode, reason]) => {
    const admission = admit(upgrade, rules(some))
    expect(admission).toEqual({
      refused: {
        fault: expect.objectContaining({
          type: 'invalid_request_error',
          code,
          message: expect.stringMatching(message),
          param: null,
        }),
        close: { code: closeCode, reason },
      },
    })
  })

  test('after the upgrade, with one event, in the same instant', async () => {
    await using opened = openService({ keys: ['sk-right'] })
    const app = opened.connect()
    await app.client.opened
    await opened.service.clock.advance(0)
    expect(app.got).toEqual([
      {
        type: 'error',
        event_id: expect.stringMatching(/^event_/),
        error: {
          type: 'invalid_request_error',
          code: 'invalid_api_key',
          message: expect.any(String),
          param: null,
          event_id: null,
        },
      },
    ])
    expect(app.closed).toEqual({ code: 3000, reason: 'invalid_request_error.invalid_api_key' })
    expect(opened.realtime.sessions).toEqual([])
  })
})

describe('admits', () => {
  const realtime = (model: string, secretOf?: Secret): object => ({ kind: 'realtime', model, secret: secretOf })
  const admissions: [string, UpgradeRequest, Partial<AdmissionRules>, object][] = [
    ['any key, by default', request('?model=gpt-realtime'), {}, realtime('gpt-realtime')],
    [
      'a listed key',
      request('?model=gpt-realtime-mini', bearer('sk-right')),
      { keys: ['sk-right'] },
      realtime('gpt-realtime-mini'),
    ],
    [
      'a key whatever the case of its scheme',
      request('?model=gpt-realtime', { headers: { authorization: 'bearer sk-any' } }),
      {},
      realtime('gpt-realtime'),
    ],
    ['a transcription session', request('?intent=transcription'), {}, { kind: 'transcription', model: '', secret: undefined }],
    ['a call by its id, without a model', request('?call_id=rtc_1'), {}, { call: 'rtc_1' }],
    [
      'a call by its id, whatever the model',
      request('?call_id=rtc_1&model=none'),
      { sidebandNeedsModel: true },
      { call: 'rtc_1' },
    ],
    ['no call that is unknown', request('?call_id=rtc_2'), {}, { noCall: 'rtc_2' }],
    ['an ephemeral key to a call', request('?call_id=rtc_1', bearer('ek_good')), { keys: [] }, { call: 'rtc_1' }],
    [
      'an ephemeral key, listed or not',
      request('?model=gpt-realtime', bearer('ek_good')),
      { keys: [] },
      realtime('gpt-realtime', secret),
    ],
    ['an ephemeral key that brings its model', request('', bearer('ek_good')), {}, realtime('gpt-realtime', secret)],
    [
      'an ephemeral key of a transcription session',
      request('', bearer('ek_captions')),
      {},
      { kind: 'transcription', model: '', secret: captions },
    ],
    [
      'the beta where it is asked for',
      request('?model=gpt-4o-realtime-preview', { headers: { authorization: 'Bearer sk-any', 'openai-beta': 'realtime=v1' } }),
      { profile: 'beta' },
      realtime('gpt-4o-realtime-preview'),
    ],
    [
      'any deployment of an Azure host',
      request('', {
        url: new URL('wss://my-firm.openai.azure.com/openai/v1/realtime?model=our-voice'),
        headers: { 'api-key': 'k' },
      }),
      {},
      realtime('our-voice'),
    ],
    [
      "Azure's preview, by its deployment",
      request('', { url: new URL('wss://my-firm.openai.azure.com/openai/realtime?api-version=1&deployment=our-voice') }),
      {},
      realtime('our-voice'),
    ],
    [
      'any deployment under the profile of Azure, whatever the host',
      request('?model=our-voice'),
      { profile: 'azure' },
      realtime('our-voice'),
    ],
  ]

  test.for(admissions)('%s', ([, upgrade, some, admission]) => {
    expect(admit(upgrade, rules(some))).toEqual(admission)
  })
})
