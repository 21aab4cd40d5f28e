// AudioCodes: keys, timers, resumed connections, and messages that no bot should send. On a recorded line, without sockets.

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { audioCodesFindings } from '../../src/telephony/audiocodes/findings.ts'
import { accepted, active, activities, activitiesOf, chunk, dialled, listening, start, stop } from './support/audiocodes-call.ts'
import type { LineRecorder } from './support/line-recorder.ts'

describe('keys', () => {
  test('are not passed on by default', () => {
    const line = active()
    expect(() => line.peer!.key('1')).toThrow(/sendDTMF is off.*\n.*audiocodes: \{ sendDTMF: true \}/)
    expect(activitiesOf(line)).toEqual(['start'])
  })

  test.each(['DTMF', 'dtmf'] as const)('one activity for each key, by the name %s', (dtmfName) => {
    const line = active({ sendDTMF: true, dtmfName })
    for (const key of '1*') line.peer!.key(key)
    expect(activitiesOf(line)).toEqual(['start', `${dtmfName} 1`, `${dtmfName} *`])
  })

  test('collected: until the submit key, the last key, or so long without one', () => {
    const line = active({ sendDTMF: true, dtmfCollect: true, dtmfCollectMaxDigits: 4, dtmfCollectInterDigitTimeoutMS: 1500 })
    for (const key of '12#') line.peer!.key(key)
    for (const key of '3456') line.peer!.key(key)
    line.peer!.key('7')
    line.pass(1499)
    line.peer!.key('8')
    line.pass(1499)
    expect(activitiesOf(line)).toEqual(['start', 'DTMF 12', 'DTMF 3456'])
    line.pass(1)
    expect(activitiesOf(line)).toEqual(['start', 'DTMF 12', 'DTMF 3456', 'DTMF 78'])
  })

  test('can be turned on during the call', () => {
    const line = active()
    line.says(activities({ name: 'config', sessionParams: { sendDTMF: true } }))
    line.peer!.key('5')
    expect(activitiesOf(line)).toEqual(['start', 'DTMF 5'])
  })
})

describe('patience', () => {
  test('with a silent bot: a prompt, again, then the end of the call', () => {
    const prompt = `data:audio/wav;base64,${Buffer.from(new Uint8Array(640)).toString('base64')}`
    const line = active({
      botNoInputTimeoutMS: 2000,
      botNoInputRetries: 1,
      botNoInputUrl: prompt,
      botNoInputGiveUpTimeoutMS: 9000,
    })
    line.pass(8999)
    expect([line.played.map(({ group }) => group), line.over]).toEqual([['botNoInput', 'botNoInput'], undefined])
    line.pass(1)
    expect(line.findings).toMatchObject([{ code: 7121, atMs: 9000 }])
    expect([line.over, line.of('session.end')]).toMatchObject([
      { by: 'platform', reason: 'bot input timeout' },
      [{ reasonCode: 'error' }],
    ])
  })

  test('ends when the bot speaks, and begins anew when the user has spoken', () => {
    const line = listening({ botNoInputGiveUpTimeoutMS: 3000 })
    line.pass(2000)
    line.says(start('1'), chunk('1', 1000), stop('1'))
    line.pass(20_000)
    expect(line.over).toBeUndefined()
    line.says({ type: 'userStream.speech.started' }, { type: 'userStream.speech.committed' })
    line.pass(3000)
    expect(line.findings).toMatchObject([{ code: 7121, atMs: 25_000 }])
  })

  test('with a silent user: noUserInput with its count, then the end of the call', () => {
    const line = listening({
      userNoInputTimeoutMS: 2000,
      userNoInputRetries: 1,
      userNoInputGiveUpTimeoutMS: 7000,
      sendEventsToBot: ['noUserInput'],
    })
    line.says(start('1'), chunk('1', 1000), stop('1'))
    line.pass(7999)
    expect(activitiesOf(line)).toEqual(['start', 'playFinished', 'noUserInput 1', 'noUserInput 2'])
    line.pass(1)
    expect([line.over, line.findings]).toEqual([{ by: 'platform', reason: 'user input timeout' }, []])
  })

  test('the bot is not told of what it did not ask for, nor while the user speaks', () => {
    const line = listening({ userNoInputTimeoutMS: 2000, userNoInputGiveUpTimeoutMS: 7000 })
    line.says(start('1'), stop('1'))
    line.pass(2500)
    line.says({ type: 'userStream.speech.started' })
    line.pass(60_000)
    expect([activitiesOf(line), line.over]).toEqual([['start', 'playFinished'], undefined])
  })
})

