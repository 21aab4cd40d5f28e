import { describe, expect, test } from 'vitest'
import * as connect from '../../src/protocol/connect-faults.ts'

const connectErrors: readonly (readonly [connect.ConnectFault, string | null, number, string, string])[] = [
  [
    connect.invalidApiKey('sk-proj-abcdefghAAAA'),
    'invalid_api_key',
    3000,
    'invalid_request_error.invalid_api_key',
    'Incorrect API key provided: sk-proj-***...AAAA. You can find your API key at https://platform.openai.com/account/api-keys.',
  ],
  [connect.missingAuthorization(), null, 3000, 'invalid_request_error', 'Missing bearer or basic authentication in header'],
  [
    connect.missingModel(),
    'missing_model',
    4000,
    'invalid_request_error.missing_model',
    'You must provide a model parameter, for example wss://api.openai.com/v1/realtime?model=gpt-realtime-1.5',
  ],
  [
    connect.invalidModel('x'),
    'invalid_model',
    4000,
    'invalid_request_error.invalid_model',
    'Model "x" is not supported in realtime mode. See https://platform.openai.com/docs/models for a list of supported models.',
  ],
  [
    connect.modelOfTranscriptionSession(),
    'invalid_model',
    4000,
    'invalid_request_error.invalid_model',
    'You must not provide a model parameter for transcription sessions.',
  ],
  [
    connect.transcriptionModel('whisper-1'),
    'invalid_model',
    4000,
    'invalid_request_error.invalid_model',
    '"whisper-1" is a transcription model and cannot be used as the realtime session model',
  ],
  [
    connect.betaDisabled(),
    'beta_api_shape_disabled',
    4000,
    'invalid_request_error.beta_api_shape_disabled',
    'The Realtime Beta API is no longer supported. Please use /v1/realtime for the GA API.',
  ],
  [
    connect.modelNotFound('x'),
    'model_not_found',
    4004,
    'invalid_request_error.model_not_found',
    'The model `x` does not exist or you do not have access to it.',
  ],
  [
    connect.insufficientQuota(),
    'insufficient_quota',
    4000,
    'invalid_request_error.insufficient_quota',
    'You exceeded your current quota, please check your plan and billing details.',
  ],
  [
    connect.expiry(),
    'session_expired',
    1001,
    'Your session hit the maximum duration of 60 minutes.',
    'Your session hit the maximum duration of 60 minutes.',
  ],
]

describe('refusals at connect', () => {
  test.each(connectErrors.map(([refusal, ...rest]) => [rest[3], refusal, ...rest] as const))(
    '%s',
    (_name, refusal, code, closeCode, reason, message) => {
      expect(refusal).toEqual({
        fault: { type: 'invalid_request_error', code, message, param: null, eventId: null },
        close: { code: closeCode, reason },
      })
      // A close reason has room for 123 bytes.
      expect(refusal.close.reason.length).toBeLessThanOrEqual(123)
    },
  )

  test.each([
    ['sk-proj-abcdefghAAAA', 'sk-proj-***...AAAA'],
    ['sk-abcdefghBBBB', 'sk-***...BBBB'],
    ['ek_0123456789abcdef', 'ek_***...cdef'],
    ['something-else', 'some***...else'],
    ['short', '*****'],
  ])('mask the key %s', (key, masked) => {
    expect(connect.maskedKey(key)).toBe(masked)
  })
})
