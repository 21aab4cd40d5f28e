// AudioCodes: play streams, barge-in, and the activities of the bot. On a recorded line, without sockets.

import { describe, expect, test } from 'vitest'
import { pcm } from '../../audio/pcm.ts'
import { writeWav } from '../../audio/wav.ts'
import { active, activities, activitiesOf, chunk, listening, start, stop } from './support/audiocodes-call.ts'

const speechStarted = { type: 'userStream.speech.started' }
const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64')

describe('play streams', () => {
  test('stop does not flush: all is played, then the bot is told', () => {
    const line = active()
    line.says(start('1'), chunk('1', 300), chunk('1', 200), stop('1'))
    line.pass(499)
    expect(activitiesOf(line)).toEqual(['start'])
    line.pass(1)
    expect(activitiesOf(line)).toEqual(['start', 'playFinished'])
    expect(line.played.map(({ format, group }) => [format, group])).toEqual([
      [{ encoding: 'pcm16', rateHz: 8000 }, '1'],
      [{ encoding: 'pcm16', rateHz: 8000 }, '1'],
    ])
    expect([line.findings, line.playout.unplayedMs]).toEqual([[], 0])
  })

  test('stopFlushes, and playFinished off', () => {
    const line = active({ stopFlushes: true, playFinished: false })
    line.says(start('1'), chunk('1', 500))
    line.pass(100)
    line.says(stop('1'))
    line.pass(1000)
    expect([line.playout.unplayedMs, activitiesOf(line)]).toEqual([400, ['start']])
  })

  test('a stream behind another one is one playback', () => {
    const line = active()
    line.says(start('1'), chunk('1', 300), stop('1'), start('2'), chunk('2', 300))
    line.pass(700)
    expect(activitiesOf(line)).toEqual(['start'])
    line.says(stop('2'))
    expect(activitiesOf(line)).toEqual(['start', 'playFinished'])
  })

  test('the play stream may have another format than the user stream', () => {
    const line = active()
    line.says(start('1', 'raw/mulaw'), { type: 'playStream.chunk', streamId: '1', audioChunk: base64(new Uint8Array(160)) })
    expect(line.played).toMatchObject([{ format: { encoding: 'mulaw', rateHz: 8000 } }])
  })

  test.each([
    ['started while open', [start('1'), start('2')], 7106, 'streamId'],
    ['id used before', [start('1'), stop('1'), start('1')], 7107, 'streamId'],
    ['chunk of a stream never started', [chunk('9', 20)], 7108, 'streamId'],
    ['chunk of a stream that was stopped', [start('1'), stop('1'), chunk('1', 20)], 7108, 'streamId'],
    ['stop of a stream never started', [stop('9')], 7108, 'streamId'],
    ['stopped twice', [start('1'), stop('1'), stop('1')], 7108, 'streamId'],
    ['format not offered', [start('1', 'audio/pcm'), chunk('1', 20), stop('1')], 7105, 'mediaFormat'],
    ['half a sample', [start('1'), { ...chunk('1', 20), audioChunk: base64(new Uint8Array(321)) }], 7109, 'audioChunk'],
    ['no base64', [start('1'), { ...chunk('1', 20), audioChunk: '!' }], 7110, 'audioChunk'],
    ['no streamId', [{ type: 'playStream.start', mediaFormat: 'raw/mulaw' }], 7102, 'streamId'],
  ])('%s is found, and the call goes on', (_, messages, code, path) => {
    const line = active()
    line.pass(40)
    line.says(...messages)
    expect(line.findings).toMatchObject([{ code, path, level: 'error', atMs: 40 }])
    if (code === 7105) expect(line.played).toEqual([])
    line.says(start('next', 'raw/mulaw'), { ...chunk('next', 20), audioChunk: base64(new Uint8Array(160)) })
    expect(line.played.at(-1)).toMatchObject({ group: 'next' })
    expect(line.over).toBeUndefined()
  })
})

test('a stream that was not stopped ends where the next one starts', () => {
  const line = active()
  line.says(start('1'), chunk('1', 100), start('2'), chunk('1', 100), chunk('2', 100))
  expect([line.codes, line.queuedMs()]).toEqual([[7106, 7108], 200])
})

