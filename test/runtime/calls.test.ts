// Calls in memory, without REST: they ring, are taken or not, and end. Their sockets are calls-sockets.test.ts; what the session itself
// does is test/session/output-buffer.test.ts.

import { describe, expect, test } from 'vitest'
import type { Call } from '../../src/runtime/calls.ts'
import { Service } from '../../src/runtime/service.ts'
import { failureOf } from '../support/failure-of.ts'
import { activeCall, attach, restRequest, sessionOfApp, webhook } from './support/open-call.ts'
import { openService } from './support/open-service.ts'

describe('the app answers', () => {
  test('accept: the session begins with its configuration, and without any socket', async () => {
    await using opened = await activeCall()
    const { call, session, realtime } = opened
    expect(call).toMatchObject({ kind: 'sip', status: 'active', webhookStatus: 200, rejectedWith: undefined })
    expect(call.id).toMatch(/^rtc_[0-9a-f]{32}$/)
    expect(call.session).toBe(session)
    expect(session.config).toMatchObject({ model: 'gpt-realtime', instructions: 'Answer the phone.' })
    expect(session.open).toBe(true)
    expect(realtime.sessions).toEqual([session])
    expect(opened.service.calls.faces).toEqual([call])
  })

  test('accept later, while the test waits', async () => {
    await using opened = openService()
    let ringing: Call | undefined
    const call = await opened.service.calls.ring(
      webhook(opened, (one) => {
        ringing = one
      }),
      {},
    )
    expect(call.status).toBe('ringing')
    expect(call.session).toBeUndefined()
    const accepted = call.accepted()
    ringing?.accept(sessionOfApp, restRequest)
    expect((await accepted).open).toBe(true)
  })

  test('reject: accepted() says so', async () => {
    await using opened = openService()
    const call = await opened.service.calls.ring(
      webhook(opened, (one) => one.reject(486)),
      {},
    )
    expect(call).toMatchObject({ status: 'rejected', rejectedWith: 486 })
    expect(await failureOf(() => call.accepted())).toBe(
      `\n[RTK_CALL] call.accepted(): the app rejected call ${call.id} with 486.\n`,
    )
    expect(await call.ended()).toEqual({ by: 'app' })
  })

  test('nothing at all: accepted() ends and names the call', async () => {
    await using opened = openService()
    const call = await opened.service.calls.ring(() => new Response(), {})
    const failure = await failureOf(() => call.accepted({ timeout: 50 }))
    expect(failure).toContain('[RTK_WAIT]')
    expect(failure).toContain(
      `call ${call.id} rings: the app answered its webhook with 200, and has neither accepted nor rejected it`,
    )
  })

  test('refer: the session goes on for the round trip of a transfer, then it is over', async () => {
    await using opened = await activeCall()
    const { call, service, session } = opened
    const app = await attach(opened, call.id)
    service.calls.find(call.id)?.refer('tel:+15550123')
    expect(call).toMatchObject({ status: 'referred', referredTo: 'tel:+15550123' })
    expect(session.open).toBe(true)
    expect(await call.ended()).toEqual({ by: 'app' })
    await service.clock.quiet()
    expect(app.closed).toEqual({ code: 1000, reason: '' })
    expect(call.status).toBe('referred')
  })

  test('what a call cannot do in its state is an error that names both', async () => {
    await using opened = await activeCall()
    const call = opened.service.calls.find(opened.call.id)
    expect(() => call?.accept(sessionOfApp, restRequest)).toThrow(/\[RTK_CALL\] accept: call rtc_\w+ is active, not ringing/)
    expect(() => call?.reject(486)).toThrow(/reject: call rtc_\w+ is active/)
    call?.hangUp('app')
    expect(() => call?.refer('tel:+1')).toThrow(/refer: call rtc_\w+ is ended, not active/)
    expect(() => call?.hangUp('app')).not.toThrow()
  })

  test('who hangs up before the app answered leaves it without a session', async () => {
    await using opened = openService()
    const call = await opened.service.calls.ring(() => new Response(), {})
    await call.hangsUp()
    expect(call).toMatchObject({ status: 'ended', session: undefined })
    expect(await failureOf(() => call.accepted())).toContain(`call ${call.id} was ended by the caller`)
  })
})

