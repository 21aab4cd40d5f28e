import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { recordingOf } from '../../src/recording/recording-of.ts'
import { Redactor } from '../../src/recording/redactor.ts'
import { writeRecording } from '../../src/recording/write-recording.ts'
import { filesIn, live, ownFolder, Sampler, textTurn } from './sample.ts'

const facts = { name: 'secrets', source: 'service' } as const

/** By kind: what must be in no file, in no form. */
const secrets = {
  key: 'sk-proj-Zx81mmQ0wJtLpd93KfAb',
  ephemeral: 'ek_68af296e8e408191a1120ab6383263c2',
  bearer: 'Qm9va2luZ0RldmVsb3A3',
  organization: 'org-Aq82LmZ01kTTw93bNx',
  project: 'proj_9Hs02KdkQpWm55aZ',
  webhook: 'whsec_3kd93KDm20dlq8wKsl20dK==',
  jwt: 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dBjftJeZ4CVPmB92K27uhbUJU1p1r',
  cookie: 'sid=8d7f6a5b4c3e2d1f',
  azure: '0f9a8b7c6d5e4f3a2b1c0d9e8f7a6b5c',
  password: 'hunter2horse',
  phone: '+15550100199',
  spacedPhone: '+49 (0)30 1234567',
  localPhone: '(555) 010-0199',
}

/** Texts in which each secret is known by how it looks. */
const spoken = [
  `My key is ${secrets.key}, or ${secrets.ephemeral}.`,
  `Authorization: Bearer ${secrets.bearer}`,
  `in ${secrets.organization} and ${secrets.project}; sign with ${secrets.webhook}`,
  `${secrets.jwt} | Cookie: ${secrets.cookie}`,
  `https://api.example.com/v1?api-key=${secrets.azure}&x=1 or https://anna:${secrets.password}@example.com/`,
  `call ${secrets.phone}, ${secrets.spacedPhone} or ${secrets.localPhone} please`,
].join(' ')

function everyPath(): Sampler {
  const { item, answer, response, call } = live
  const text = spoken
  const tool = {
    ...{ type: 'mcp', server_label: 'crm', server_url: `https://crm.example.com/mcp?token=${secrets.bearer}` },
    ...{ authorization: secrets.bearer, headers: { 'X-Tenant': secrets.password, Cookie: secrets.cookie } },
  }
  const json = JSON.stringify({ note: text, password: secrets.password, phone: '5550100199', nested: { api_key: secrets.azure } })
  return new Sampler()
    .connect(`wss://my.openai.azure.com/openai/v1/realtime?model=gpt-realtime&api-key=${secrets.azure}&key=${secrets.key}`)
    .app({
      type: 'session.update',
      session: { instructions: text, tools: [tool], tracing: { metadata: { owner: secrets.phone } } },
    })
    .service({
      type: 'session.updated',
      session: { instructions: text, tools: [tool], client_secret: { value: secrets.ephemeral } },
    })
    .app({ type: 'conversation.item.create', item: { id: item, role: 'user', content: [{ type: 'input_text', text }] } })
    .app({ type: 'response.create', response: { instructions: text, metadata: { [secrets.key]: secrets.phone } } })
    .service({ type: 'response.output_text.done', response_id: response, item_id: answer, text })
    .service({ type: 'response.function_call_arguments.done', call_id: call, name: 'lookup', arguments: json })
    .service({ type: 'response.done', response: { id: response, output: [{ id: answer, content: [{ transcript: text }] }] } })
    .app({ type: 'conversation.item.create', item: { type: 'function_call_output', call_id: call, output: json } })
    .app({
      type: 'conversation.item.create',
      item: { type: 'function_call_output', call_id: call, output: JSON.stringify(json) },
    })
    .service({ type: 'conversation.item.input_audio_transcription.completed', item_id: item, transcript: text })
    .service({
      type: 'error',
      error: { code: 'invalid_api_key', message: `Incorrect API key provided: ${secrets.key}.`, param: text },
    })
    .app({ type: text, unknown: { deeply: [{ nested: [text] }] } })
    .app({ type: 'input_audio_buffer.append', audio: `not base64: ${text}` })
    .note({ type: 'finding', message: text, mend: text })
    .note({ type: 'closed', code: 1008, reason: text, by: 'app' })
    .note({ type: 'selected', responseId: response, name: 'a', why: { asked: { text } } })
    .note({ type: 'said', text, startMs: 0, endMs: 1, injected: false }, live.session, 'caller')
    .note({
      type: 'phone',
      callId: call,
      by: 'platform',
      what: text,
      message: { from: secrets.phone, headers: { Auth: secrets.bearer } },
    })
}

