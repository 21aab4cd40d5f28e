// The routes of calls, over the service's own calls: an SDP offer opens one; accept, reject, refer and hangup act on one.

import { describe, expect, test } from 'vitest'
import type { Call } from '../../src/runtime/calls.ts'
import { audioSection, offerOf, pageOffer } from './support/offers.ts'
import { errorBody, openRest, type RestClient } from './support/rest-client.ts'

const sdp = { 'content-type': 'application/sdp' }
const calls = '/v1/realtime/calls'

function onlyCall({ service }: RestClient): Call {
  expect(service.calls.faces).toHaveLength(1)
  return service.calls.find(service.calls.faces[0]!.id)!
}

/** The call's session as the service would echo it. */
const configOf = (call: Call): any => call.face.session?.config

describe('POST calls', () => {
  test('a page with an ephemeral key: 201, where the call is, and an answer; the session is the key’s', async () => {
    await using rest = openRest()
    const session = { type: 'realtime', model: 'gpt-realtime-mini', audio: { output: { voice: 'cedar' } } }
    const key = (await rest.ask('/v1/realtime/client_secrets', { session })).body.value
    const { status, headers, body } = await rest.ask(calls, pageOffer, { key, headers: sdp })
    const call = onlyCall(rest)
    expect(status).toBe(201)
    expect(headers.get('content-type')).toBe('application/sdp')
    expect(headers.get('location')).toBe(`/v1/realtime/calls/${call.id}`)
    expect(body).toMatch(/^v=0\r\n[\s\S]*a=group:BUNDLE 0 1\r\n/)
    expect(call).toMatchObject({ status: 'active', face: { kind: 'webrtc' } })
    expect(configOf(call)).toMatchObject(session)
  })

  test('a server with its key: a form of offer and session', async () => {
    await using rest = openRest()
    for (const asFile of [false, true]) {
      const form = new FormData()
      const session = JSON.stringify({ type: 'realtime', model: 'gpt-realtime', instructions: 'Guide.' })
      form.set('sdp', asFile ? new Blob([pageOffer], { type: 'application/sdp' }) : pageOffer)
      form.set('session', asFile ? new Blob([session], { type: 'application/json' }) : session)
      expect((await rest.ask(calls, form)).status).toBe(201)
    }
    for (const { session } of rest.service.calls.faces) expect(session?.config).toMatchObject({ instructions: 'Guide.' })
  })

  test('the same offer in two runs is answered the same', async () => {
    const ask = async (): Promise<unknown> => {
      await using rest = openRest({ seed: 3 })
      const { headers, body } = await rest.ask(`${calls}?model=gpt-realtime`, pageOffer, { headers: sdp })
      return [headers.get('location'), body]
    }
    expect(await ask()).toEqual(await ask())
  })

  test('the session that transcribes', async () => {
    await using rest = openRest()
    const key = (await rest.ask('/v1/realtime/client_secrets', { session: { type: 'transcription' } })).body.value
    expect((await rest.ask(calls, pageOffer, { key, headers: sdp })).status).toBe(201)
    expect(configOf(onlyCall(rest))).toMatchObject({ type: 'transcription' })
  })

  describe('the model', () => {
    const form = (session: object): FormData => {
      const made = new FormData()
      made.set('sdp', pageOffer)
      made.set('session', JSON.stringify(session))
      return made
    }
    test.for([
      ['of the query', `${calls}?model=gpt-realtime-2`, pageOffer, 'gpt-realtime-2'],
      ['of the query, at the path of the beta', '/v1/realtime?model=gpt-realtime-2', pageOffer, 'gpt-realtime-2'],
      ['of the session', calls, form({ type: 'realtime', model: 'gpt-realtime-mini' }), 'gpt-realtime-mini'],
      ['of nobody', calls, form({ type: 'realtime' }), 'gpt-realtime'],
    ] as const)('%s', async ([, path, body, model]) => {
      await using rest = openRest()
      const { status } = await rest.ask(path, body, typeof body === 'string' ? { headers: sdp } : {})
      expect(status).toBe(201)
      expect(configOf(onlyCall(rest)).model).toBe(model)
    })

    test('on Azure it is any deployment', async () => {
      await using rest = openRest()
      const url = 'https://me.openai.azure.com/openai/v1/realtime/calls?model=my-voice'
      const { status, headers } = await rest.ask(url, pageOffer, { headers: sdp })
      expect(status).toBe(201)
      expect(headers.get('location')).toBe(`/openai/v1/realtime/calls/${onlyCall(rest).id}`)
    })

    test.for([
      ['missing', calls, 'missing_model', /^You must provide a model parameter/],
      ['unknown', `${calls}?model=gpt-4o`, 'invalid_model', /^Model "gpt-4o" is not supported in realtime mode/],
      ['for translations', `${calls}?model=gpt-realtime-translate`, 'invalid_model', /not supported in realtime mode/],
      ['for transcripts', `${calls}?model=gpt-4o-transcribe`, 'invalid_model', /is a transcription model/],
    ] as const)('%s: 400', async ([, path, code, message]) => {
      await using rest = openRest()
      expect(await rest.ask(path, pageOffer, { headers: sdp })).toMatchObject({
        status: 400,
        body: errorBody(code, expect.stringMatching(message)),
      })
      expect(rest.service.calls.faces).toEqual([])
    })
  })

  describe('refused', () => {
    const path = `${calls}?model=gpt-realtime`
    const withSession = (session: string): FormData => {
      const form = new FormData()
      form.set('sdp', pageOffer)
      form.set('session', session)
      return form
    }
    const extra = withSession('{"type":"realtime"}')
    extra.set('model', 'gpt-realtime')
    const noSdp = new FormData()
    noSdp.set('session', '{"type":"realtime"}')
    test.for([
      ['no offer', '', sdp, 'invalid_offer', null],
      ['an offer without data for us', offerOf(['m=audio 9 RTP/AVP 9', ...audioSection.slice(1)]), sdp, 'invalid_offer', null],
      ['JSON', '{}', { 'content-type': 'application/json' }, 'unsupported_content_type', null],
      ['a broken form', 'x', { 'content-type': 'multipart/form-data; boundary=b' }, null, null],
      ['a form without offer', noSdp, {}, 'missing_required_parameter', 'sdp'],
      ['a form with more', extra, {}, 'unknown_parameter', 'model'],
      ['a session that is no JSON', withSession('{'), {}, 'invalid_json', null],
      ['a session without type', withSession('{}'), {}, 'missing_required_parameter', 'session.type'],
      [
        'a session with a field of the beta',
        withSession('{"type":"realtime","voice":"alloy"}'),
        {},
        'unknown_parameter',
        'session.voice',
      ],
    ] as const)('%s', async ([, body, headers, code, param]) => {
      await using rest = openRest()
      expect(await rest.ask(path, body, { headers })).toMatchObject({
        status: 400,
        body: errorBody(code, expect.any(String), param),
      })
      expect(rest.service.calls.faces).toEqual([])
    })

    test('a key for translations', async () => {
      await using rest = openRest()
      const session = { model: 'gpt-realtime-translate' }
      const key = (await rest.ask('/v1/realtime/translations/client_secrets', { session })).body.value
      expect((await rest.ask(calls, pageOffer, { key, headers: sdp })).status).toBe(400)
    })
  })
})

