// AudioCodes: when the caller is streamed to the bot, and in what form. On a recorded line, without sockets.

import { describe, expect, test } from 'vitest'
import { readWav } from '../../audio/wav.ts'
import { accepted, active, activities, chunk, dialled, listening, start, stop } from './support/audiocodes-call.ts'
import type { LineRecorder } from './support/line-recorder.ts'

const started = { type: 'userStream.started' }
const stopped = { type: 'userStream.stopped' }
const recognition = { type: 'userStream.speech.recognition', alternatives: [{ text: 'a table', confidence: 0.9 }] }

const streamTypes = (line: LineRecorder) => line.types().filter((type) => type.startsWith('userStream.'))
const sentBytes = (line: LineRecorder) =>
  Buffer.concat(line.of('userStream.chunk').map(({ audioChunk }) => Buffer.from(audioChunk, 'base64')))

/** Times at which the stream was asked for, and ended. */
const edges = (line: LineRecorder) =>
  line.sent
    .filter(({ message }) => /^userStream\.(start|stop)$/.test(message.type))
    .map(({ atMs, message }) => `${message.type.slice(11)} ${atMs}`)

describe('acknowledgement', () => {
  test('no chunk before userStream.started; then one for each 20 ms', () => {
    const line = active({ bargeIn: true })
    line.hears(100)
    expect(streamTypes(line)).toEqual(['userStream.start'])
    line.says(started)
    line.hears(60, 7)
    expect(streamTypes(line)).toEqual(['userStream.start', 'userStream.chunk', 'userStream.chunk', 'userStream.chunk'])
    expect(line.of('userStream.chunk')[0]).toEqual({
      type: 'userStream.chunk',
      conversationId: line.peer!.callId,
      audioChunk: Buffer.alloc(320, 7).toString('base64'),
    })
  })

  test('a bot that never acknowledges, and one that acknowledges what was not asked', () => {
    const line = active({ bargeIn: true, answerTimeoutMs: 3000 })
    line.says(stopped)
    line.pass(3000)
    expect(line.findings).toMatchObject([
      { code: 7104, path: 'type', message: expect.stringContaining('userStream.stopped while the user stream is starting') },
      { code: 7116, atMs: 3000, message: expect.stringContaining('no userStream.started within 3000 ms') },
    ])
    // Late is better than never.
    line.says(started)
    line.hears(20)
    expect(streamTypes(line)).toEqual(['userStream.start', 'userStream.chunk'])
    line.says(started)
    expect(line.codes).toEqual([7104, 7116, 7104])
  })

  test('a new start waits for userStream.stopped', () => {
    const line = active()
    line.says(start('1'), chunk('1', 100), stop('1'))
    line.pass(100)
    line.says(started, recognition, start('2'), chunk('2', 100), stop('2'))
    line.pass(200)
    expect(edges(line)).toEqual(['start 100', 'stop 100'])
    line.says(stopped)
    expect(edges(line)).toEqual(['start 100', 'stop 100', 'start 300'])
    expect(line.findings).toEqual([])
  })
})

describe('form', () => {
  test('chunks of 100 ms; what is left over comes before the stop', () => {
    const line = listening({ chunkMs: 100 })
    line.hears(260)
    expect(line.of('userStream.chunk').map(({ audioChunk }) => Buffer.from(audioChunk, 'base64').length)).toEqual([1600, 1600])
    line.says(activities({ name: 'config', sessionParams: { bargeIn: false } }), recognition)
    expect(sentBytes(line).length).toBe(260 * 16)
    expect(streamTypes(line).slice(-2)).toEqual(['userStream.chunk', 'userStream.stop'])
  })

  test.each([
    ['wav/lpcm16', 16_000],
    ['wav/lpcm16_24', 24_000],
    ['wav/lpcm16_8', 8000],
    ['wav/mulaw', 8000],
  ])('%s: each user stream is a WAV without an end', async (mediaFormat, rateHz) => {
    const { line } = dialled({ bargeIn: true })
    line.peer!.opened()
    line.says({ ...accepted, mediaFormat }, started)
    line.hears(100)
    const sound = await readWav(sentBytes(line))
    expect([sound.rateHz, sound.durationMs]).toEqual([rateHz, 100])
  })

  test('frames that the network swallowed are not sent', () => {
    const line = listening()
    line.peer!.frame(new Uint8Array(320), { lost: true, delayMs: 0 })
    expect(sentBytes(line).length).toBe(0)
  })

  test('agent assist: each message says whose stream it is, and so does start', () => {
    const line = listening({ participants: ['caller', 'agent'] })
    line.hears(20)
    expect(
      line.sent.filter(({ message }) => message.type.startsWith('userStream')).map(({ message }) => message.participant),
    ).toEqual(['caller', 'caller'])
    expect(line.of('activities')[0]!.activities[0].parameters.participants).toMatchObject([
      { participant: 'caller' },
      { participant: 'agent' },
    ])
    // Without the field it is understood, and found.
    expect(line.findings).toMatchObject([{ code: 7113, level: 'warning', path: 'participant' }])
  })
})

