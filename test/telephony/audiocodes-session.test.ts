// AudioCodes: how a conversation begins and ends. On a recorded line, without sockets.

import { describe, expect, test } from 'vitest'
import { checkDial } from '../../src/runtime/dial-rules.ts'
import { audiocodes } from '../../src/telephony/audiocodes/audiocodes.ts'
import { accepted, active, activities, activitiesOf, chunk, dialled, start, stop } from './support/audiocodes-call.ts'
import { LineRecorder } from './support/line-recorder.ts'

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

describe('upgrade', () => {
  test("bearer token, none, a wrong one, and the platform's own headers", () => {
    const dial = (options: object) => dialled({}, options).placed.dial
    expect(dial({})).toEqual({ url: 'wss://app.test/ws/telephony', headers: {} })
    expect(dial({ authToken: 't-1' }).headers).toEqual({ Authorization: 'Bearer t-1' })
    expect(dial({ authToken: 't-1', signature: 'missing' }).headers).toEqual({})
    expect(dial({ authToken: 't-1', signature: 'wrong' }).headers).toEqual({ Authorization: 'Bearer not-t-1' })
    const { placed } = dialled({ acHeaders: true }, { from: '+15550123' })
    expect(placed.dial.headers).toEqual({ 'AC-Conversation-Id': placed.peer.callId, 'AC-Caller-Number': '+15550123' })
  })

  test.each([
    [{}, /stream is missing/],
    [{ voice: '/voice', stream: '/ws' }, /no webhook/],
  ])('what cannot be dialled is refused: %j', (options, message) => {
    expect(() => audiocodes.place(new LineRecorder(options as object))).toThrow(message)
  })
})

test.each([
  [{ audiocodes: { formats: ['raw/opus'] } }, /audiocodes.*formats.*raw\/lpcm16, /],
  [{ audiocodes: { formats: [] } }, /formats/],
  [{ audiocodes: { chunkMs: 30 } }, /chunkMs.*multiple of 20/],
  [{ audiocodes: { dtmfCollectMaxDigits: 1.5 } }, /dtmfCollectMaxDigits.*whole number/],
  [{ audiocodes: { bargein: true } }, /bargein.*bargeIn/s],
  [{ telnyx: { streamCodec: 'OPUS' } }, /streamCodec.*PCMU/],
  [{ telnyx: { signingKey: 'abc' } }, /signingKey.*PEM/],
  [{ vonage: { rateHz: 48_000 } }, /rateHz.*8000, 16000 or 24000/],
])('options that cannot be used are named: %j', (options, message) => {
  expect(() => checkDial('http://127.0.0.1:1', options)).toThrow(message)
})

describe('initiate', () => {
  test('offers eight formats, best first; the call is taken with session.accepted, and start tells of it', () => {
    const { line } = dialled({}, { from: '+15550123', to: '+15550124', parameters: { 'X-Queue': 'sales' } })
    line.peer!.opened()
    expect(line.sent[0]!.message).toEqual({
      type: 'session.initiate',
      conversationId: expect.stringMatching(uuid),
      expectAudioMessages: true,
      botName: 'vitest-realtime',
      caller: '+15550123',
      supportedMediaFormats: [
        'raw/lpcm16',
        'raw/lpcm16_24',
        'raw/lpcm16_8',
        'raw/mulaw',
        'wav/lpcm16',
        'wav/lpcm16_24',
        'wav/lpcm16_8',
        'wav/mulaw',
      ],
    })
    expect(line.hasAnswered).toBe(false)
    line.says({ ...accepted, mediaFormat: 'raw/mulaw' })
    expect([line.hasAnswered, line.peer!.inputFormat]).toEqual([true, { encoding: 'mulaw', rateHz: 8000 }])
    expect(line.sent[1]!.message).toEqual({
      type: 'activities',
      conversationId: line.peer!.callId,
      activities: [
        {
          type: 'event',
          name: 'start',
          id: expect.stringMatching(uuid),
          timestamp: '2026-01-01T00:00:00.000Z',
          language: 'en-US',
          parameters: {
            vaigConversationId: line.peer!.callId,
            locale: 'en-US',
            caller: '+15550123',
            callee: '+15550124',
            callerHost: 'phone.test',
            calleeHost: 'phone.test',
            callerDisplayName: '+15550123',
            'X-Queue': 'sales',
          },
        },
      ],
    })
    expect(line.findings).toEqual([])
  })

  test('formats, names and expectAudioMessages are those of the options', () => {
    const { line } = dialled({ formats: ['wav/mulaw', 'raw/mulaw'], botName: 'desk', expectAudioMessages: false })
    line.peer!.opened()
    expect(line.sent[0]!.message).toMatchObject({
      botName: 'desk',
      expectAudioMessages: false,
      supportedMediaFormats: ['wav/mulaw', 'raw/mulaw'],
    })
  })

  test.each(['raw/lpcm16_24', 'audio/pcm', undefined])('a format that was not offered ends the call: %s', (mediaFormat) => {
    const { line } = dialled({ formats: ['raw/mulaw'] })
    line.peer!.opened()
    line.says({ type: 'session.accepted', mediaFormat })
    expect(line.findings.find(({ code }) => code === 7105)).toMatchObject({ level: 'error', path: 'mediaFormat', atMs: 0 })
    expect(line.of('session.end')).toMatchObject([{ reasonCode: 'error' }])
    expect([line.hasAnswered, line.closed, line.over?.by]).toEqual([false, 1000, 'platform'])
  })

  test('session.error declines the call', () => {
    const { line } = dialled()
    line.peer!.opened()
    line.says({ type: 'session.error', reason: 'no agent free' })
    expect(line.codes).toEqual([7117])
    expect([line.hasAnswered, line.closed, line.over]).toEqual([
      false,
      1000,
      { by: 'app', reason: 'session.error: no agent free' },
    ])
    expect(line.types()).not.toContain('session.end')
  })

  test('a bot that does not answer is given up', () => {
    const { line } = dialled({ answerTimeoutMs: 4000 })
    line.peer!.opened()
    line.pass(3999)
    expect(line.over).toBeUndefined()
    line.pass(1)
    expect(line.findings).toMatchObject([{ code: 7116, level: 'error', atMs: 4000 }])
    expect(line.over).toEqual({ by: 'platform', reason: 'no session.accepted within 4000 ms' })
  })

  test('a bot that takes the socket and closes it with 1008 has not taken the call', () => {
    const { line } = dialled()
    line.peer!.opened()
    line.peer!.closed(1008, 'bad token')
    expect(line.over).toEqual({ by: 'app', reason: 'the app closed the socket with 1008 bad token before session.accepted' })
    expect(line.hasAnswered).toBe(false)
  })

  test('an upgrade that is refused', () => {
    const { line } = dialled()
    line.peer!.refused?.('the app answered the upgrade with HTTP 401', 401)
    expect([line.codes, line.over]).toEqual([[7117], { by: 'platform', reason: 'the app answered the upgrade with HTTP 401' }])
  })

  test('what comes before session.accepted is not heard', () => {
    const { line } = dialled()
    line.peer!.opened()
    line.says(start('1'), chunk('1', 20), accepted)
    expect(line.codes).toEqual([7104, 7104])
    expect(line.played).toEqual([])
  })

  test('connectOnPrompt: the call is taken with the first sound', () => {
    const line = active({ connectOnPrompt: true })
    line.pass(700)
    expect(line.hasAnswered).toBe(false)
    line.says(start('1'), chunk('1', 20))
    expect(line.hasAnswered).toBe(true)
  })
})

