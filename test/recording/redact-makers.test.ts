// Secrets that are known by who makes them, or by what stands before them: in texts, fields, lists, headers of calls, and packed.

import { describe, expect, test } from 'vitest'
import { Redactor } from '../../src/recording/redactor.ts'

const secret = 'Zx81mmQ0wJtLpd93KfAb'
const base64 = (text: string): string => Buffer.from(text).toString('base64')

/** A text, and what must be gone from it. */
const texts: readonly (readonly [text: string, secret: string])[] = [
  [`sk_live_${secret}`, secret],
  [`rk_test_${secret}`, secret],
  [`github_pat_11AB_${secret}`, secret],
  [`glpat-${secret}`, secret],
  [`npm_${secret}${secret}`, secret],
  [`hf_${secret}`, secret],
  [`ya29.${secret}`, secret],
  [`SG.${secret}.${secret}`, secret],
  [`https://hooks.slack.com/services/T0/B0/${secret}`, secret],
  [`-----BEGIN RSA PRIVATE KEY-----\nMIIEvQIBADAN\n${secret}==\n-----END RSA PRIVATE KEY-----`, 'MIIEvQ'],
  [JSON.stringify({ pem: `-----BEGIN PRIVATE KEY-----\nMIIEvQIBADAN\n-----END PRIVATE KEY-----` }), 'MIIEvQ'],
  [`OPENAI_API_KEY=${secret} node app.js`, secret],
  [`export DB_PASSWORD="${secret}"`, secret],
  [`AccountKey=${secret}==;EndpointSuffix=core`, secret],
  [`X-Api-Key: ${secret}`, secret],
  [`api-key: ${secret}`, secret],
  [`Authorization: Token ${secret}`, secret],
  [`{'api_key': '${secret}'}`, secret],
  [JSON.stringify({ aws_secret_access_key: secret, twilioAuthToken: secret }), secret],
  [JSON.stringify({ a: JSON.stringify({ b: JSON.stringify({ dbPassword: secret }) }) }), secret],
  [`https://a.example/?to=https%3A%2F%2Fb.example%2F%3Fapi_key%3D${secret}`, secret],
  [`Incorrect API key provided: ${secret}. You can find yours in the dashboard.`, secret],
  ['Incorrect API key provided: sk-pro*****************ABCD.', 'ABCD'],
  [`see ${base64(JSON.stringify({ api_key: secret }))}`, base64(secret).slice(4, 20)],
]

test.for(texts)('%s', ([text, gone]) => {
  const clean = new Redactor().text(text)
  expect(clean).not.toContain(gone)
  expect(clean).toMatch(/\[(?:key|token|password|webhook secret)\]/)
})

test('what is around a secret stays', () => {
  const redactor = new Redactor()
  expect(redactor.text(`Incorrect API key provided: ${secret}. See the dashboard.`)).toBe(
    'Incorrect API key provided: [key]. See the dashboard.',
  )
  expect(redactor.text(`OPENAI_API_KEY=${secret} node app.js`)).toBe('OPENAI_API_KEY=[key] node app.js')
})

test('fields: names with something before them, lists, values with an end', () => {
  const fields = {
    openai_api_key: secret,
    dbPassword: secret,
    'x-auth-token': secret,
    'user token': secret,
    client_secret: { value: secret, expires_at: 1 },
    api_keys: [secret],
    'set-cookie': [`__cf_bm=${secret}`],
  }
  expect(JSON.stringify(new Redactor().value(fields))).not.toContain(secret)
})

test('headers of a call: numbers without a plus are numbers of people', () => {
  const sip_headers = [
    { name: 'From', value: '4155550123' },
    { name: 'X-Line-Caller', value: '4155550124' },
    { name: 'Call-ID', value: 'a84b4c76e66710' },
  ]
  expect(new Redactor().value({ data: { sip_headers, order: '4155550125' } })).toEqual({
    data: {
      sip_headers: [
        { name: 'From', value: '[phone]' },
        { name: 'X-Line-Caller', value: '[phone]' },
        { name: 'Call-ID', value: 'a84b4c76e66710' },
      ],
      order: '4155550125',
    },
  })
})

describe('what only looks alike stays', () => {
  const plain = [
    'Your password: please spell it.',
    'My secret: I like trains.',
    'max_tokens=4096&top_k=50',
    'npm_config_cache is set',
    `a picture: ${base64('\x89PNG\r\n\x1a\n and what a picture has in it 1234567890')}`,
    `a note: ${base64('Good morning, this is only a note without anything in it.')}`,
    'item_DuqWUb7Qe3NfH6tJy0sKdDuqWUb7Qe3NfH6',
    '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----',
  ]
  test.for(plain)('%s', (text) => {
    expect(new Redactor().text(text)).toBe(text)
  })

  test('fields of the protocol', () => {
    const session = { max_output_tokens: 'inf', prompt: { id: 'pmpt_1' }, tool_choice: 'auto', tools: ['token'], value: 'one' }
    expect(new Redactor().value({ type: 'session.update', session })).toEqual({ type: 'session.update', session })
  })
})

test.for(['password=', 'a-', 'api_key_', "'", 'BEGIN PRIVATE KEY-----', '-----BEGIN ', '%3F', 'QUJD', '='])(
  'a text made of %s comes to an end',
  (piece) => {
    expect(new Redactor().text(piece.repeat(100_000)).length).toBeGreaterThan(0)
  },
)