describe('the webhook', () => {
  test('carries the call, the SIP headers and the time of the clock', async () => {
    await using opened = openService({ epoch: 1_900_000_000_000 })
    await opened.service.clock.advance(7000)
    const seen: { headers: Headers; body: unknown }[] = []
    const call = await opened.service.calls.ring(
      async (request) => {
        seen.push({ headers: request.headers, body: await request.json() })
        return new Response(null, { status: 204 })
      },
      { from: '+442079460000', to: 'sip:desk@example.com', headers: { 'X-Account': 'A 1', 'Call-ID': 'mine@host' } },
    )
    expect(call.webhookStatus).toBe(204)
    const [{ headers, body } = { headers: new Headers(), body: undefined }] = seen
    expect(body).toEqual({
      object: 'event',
      id: expect.stringMatching(/^evt_[0-9a-f]{32}$/),
      type: 'realtime.call.incoming',
      created_at: 1_900_000_007,
      data: {
        call_id: call.id,
        sip_headers: [
          { name: 'From', value: expect.stringMatching(/^<sip:\+442079460000@sip\.example\.com>;tag=[0-9a-f]{8}$/) },
          { name: 'To', value: '<sip:desk@example.com>' },
          { name: 'X-Account', value: 'A 1' },
          { name: 'Call-ID', value: 'mine@host' },
        ],
      },
    })
    expect(headers.get('webhook-timestamp')).toBe('1900000007')
    expect(headers.get('content-type')).toBe('application/json')
    expect(headers.get('user-agent')).toMatch(/^OpenAI\//)
  })

  test('an HTTP error of the app is the error of incomingCall, with status and body', async () => {
    await using opened = openService()
    const ring = () => opened.service.calls.ring(() => new Response('no such tenant', { status: 422 }), {})
    expect(await failureOf(ring)).toBe(
      '\n[RTK_CALL] realtime.incomingCall(…): the app answered the webhook with HTTP 422: no such tenant\n',
    )
  })

  test('a handler that throws, or that gives no Response', async () => {
    await using opened = openService()
    const broken = () => {
      throw new TypeError('boom')
    }
    expect(await failureOf(() => opened.service.calls.ring(broken, {}))).toContain("the app's handler threw TypeError: boom")
    const mute = (() => undefined) as unknown as () => Response
    expect(await failureOf(() => opened.service.calls.ring(mute, {}))).toContain('gave undefined, not a Response')
  })

  test.for([
    ['a wrong signature', new Response('Invalid signature', { status: 400 }), /signed with `realtime.webhookSecret`/],
    ['no right', new Response('', { status: 401 }), /HTTP 401: an empty body\nThe webhook is signed with/],
    ['no such path', new Response('Cannot POST /webhook', { status: 404 }), /The handler sees http:\/\/localhost\/webhook/],
  ] as const)('%s: the error says how to mend it', async ([, answer, mend]) => {
    await using opened = openService()
    expect(await failureOf(() => opened.service.calls.ring(() => answer, {}))).toMatch(mend)
  })

  test('a handler that throws over the signature is told what it is signed with', async () => {
    await using opened = openService()
    const unwrap = () => Promise.reject(new Error('The given webhook signature does not match the expected signature'))
    expect(await failureOf(() => opened.service.calls.ring(unwrap, {}))).toMatch(/threw The given.*\n.*realtime.webhookSecret/)
  })

  test('no answer at all: who owes what, and how the call is', async () => {
    await using opened = openService()
    const { calls } = opened.service
    const forever = new Promise<Response>(() => {})
    const ring = (act: (call: Call) => void) => {
      const answers = webhook(opened, act)
      return failureOf(() => calls.ring((request) => answers(request).then(() => forever), {}))
    }
    const failure = await ring(() => {})
    expect(failure).toContain(
      "[RTK_WAIT] realtime.incomingCall(…): the app's handler has not returned a Response; the call is ringing.\nAnswer the webhook",
    )
    expect(calls.owed).toMatch(/rings: the app has not answered its webhook, and has neither accepted nor rejected it$/)
    expect(await ring((call) => call.accept(sessionOfApp, restRequest))).toContain('the call is active.')
  })

  test('webhooks of two calls at once reach the app one after the other', async () => {
    await using opened = openService()
    const { calls, clock } = opened.service
    const order: string[] = []
    const slow = async (request: Request): Promise<Response> => {
      const { data } = (await request.json()) as { data: { call_id: string } }
      const name = calls.faces[0]?.id === data.call_id ? 'first' : 'second'
      order.push(`${name} begins`)
      // The first one takes longer.
      for (let turn = 0; turn < (name === 'first' ? 20 : 1); turn++) await clock.hold(new Promise((done) => setImmediate(done)))
      order.push(`${name} answers`)
      return new Response()
    }
    await Promise.all([calls.ring(slow, {}), calls.ring(slow, {})])
    expect(order).toEqual(['first begins', 'first answers', 'second begins', 'second answers'])
  })

  test('a second call rings while the app thinks about the first', async () => {
    await using opened = openService()
    const { calls } = opened.service
    const decided = Promise.withResolvers<Response>()
    const first = calls.ring(() => decided.promise, {})
    const second = await calls.ring(() => new Response(), {})
    expect(second.webhookStatus).toBe(200)
    decided.resolve(new Response(null, { status: 204 }))
    expect((await first).webhookStatus).toBe(204)
  })

  test('wrong arguments are refused at once', async () => {
    await using opened = openService()
    const { calls } = opened.service
    const ring = (app: unknown, options: object = {}) => calls.ring(app as string, options)
    expect(() => ring('/webhook')).toThrow(/`app` must be the http URL .*Give the whole URL/s)
    expect(() => ring(undefined)).toThrow(/RTK_OPTION/)
    expect(() => ring(() => new Response(), { fron: '1' })).toThrow(/`fron` is no option.*Did you mean `from`/s)
    expect(() => ring(() => new Response(), { headers: { 'X-A': 1 } })).toThrow(/`headers` must be/)
  })

  test('a secret that is no base64 behind its prefix is refused', async () => {
    await using opened = openService()
    const ring = () => opened.service.calls.ring(() => new Response(), { secret: 'whsec_?' })
    expect(await failureOf(ring)).toContain(
      "[RTK_OPTION] a webhook secret is 'whsec_' and base64, or any other text, got 'whsec_?'",
    )
  })

  test('the secret comes from the option, else from the seed', async () => {
    await using first = openService()
    await using second = openService({ seed: 2 })
    await using named = openService({ webhookSecret: 'whsec_dGVzdA==' })
    expect(first.service.calls.webhookSecret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/)
    expect(second.service.calls.webhookSecret).not.toBe(first.service.calls.webhookSecret)
    expect(named.service.calls.webhookSecret).toBe('whsec_dGVzdA==')
  })
})

test('the caller presses keys: one event each, 100 ms apart, without event_id', async () => {
  await using opened = await activeCall({ epoch: 1_900_000_000_000 })
  const { call, service } = opened
  const app = await attach(opened, call.id)
  const fromMs = service.clock.now()
  await call.presses('1*#D')
  expect(app.got.slice(1)).toEqual(
    ['1', '*', '#', 'D'].map((event) => ({
      type: 'input_audio_buffer.dtmf_event_received',
      event,
      received_at: 1_900_000_000,
    })),
  )
  expect(service.clock.now() - fromMs).toBe(300)
  expect(() => call.presses('1a')).toThrow(/keys of a telephone: digits, \*, #, A to D/)
  await call.hangsUp()
  expect(await failureOf(() => call.presses('1'))).toContain('was ended by the caller')
})

describe('a call over WebRTC', () => {
  test.for(['all', 'open'] as const)('that is over is kept as the service keeps things: %s', async (keeps) => {
    const service = new Service({ name: 'long', options: {}, keeps })
    const call = service.calls.open(sessionOfApp, restRequest)
    call.hangUp('app')
    expect(call.face.status).toBe('ended')
    expect(call.face.session === undefined).toBe(keeps === 'open')
    await service.close()
  })

  test('is active at once', async () => {
    await using opened = openService()
    const call = opened.service.calls.open(sessionOfApp, restRequest)
    expect(call.face).toMatchObject({ kind: 'webrtc', status: 'active', webhookStatus: undefined })
    expect((await call.face.accepted()).config).toMatchObject({ instructions: 'Answer the phone.' })
    const app = await attach(opened, call.id)
    await opened.service.clock.quiet()
    expect(app.types()).toEqual(['session.created'])
    expect(await failureOf(() => call.face.presses('1'))).toContain('keys on SIP calls only')
  })
})