const openedAndClosed = (line: LineRecorder) => {
  line.peer!.opened()
  line.peer!.closed(1006, '')
}

describe('a lost connection', () => {
  test('is dialled again, and the session resumed: what was on its way is lost, the caller is heard again', () => {
    const line = active({ resumeAfterMs: 700 }, { authToken: 't-1' })
    line.says(start('1'), chunk('1', 1000))
    line.pass(200)
    line.peer!.dropped?.(undefined)
    expect([line.over, line.queuedMs()]).toEqual([undefined, 0])
    line.peer!.closed(1006, '')
    line.hears(680)
    expect(line.dials).toEqual([])
    line.hears(20)
    expect(line.dials).toEqual([{ url: 'wss://app.test/ws/telephony', headers: { Authorization: 'Bearer t-1' } }])
    const before = line.sent.length
    line.peer!.opened()
    line.says(start('2'))
    line.says(accepted)
    expect(line.sent.slice(before).map(({ message }) => message)).toEqual([
      { type: 'session.resume', conversationId: line.peer!.callId },
      { type: 'userStream.start', conversationId: line.peer!.callId },
    ])
    expect(line.codes).toEqual([7104])
    line.says({ type: 'userStream.started' }, start('3'), chunk('3', 100), stop('3'))
    line.pass(100)
    expect([line.codes, line.over, activitiesOf(line)]).toEqual([[7104], undefined, ['start', 'playFinished']])
  })

  test.each([1006, 1011, 1012])('also when the end of the bot closed with %d', (code) => {
    const line = active()
    line.peer!.closed(code, '')
    line.pass(1000)
    expect([line.dials.length, line.findings]).toMatchObject([1, [{ code: 7119, level: 'warning' }]])
  })

  test('a bot that does not know the conversation has lost the call', () => {
    const line = active()
    line.peer!.dropped?.(100)
    line.pass(100)
    line.peer!.opened()
    line.says({ type: 'session.error', reason: 'conversation not found' })
    expect(line.findings).toMatchObject([{ code: 7120, level: 'error' }])
    expect(line.over).toEqual({ by: 'app', reason: 'session.error: conversation not found' })
  })

  test('a resumed session keeps its format without being told again', () => {
    const line = active()
    line.peer!.dropped?.(100)
    line.pass(100)
    line.peer!.opened()
    line.says({ type: 'session.accepted' })
    expect([line.types().at(-1), line.findings]).toEqual(['userStream.start', []])
  })

  test('session.resumed is understood, and found', () => {
    const line = active()
    line.peer!.dropped?.(100)
    line.pass(100)
    line.peer!.opened()
    line.says({ type: 'session.resumed' })
    expect(line.findings).toMatchObject([{ code: 7113, level: 'warning' }])
    expect(line.types().at(-1)).toBe('userStream.start')
  })

  test('another format cannot be agreed on', () => {
    const line = active()
    line.peer!.dropped?.(100)
    line.pass(100)
    line.peer!.opened()
    line.says({ ...accepted, mediaFormat: 'raw/mulaw' })
    expect(line.findings).toMatchObject([{ code: 7113, path: 'mediaFormat' }])
    expect(line.peer!.inputFormat).toEqual({ encoding: 'pcm16', rateHz: 8000 })
  })

  test.each([
    ['refused', (line: LineRecorder) => line.peer!.refused?.('HTTP 503', 503)],
    ['closed', (line: LineRecorder) => line.peer!.closed(1006, '')],
    ['opened, and closed', openedAndClosed],
  ])('nobody takes it any more: three attempts, each %s', (_, fails) => {
    const line = active()
    line.peer!.closed(1006, '')
    for (let attempt = 0; attempt < 3; attempt++) {
      line.pass(1000)
      fails(line)
    }
    expect([line.dials.length, line.codes, line.over?.by]).toEqual([3, [7119, 7120], 'platform'])
  })

  test('as often as it is lost, if each time somebody takes it', () => {
    const line = active()
    for (let time = 0; time < 5; time++) {
      line.peer!.dropped?.(100)
      line.pass(100)
      line.peer!.opened()
      line.says(accepted)
    }
    expect([line.dials.length, line.over, line.findings]).toEqual([5, undefined, []])
  })

  test('the platform does not come back, or the caller hangs up meanwhile', () => {
    const line = active()
    line.peer!.dropped?.(Number.POSITIVE_INFINITY)
    expect(line.over).toEqual({ by: 'platform', reason: 'the connection was lost' })
    const other = active()
    other.peer!.dropped?.(5000)
    const sent = other.sent.length
    other.peer!.hangUp()
    other.pass(10_000)
    expect([other.over?.by, other.sent.length, other.dials]).toEqual(['caller', sent, []])
  })
})