describe('the wizard', () => {
  test('validates the connection, and closes it', () => {
    const { line } = dialled({ validateOnly: true })
    line.peer!.opened()
    expect(line.types()).toEqual(['connection.validate'])
    line.says({ type: 'connection.validated', success: true })
    expect([line.hasAnswered, line.closed, line.over]).toEqual([
      true,
      1000,
      { by: 'platform', reason: 'the connection is valid' },
    ])
    expect(line.types()).toEqual(['connection.validate'])
  })

  test('is told that it is not valid, or nothing', () => {
    const { line } = dialled({ validateOnly: true })
    line.peer!.opened()
    line.says({ type: 'connection.validated', success: false })
    expect([line.hasAnswered, line.over?.by]).toEqual([false, 'app'])
    const silent = dialled({ validateOnly: true }).line
    silent.peer!.opened()
    silent.pass(10_000)
    expect(silent.over).toEqual({ by: 'platform', reason: 'no connection.validated within 10000 ms' })
  })
})

describe('the end', () => {
  test('the caller hangs up', () => {
    const line = active()
    line.peer!.hangUp()
    expect(line.sent.at(-1)!.message).toEqual({
      type: 'session.end',
      conversationId: line.peer!.callId,
      reasonCode: 'client-disconnected',
      reason: 'Client Side',
    })
    expect([line.closed, line.over?.by]).toEqual([1000, 'caller'])
    line.peer!.hangUp()
    line.peer!.closed(1000, '')
    line.says(start('1'), 'nonsense')
    expect([line.of('session.end').length, line.findings]).toEqual([1, []])
  })

  test('the bot hangs up: what waits is not played, and not told of', () => {
    const line = active()
    line.says(start('1'), chunk('1', 400), stop('1'))
    line.pass(100)
    line.says(activities({ name: 'hangup', activityParams: { hangupReason: 'all done' } }))
    expect(line.sent.at(-1)!.message).toMatchObject({ type: 'session.end', reasonCode: 'bot-disconnected', reason: 'all done' })
    expect(line.over).toEqual({ by: 'app', reason: 'all done' })
    expect([line.playout.unplayedMs, activitiesOf(line)]).toEqual([300, ['start']])
  })

  test.each(['transfer', 'handover'])('%s', (name) => {
    const line = active()
    line.says(activities({ name, activityParams: { transferTarget: 'tel:+15550177' } }))
    expect(line.of('session.end')).toMatchObject([{ reasonCode: 'transferred' }])
    expect([line.over, line.findings]).toEqual([{ by: 'app', reason: 'transferred to tel:+15550177' }, []])
  })

  test.each([1000, 1005])('a bot that only closes the socket, with %d, ends the call too', (code) => {
    const line = active()
    line.peer!.closed(code, '')
    expect(line.findings).toMatchObject([{ code: 7118, level: 'warning' }])
    expect(line.over).toEqual({ by: 'app', reason: `the app closed the socket with ${code}` })
  })

  test('nothing comes after it: no collected keys, no activity that was to wait, no acknowledgement that is missed', () => {
    const line = active({ bargeIn: true, sendDTMF: true, dtmfCollect: true, userNoInputGiveUpTimeoutMS: 5000 })
    line.says(start('1'), chunk('1', 20), stop('1'), activities({ name: 'playUrl', delay: 500 }))
    line.pass(100)
    line.peer!.key('4')
    line.peer!.hangUp()
    const sent = line.sent.length
    line.pass(60_000)
    expect([line.sent.length, line.findings]).toEqual([sent, []])
  })
})