describe('WAV', () => {
  const wav = writeWav(pcm(new Int16Array(4000).fill(900), 16_000))
  const stereo = wav.slice()
  stereo[22] = 2
  const play = (mediaFormat: string, ...pieces: Uint8Array[]) => {
    const line = active()
    line.says(
      start('1', mediaFormat),
      ...pieces.map((bytes) => ({ type: 'playStream.chunk', streamId: '1', audioChunk: base64(bytes) })),
    )
    return line
  }

  test.each([[wav.length], [44], [20], [3]])('the header is taken off, also when it comes in pieces: %d', (cut) => {
    const line = play('wav/lpcm16', wav.subarray(0, cut), wav.subarray(cut))
    expect(line.findings).toEqual([])
    const heard = Buffer.concat(line.played.map(({ bytes }) => bytes))
    expect(heard.equals(Buffer.from(new Int16Array(4000).fill(900).buffer))).toBe(true)
  })

  test.each([
    ['none where one is due', 'wav/lpcm16', new Uint8Array(640).fill(9), 640],
    ['one for another rate', 'wav/lpcm16_8', wav, 8000],
    ['one for two channels', 'wav/lpcm16', stereo, 8000],
    ['one where none is due', 'raw/lpcm16', wav, wav.length],
  ])('%s', (_, mediaFormat, bytes, playedBytes) => {
    const line = play(mediaFormat, bytes)
    expect(line.findings).toMatchObject([{ code: 7111, level: 'warning' }])
    expect(line.played[0]!.bytes.length).toBe(playedBytes)
  })

  test('one without an end', () => {
    const endless = new Uint8Array(5000)
    endless.set(Buffer.from('RIFF----WAVEjunk'))
    new DataView(endless.buffer).setUint32(16, 1_000_000, true)
    expect(play('wav/lpcm16', endless).codes).toEqual([7110])
  })
})

describe('barge-in', () => {
  test.each([
    speechStarted,
    { type: 'userStream.speech.hypothesis', alternatives: [{ text: 'wait' }] },
    { type: 'userStream.speech.recognition', alternatives: [{ text: 'wait' }] },
    { type: 'userStream.speech.committed' },
  ])('$type stops what is heard; what the bot still sends of it is dropped', (message) => {
    const line = listening()
    line.says(start('1'), chunk('1', 500))
    line.pass(200)
    line.says(message)
    expect([line.queuedMs(), line.playout.unplayedMs, activitiesOf(line)]).toEqual([0, 300, ['start', 'playFinished']])
    line.says(chunk('1', 500), stop('1'), start('2'), chunk('2', 100), stop('2'))
    expect(line.queuedMs()).toBe(100)
    line.pass(100)
    expect(activitiesOf(line)).toEqual(['start', 'playFinished', 'playFinished'])
    expect(line.findings).toEqual([])
  })

  test('a stopped stream that still sounds is stopped too', () => {
    const line = listening()
    line.says(start('1'), chunk('1', 500), stop('1'), speechStarted)
    expect(line.playout.unplayedMs).toBe(500)
  })

  test('a stream may have a setting of its own', () => {
    const line = listening()
    line.says({ ...start('1'), activityParams: { bargeIn: false } }, chunk('1', 500), speechStarted)
    expect(line.queuedMs()).toBe(500)
    const other = active()
    other.says({ ...start('1'), activityParams: { bargeIn: true } }, chunk('1', 500), speechStarted)
    expect(other.queuedMs()).toBe(0)
  })

  test.each([
    [{}, 0],
    [{ bargeInOnDTMF: false }, 500],
    [{ bargeIn: false }, 500],
  ])('keys: %j', (options, queuedMs) => {
    const line = listening({ sendDTMF: true, ...options })
    line.says(start('1'), chunk('1', 500))
    line.peer!.key('4')
    expect(line.queuedMs()).toBe(queuedMs)
  })
})