describe('what no bot should send', () => {
  test.each([
    ['no JSON', 'session.accepted', 7100],
    ['no object', '[1]', 7100],
    ['a binary frame', new Uint8Array([1, 2]), 7100],
    ['no type', { mediaFormat: 'raw/mulaw' }, 7102],
    ['an unknown type', { type: 'playStream.begin' }, 7101],
    ['a message of the platform', { type: 'session.end', reasonCode: 'normal' }, 7103],
    ['a second session.accepted', accepted, 7104],
    ['another conversation', { type: 'userStream.speech.stopped', conversationId: 'conv_1' }, 7112],
    ['a recognition in another shape', { type: 'userStream.speech.recognition', text: 'hello', confidence: 0.9 }, 7113],
    ['an empty recognition', { type: 'userStream.speech.recognition', alternatives: [] }, 7102],
    ['participant instead of participantId', { type: 'userStream.speech.started', participant: 'caller' }, 7113],
    ['activities that are no list', { type: 'activities', activities: { name: 'hangup' } }, 7102],
  ])('%s', (_, message, code) => {
    const line = active()
    line.says(message)
    expect(line.codes).toEqual([code])
    expect(line.over).toBeUndefined()
  })

  test('shapes of both documents and code are fine: confidence as text, additional fields', () => {
    const line = listening()
    line.says({
      type: 'userStream.speech.recognition',
      alternatives: [{ text: 'hello', confidence: '0.9' }],
      participant: 'caller',
      extra: 1,
    })
    line.says({ type: 'userStream.speech.started', participant: 'caller', participantId: 'caller' })
    expect(line.findings).toEqual([])
  })

  test('whatever comes, nothing throws, and each finding has a code of the table', () => {
    const types = [
      'session.accepted',
      'session.error',
      'userStream.started',
      'userStream.stopped',
      'playStream.start',
      'playStream.chunk',
    ]
    const type = fc.constantFrom(
      ...types,
      'playStream.stop',
      'activities',
      'userStream.speech.recognition',
      'playStream.mark.set',
    )
    const odd = fc.oneof(
      fc.jsonValue(),
      fc.record({ type, streamId: fc.jsonValue(), activities: fc.jsonValue() }, { requiredKeys: ['type'] }),
    )
    fc.assert(
      fc.property(fc.array(odd, { maxLength: 12 }), (messages) => {
        const { line } = dialled({ sendDTMF: true, bargeIn: true })
        line.peer!.opened()
        line.says(accepted)
        for (const message of messages) line.says(JSON.stringify(message))
        line.pass(1000)
        expect(line.codes.every((code) => Object.hasOwn(audioCodesFindings, code))).toBe(true)
      }),
      { seed: 7, numRuns: 300 },
    )
  })
})