describe('without barge-in', () => {
  test('the user stream begins after the greeting, and stops at a recognition until the answer was heard', () => {
    const line = active()
    line.says(start('1'), chunk('1', 500), stop('1'))
    line.hears(480)
    expect(edges(line)).toEqual([])
    line.hears(40)
    expect(edges(line)).toEqual(['start 500'])
    line.says(started)
    line.hears(200)
    line.says(recognition)
    expect(edges(line)).toEqual(['start 500', 'stop 720'])
    line.says(stopped)
    line.pass(1000)
    line.says(start('2'), chunk('2', 300), stop('2'))
    line.pass(400)
    expect(edges(line)).toEqual(['start 500', 'stop 720', 'start 2020'])
    expect(line.findings).toEqual([])
  })

  test('a bot that speaks without having been asked stops the stream too', () => {
    const line = active()
    line.says(start('1'), stop('1'), started, start('2'), chunk('2', 200))
    expect(streamTypes(line)).toEqual(['userStream.start', 'userStream.stop'])
  })

  test('a bot without an answer: the stream goes on after resumeRecognitionTimeoutMS', () => {
    const line = active({ resumeRecognitionTimeoutMS: 4000 })
    line.pass(3999)
    expect(edges(line)).toEqual([])
    line.pass(1)
    line.says(started)
    line.pass(1000)
    line.says(recognition, stopped)
    line.pass(4000)
    expect(edges(line)).toEqual(['start 4000', 'stop 5000', 'start 9000'])
  })

  test('a caller who speaks before the bot does is listened to', () => {
    const line = active()
    line.hears(200)
    expect(edges(line)).toEqual([])
    line.hears(20, 0x33)
    expect(edges(line)).toEqual(['start 200'])
  })

  test("the caller's speech does not stop the bot", () => {
    const line = active()
    line.says(start('1'), chunk('1', 500), { type: 'userStream.speech.started' })
    line.pass(100)
    expect([line.queuedMs(), line.playout.unplayedMs]).toEqual([400, 0])
  })
})

test('with barge-in the user stream runs at once, and all the time', () => {
  const line = listening()
  line.says(start('1'), chunk('1', 100), stop('1'), recognition)
  line.hears(300)
  expect(edges(line)).toEqual(['start 0'])
  expect(line.of('userStream.chunk').length).toBe(15)
})

test('barge-in can be turned on during the call', () => {
  const line = active()
  line.says(start('1'), chunk('1', 500), activities({ name: 'config', sessionParams: { bargeIn: true } }))
  expect(edges(line)).toEqual(['start 0'])
})

describe('speech mode', () => {
  test('the stream runs while the caller speaks, with what came just before the first loud frame', () => {
    const line = active({ bargeIn: true, userStream: 'speech', speechEndMs: 300 })
    line.hears(200)
    expect(edges(line)).toEqual([])
    line.hears(100, 0x33)
    // Nothing is lost while the bot has not acknowledged.
    expect(streamTypes(line)).toEqual(['userStream.start'])
    line.says(started)
    line.hears(100, 0x33)
    line.hears(400)
    expect(edges(line)).toEqual(['start 200', 'stop 680'])
    const bytes = sentBytes(line)
    expect(bytes.filter((byte) => byte === 0x33).length).toBe(200 * 16)
    expect(bytes.indexOf(0x33)).toBe(100 * 16)
  })
})