describe('activities of the bot', () => {
  test('playUrl plays a data: URL', () => {
    const wav = writeWav(pcm(new Int16Array(1600).fill(900), 16_000))
    const line = active()
    const params = {
      playUrlUrl: `data:audio/wav;base64,${base64(wav)}`,
      playUrlMediaFormat: 'wav/lpcm16',
      playUrlAltText: 'tone',
    }
    line.says(activities({ name: 'playUrl', activityParams: params }))
    expect(line.queuedMs()).toBe(100)
    line.pass(100)
    expect([activitiesOf(line), line.findings]).toEqual([['start', 'playFinished'], []])
  })

  test('abortPrompts drops what is played', () => {
    const line = active()
    line.says(start('1'), chunk('1', 500), activities({ name: 'abortPrompts' }), chunk('1', 500))
    expect([line.queuedMs(), line.findings]).toEqual([0, []])
  })

  test('a text is spoken by the platform, where it was told so', async () => {
    const line = active({ expectAudioMessages: false })
    line.says({ type: 'activities', activities: [{ type: 'message', text: 'Good morning.' }] })
    await Promise.resolve()
    expect([line.said, activitiesOf(line), line.findings]).toEqual([['Good morning.'], ['start', 'playFinished'], []])
    line.says(start('1'))
    expect(line.codes).toEqual([7104])
    const other = active()
    other.says({ type: 'activities', activities: [{ type: 'message', text: 'Good morning.' }] })
    expect([other.said, other.findings]).toMatchObject([[], [{ code: 7104, path: 'activities.0' }]])
  })

  test('each waits for its delay, and for those before it', () => {
    const line = active()
    line.says(start('1'), chunk('1', 500), activities({ name: 'abortPrompts', delay: 200 }, { name: 'hangup' }))
    line.pass(199)
    expect([line.queuedMs(), line.over]).toEqual([301, undefined])
    line.pass(1)
    expect(line.over).toEqual({ by: 'app', reason: 'Bot hung up' })
  })

  test('those without effect here are known', () => {
    const line = active()
    for (const name of ['expectAnotherBotMessage', 'startRecognition', 'startCallRecording', 'sendMetaData'])
      line.says(activities({ name }))
    line.says(activities({ name: 'sendDtmf', activityParams: { dtmfDigits: '12*#' } }))
    expect(line.findings).toEqual([])
  })

  test.each([
    [{ name: 'dance' }, 7114, 'activities.0.name'],
    [{}, 7114, 'activities.0.name'],
    [{ type: 'thing', name: 'hangup' }, 7102, 'activities.0.type'],
    [{ name: 'transfer' }, 7115, 'activities.0.activityParams.transferTarget'],
    [{ name: 'transfer', activityParams: { transferTarget: '+15550177' } }, 7115, 'activities.0.activityParams.transferTarget'],
    [{ name: 'sendDtmf', activityParams: { dtmf: '1' } }, 7115, 'activities.0.activityParams.dtmfDigits'],
    [{ name: 'sendDtmf', activityParams: { dtmfDigits: 'A' } }, 7115, 'activities.0.activityParams.dtmfDigits'],
    [
      { name: 'playUrl', activityParams: { playUrlUrl: 'https://app.test/a.wav' } },
      7115,
      'activities.0.activityParams.playUrlUrl',
    ],
    [
      { name: 'playUrl', activityParams: { playUrlUrl: 'data:,x', playUrlMediaFormat: 'mp3' } },
      7105,
      'activities.0.activityParams.playUrlMediaFormat',
    ],
    [{ name: 'config', sessionParams: { bargeIn: 'yes' } }, 7115, 'activities.0.sessionParams.bargeIn'],
  ])('%j is found', (activity, code, path) => {
    const line = active()
    line.says(activities(activity))
    expect(line.findings).toMatchObject([{ code, path, level: 'error' }])
    expect(line.over).toBeUndefined()
  })
})

test('a mark comes back with its fields when it was played', () => {
  const line = active()
  line.says(start('1'), chunk('1', 200), { type: 'playStream.mark.set', streamId: '1', mark: 'm-1' })
  line.pass(199)
  expect(line.types()).not.toContain('playStream.mark.reached')
  line.pass(1)
  expect(line.of('playStream.mark.reached')).toEqual([
    { type: 'playStream.mark.reached', conversationId: line.peer!.callId, streamId: '1', mark: 'm-1' },
  ])
})
