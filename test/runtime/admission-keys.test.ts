// Where a key may stand, what browsers and Azure get, and refusals that a test injects.

import { describe, expect, test } from 'vitest'
import { apiError } from '../../src/protocol/api-error.ts'
import { keyOf, refusalOf } from '../../src/runtime/admission.ts'
import { openService } from './support/open-service.ts'
import { request } from './support/upgrade-request.ts'

test('a key is a bearer, a header of Azure, or a subprotocol of a browser, in this order', () => {
  const protocols = ['realtime', 'openai-insecure-api-key.sk-browser']
  const key = (headers: Record<string, string>, some = protocols): string | undefined =>
    keyOf(request('', { headers, protocols: some }), 'azure')
  expect(key({ authorization: 'Bearer a', 'api-key': 'b' })).toBe('a')
  expect(key({ authorization: 'Basic x', 'api-key': 'b' })).toBe('b')
  expect(key({})).toBe('sk-browser')
  expect(key({}, [])).toBeUndefined()
})

describe('browsers', () => {
  test('get the subprotocol `realtime` back, never the one with the key', async () => {
    await using opened = openService()
    const app = await opened.open({ protocols: ['openai-insecure-api-key.sk-secret', 'realtime', 'openai-agents-sdk.1'] })
    expect(app.client.protocol).toBe('realtime')
  })

  test('that offer only a key get none', async () => {
    await using opened = openService()
    expect((await opened.open({ protocols: ['openai-insecure-api-key.sk-secret'] })).client.protocol).toBe('')
  })
})

test('Azure answers a missing credential with HTTP 401, before the upgrade', async () => {
  await using opened = openService({ profile: 'azure' })
  const app = opened.connect({ headers: {} })
  await expect(app.client.opened).rejects.toMatchObject({
    status: 401,
    body: { error: { code: '401', message: expect.stringMatching(/credentials/) } },
  })
})

describe('refusals that a test injects', () => {
  test.for([
    ['invalid_api_key', 3000],
    ['model_not_found', 4004],
    ['insufficient_quota', 4000],
    ['made_up', 4000],
  ] as const)('%s closes with %i', ([code, closeCode]) => {
    const refusal = refusalOf(code, request('?model=gpt-realtime'))
    expect(refusal.close).toEqual({ code: closeCode, reason: `invalid_request_error.${code}` })
    expect(refusal.fault.code).toBe(code)
  })

  test('HTTP errors have the shape of the API', () => {
    expect(apiError('No.', 'server_error')).toEqual({
      error: { message: 'No.', type: 'invalid_request_error', param: null, code: 'server_error' },
    })
  })
})
