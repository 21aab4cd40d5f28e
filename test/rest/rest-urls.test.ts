// Which requests are for the REST side: what is not must stay the user's.

import { expect, test } from 'vitest'
import { isRestUrl, routeOf } from '../../src/rest/rest-urls.ts'

test.for([
  ['https://api.openai.com/v1/realtime/client_secrets', '/realtime/client_secrets'],
  ['https://api.openai.com/v1/realtime/translations/client_secrets', '/realtime/translations/client_secrets'],
  ['https://eu.api.openai.com/v1/realtime/calls?model=gpt-realtime', '/realtime/calls'],
  ['https://api.openai.com/v1/realtime?model=gpt-realtime', '/realtime'],
  ['https://api.openai.com/v1/realtime/calls/rtc_1/accept', '/realtime/calls/rtc_1/accept'],
  ['https://me.openai.azure.com/openai/v1/realtime/client_secrets', '/realtime/client_secrets'],
  ['http://127.0.0.1:1234/v1/realtime/sessions', '/realtime/sessions'],
  ['https://gateway.example/realtime/x/openai/v1/realtime/transcription_sessions', '/realtime/transcription_sessions'],
  ['https://api.openai.com/v1/realtime/something_new', undefined],
] as const)('%s', ([href, route]) => {
  const url = new URL(href)
  expect(isRestUrl(url)).toBe(true)
  expect(routeOf(url.pathname)).toBe(route)
})

test.for([
  'https://api.openai.com/v1/chat/completions',
  'https://api.openai.com/v1/responses',
  'https://api.openai.com/v1/realtimes/calls',
  'https://api.openai.com/v1/models/gpt-realtime',
  'https://me.openai.azure.com/openai/v1/responses',
  'https://gateway.example/realtime/status',
  'https://gateway.example/realtime-proxy/health',
])('%s is the user’s', (href) => {
  expect(isRestUrl(new URL(href))).toBe(false)
})