describe('a call that rings', () => {
  const session = { type: 'realtime', model: 'gpt-realtime', instructions: 'Help desk.' }

  async function ringing(rest: RestClient): Promise<Call> {
    const face = await rest.service.calls.ring(() => new Response(), {})
    return rest.service.calls.find(face.id)!
  }
  const act = (rest: RestClient, { id }: Call, action: string, body?: object) => rest.ask(`${calls}/${id}/${action}`, body)
  const empty = { status: 200, body: '' }

  test('accept: its session begins with the body', async () => {
    await using rest = openRest()
    const call = await ringing(rest)
    expect(await act(rest, call, 'accept', session)).toMatchObject(empty)
    expect(call.status).toBe('active')
    expect(configOf(call)).toMatchObject(session)
  })

  test.for([
    ['no type', {}, 'missing_required_parameter', "Missing required parameter: 'type'.", 'type'],
    [
      'another kind',
      { type: 'transcription' },
      'invalid_value',
      "Invalid value: 'transcription'. Value must be 'realtime'.",
      'type',
    ],
    ['a field of the beta', { type: 'realtime', voice: 'alloy' }, 'unknown_parameter', "Unknown parameter: 'voice'.", 'voice'],
    [
      'a wrong rate',
      { type: 'realtime', audio: { input: { format: { type: 'audio/pcm', rate: 16_000 } } } },
      'integer_below_min_value',
      "Invalid 'audio.input.format.rate': integer below minimum value. Expected a value >= 24000, but got 16000 instead.",
      'audio.input.format.rate',
    ],
    [
      'a model without voice',
      { type: 'realtime', model: 'gpt-4o' },
      'invalid_model',
      expect.stringMatching(/^Model "gpt-4o"/),
      null,
    ],
  ] as const)('accept with %s: 400, and it still rings', async ([, body, code, message, param]) => {
    await using rest = openRest()
    const call = await ringing(rest)
    expect(await act(rest, call, 'accept', body)).toMatchObject({ status: 400, body: errorBody(code, message, param) })
    expect(call.status).toBe('ringing')
  })

  test.for([
    [undefined, 603],
    [{}, 603],
    [{ status_code: 486 }, 486],
  ] as const)('reject %j: SIP %d', async ([body, code]) => {
    await using rest = openRest()
    const call = await ringing(rest)
    expect(await act(rest, call, 'reject', body)).toMatchObject(empty)
    expect(call.face).toMatchObject({ status: 'rejected', rejectedWith: code })
  })

  test.for([
    [{ status_code: '486' }, 'invalid_type', 'status_code'],
    [{ status_code: 200 }, 'integer_below_min_value', 'status_code'],
    [{ status_code: 700 }, 'integer_above_max_value', 'status_code'],
    [{ code: 486 }, 'unknown_parameter', 'code'],
  ] as const)('reject %j: 400', async ([body, code, param]) => {
    await using rest = openRest()
    const call = await ringing(rest)
    expect(await act(rest, call, 'reject', body)).toMatchObject({ status: 400, body: errorBody(code, expect.any(String), param) })
    expect(call.status).toBe('ringing')
  })

  test('refer, once it is taken', async () => {
    await using rest = openRest()
    const call = await ringing(rest)
    await act(rest, call, 'accept', session)
    for (const [body, code] of [
      [{}, 'missing_required_parameter'],
      [{ target_uri: 5 }, 'invalid_type'],
      [{ target_uri: 'mailto:a@b.example' }, 'invalid_value'],
      [{ target_uri: 'tel:+1', when: 'now' }, 'unknown_parameter'],
    ] as const)
      expect(await act(rest, call, 'refer', body)).toMatchObject({ status: 400, body: { error: { code } } })
    expect(await act(rest, call, 'refer', { target_uri: 'tel:+14155550123' })).toMatchObject(empty)
    expect(call.face).toMatchObject({ status: 'referred', referredTo: 'tel:+14155550123' })
  })

  test('hang up, taken or not', async () => {
    await using rest = openRest()
    for (const takes of [true, false]) {
      const call = await ringing(rest)
      if (takes) await act(rest, call, 'accept', session)
      expect(await act(rest, call, 'hangup')).toMatchObject(empty)
      await rest.service.clock.advance(1000)
      expect(call.status).toBe('ended')
    }
  })

  test('what its state does not allow: 400, saying which it is in', async () => {
    await using rest = openRest()
    const call = await ringing(rest)
    const refused = async (action: string, body: object, needed: string): Promise<void> => {
      const message = `Call '${call.id}' is ${call.status}, but this request needs a call that is ${needed}.`
      expect(await act(rest, call, action, body)).toMatchObject({ status: 400, body: errorBody('invalid_call_state', message) })
    }
    await refused('refer', { target_uri: 'sip:a@b.example' }, 'active')
    await act(rest, call, 'accept', session)
    await refused('accept', session, 'ringing')
    await refused('reject', {}, 'ringing')
    await act(rest, call, 'hangup')
    await rest.service.clock.advance(1000)
    await refused('hangup', {}, 'active')
  })

  test('a WebRTC call cannot be referred, but hung up', async () => {
    await using rest = openRest()
    await rest.ask(`${calls}?model=gpt-realtime`, pageOffer, { headers: sdp })
    const call = onlyCall(rest)
    expect((await act(rest, call, 'refer', { target_uri: 'tel:+1' })).body.error.code).toBe('invalid_call_state')
    expect(await act(rest, call, 'hangup')).toMatchObject(empty)
  })

  test.for(['accept', 'reject', 'refer', 'hangup'])('%s of an unknown call: 404', async (action) => {
    await using rest = openRest()
    expect(await rest.ask(`${calls}/rtc_0/${action}`, session)).toMatchObject({
      status: 404,
      body: errorBody('call_id_not_found', "No session found for call_id 'rtc_0'."),
    })
  })
})