async function written(sampler: Sampler, more: object = {}): Promise<Record<string, string>> {
  const folder = join(ownFolder(), 'secrets')
  const sessions = [
    {
      id: live.session,
      url: `wss://x/?key=${secrets.key}`,
      protocols: ['realtime', `openai-insecure-api-key.${secrets.bearer}`, `openai-organization.${secrets.organization}`],
    },
  ]
  await writeRecording(folder, recordingOf(sampler.entries, { ...facts, sessions, ...more }))
  return filesIn(folder)
}

describe('known secrets on every path', () => {
  test.for(Object.entries(secrets))('%s is in no file', async ([, secret]) => {
    const all = Object.values(await written(everyPath())).join('\n')
    expect(all).not.toContain(secret)
    expect(all).not.toContain(JSON.stringify(secret).slice(1, -1))
    // Nor any telling half of it.
    expect(all).not.toContain(secret.slice(-Math.max(7, secret.length / 2)))
  })

  test('the test sees: without redaction they would be there', () => {
    const raw = JSON.stringify(everyPath().entries)
    for (const secret of Object.values(secrets)) expect(raw).toContain(secret)
  })

  test('the header tells what was found, by kind', async () => {
    const { 'timeline.ndjson': text = '' } = await written(everyPath())
    const { redactions } = JSON.parse(text.split('\n')[0] ?? '') as { redactions: Record<string, number> }
    expect(Object.keys(redactions)).toEqual(['cookie', 'key', 'organization', 'password', 'phone', 'token', 'webhook secret'])
    for (const count of Object.values(redactions)) expect(count).toBeGreaterThan(0)
  })

  test('texts of JSON stay JSON', async () => {
    const entries = recordingOf(everyPath().entries, facts).entries
    const done = entries.find((entry) => 'event' in entry && entry.event.type === 'response.function_call_arguments.done')
    const { arguments: json } = (done as unknown as { event: { arguments: string } }).event
    expect(JSON.parse(json)).toMatchObject({ password: '[password]', phone: '[phone]', nested: { api_key: '[key]' } })
  })

  test('a name of a recording', async () => {
    const { 'timeline.ndjson': text = '' } = await written(textTurn(), { name: `call ${secrets.phone}` })
    expect(text).toContain('"name":"call [phone]"')
  })
})

describe('a secret in pieces', () => {
  test('said delta by delta it is found, and stands where it began', () => {
    const { entries } = recordingOf(textTurn('Call +1 555 010 0199 or use sk-abcdefgh now.').entries, facts)
    const deltas = entries.flatMap((entry) => ('event' in entry && 'delta' in entry.event ? [entry.event.delta] : []))
    expect(deltas).toEqual(['Call', ' [phone]', '', '', '', ' or', ' use', ' [key]', ' now.'])
  })

  test('tokens of a recognizer do not tell what was blacked out; others stay', () => {
    const logprobs = [{ token: ' 0199', logprob: -0.1, bytes: [32, 48] }]
    const event = { type: 'conversation.item.input_audio_transcription.completed', item_id: live.item, logprobs }
    const sampler = new Sampler()
      .service({ ...event, transcript: '555-010-0199' })
      .service({ ...event, transcript: 'Ten o’clock.' })
    const [first, second] = recordingOf(sampler.entries, facts).entries
    expect(first).toMatchObject({ event: { transcript: '[phone]', logprobs: [] } })
    expect(second).toMatchObject({ event: { logprobs } })
  })
})

describe('what only looks alike stays', () => {
  const texts = [
    '2026-11-22T18:30:12.123+02:00',
    'on 01.02.2026 at 10:30, or 2026-11-22',
    '1764000000000',
    'item_DuqWUb7Qe3NfH6tJy0sKd and call_Hk3Jd8Sa5Lq2Wn7Z',
    '550e8400-e29b-41d4-a716-446655440000',
    'order 1234567890, invoice 2026-000123-4567',
    'It costs 1,234,567.89 or 1 234 567 euros.',
    'version 10.555.010, address 127.0.0.1:8080, 192.168.100.200',
    'π is 3.14159265358979',
    'skip the task-management and the org-wide ask-me-anything',
    'the bearer of good news; a token of thanks; the password is yours to choose',
    'from 100 to 2000 at +5 degrees, 3+15',
    'https://api.example.com/v1/items?limit=100&after=item_1',
    '10,000,000 records; ISBN 978-3-16-148410-0',
    'sess_s1 event_12 resp_1',
  ]
  test.for(texts)('%s', (text) => {
    expect(new Redactor().text(text)).toBe(text)
  })

  test('fields of the protocol', () => {
    const event = {
      type: 'response.done',
      response: {
        usage: { total_tokens: 12345678, input_tokens: 1, input_token_details: { text_tokens: 1_234_567 } },
        output: [{ content: [{ transcript: 'Two.', logprobs: [{ token: 'Two', logprob: -0.1, bytes: [84] }] }] }],
        tools: [
          { type: 'function', parameters: { properties: { password: { type: 'string' }, token: {} }, required: ['password'] } },
        ],
      },
    }
    expect(new Redactor().value(event)).toEqual(event)
  })
})

test('texts that were made to keep patterns busy come to an end', () => {
  const pieces = [
    '\\\\',
    'a.',
    '"',
    'eyJaaaaaaaa-',
    '+1',
    '0 ',
    ' 1',
    'org-',
    'Bearer ',
    'cookie:a',
    'a://b:',
    '"token":"\\\\',
    '(555',
  ]
  for (const piece of pieces) {
    const text = piece.repeat(100_000)
    expect(new Redactor().text(text).length, piece).toBeGreaterThan(0)
  }
})

describe('phone numbers as people write them', () => {
  const numbers = [
    '+15550100199',
    '+1 555 010 0199',
    '+1 (555) 010-0199',
    '+1-555-010-0199',
    '+44 20 7946 0958',
    '+49 (0)30 1234567',
    '(555) 010-0199',
    '(555)010-0199',
    '555-010-0199',
    '555.010.0199',
    '1-800-555-0199',
    '020 7946 0958',
    '030 12345678',
    '0171/2345678',
    '01 23 45 67 89',
    '0049 30 1234567',
    '011 44 20 7946 0958',
  ]
  test.for(numbers)('%s', (number) => {
    expect(new Redactor().text(`Call ${number}.`)).toBe('Call [phone].')
    expect(new Redactor().text(number)).toBe('[phone]')
    expect(new Redactor().text(`sip:${number.replace(/[^\d+]/g, '')}@example.com`)).toMatch(/^sip:\+?\[phone\]@example\.com$/)
  })

  test('bare digits where the field says so', () => {
    const value = { phone: '5550100199', caller: 5550100199, order: '5550100199', phone_number: 'none' }
    expect(new Redactor().value(value)).toEqual({
      phone: '[phone]',
      caller: '[phone]',
      order: '5550100199',
      phone_number: 'none',
    })
  })
})

test('headers as a list of names and values', () => {
  const list = [
    { name: 'Authorization', value: 'opaque' },
    { name: 'Accept', value: 'text/html' },
  ]
  expect(new Redactor().value({ list })).toEqual({ list: [{ name: 'Authorization', value: '[token]' }, list[1]] })
})

describe('more of one’s own', () => {
  test('texts and patterns, counted as yours', () => {
    const redactor = new Redactor(['ACME (2)', /case-\d+/])
    expect(redactor.text('ACME (2): case-12, case-13')).toBe('[yours]: [yours], [yours]')
    expect(redactor.counts).toEqual({ yours: 3 })
  })

  test('what an event is stays', () => {
    expect(
      new Redactor(['response']).value({ type: 'response.create', response: { instructions: 'A response.' } }),
    ).toMatchObject({
      type: 'response.create',
    })
  })

  test.for([[''], [/x*/], [7 as never]])('%s is refused', (own) => {
    expect(() => new Redactor(own as string[])).toThrow(expect.objectContaining({ code: 'RTK_OPTION' }))
  })

  test('twice gives the same, and counts nothing new', () => {
    const once = new Redactor().text(spoken)
    const again = new Redactor()
    expect(again.text(once)).toBe(once)
    expect(again.counts).toEqual({})
  })
})
