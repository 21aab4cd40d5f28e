// AudioCodes against a bot without a model, that gives back what it hears: recognition ends the user stream, playback brings it back. What
// the caller hears is what the caller said, in every format. And many such calls at once.

import { createServer, type Server } from 'node:http'
import { describe } from 'vitest'
import { test as base, expect, type Pcm, speech } from 'vitest-realtime'
import { pcm, resamplePcm } from 'vitest-realtime/audio'
import { type WebSocket, WebSocketServer } from 'ws'

const test = base
const dial = { platform: 'audiocodes', stream: '/' } as const
const formats = [
  'raw/lpcm16',
  'raw/lpcm16_24',
  'raw/lpcm16_8',
  'raw/mulaw',
  'wav/lpcm16',
  'wav/lpcm16_24',
  'wav/lpcm16_8',
  'wav/mulaw',
] as const

/** Takes `mediaFormat`; understands a sentence when so much of it has come, and says it again. */
function echoBot(mediaFormat: string, understandsAfterBytes: number): Server {
  const server = createServer()
  const sockets = new WebSocketServer({ server })
  sockets.on('connection', (platform: WebSocket) => {
    const send = (message: object) => platform.send(JSON.stringify(message))
    let heard: string[] = []
    let bytes = 0
    let isOver = false
    platform.on('message', (data) => {
      const { type, audioChunk = '' } = JSON.parse(String(data))
      if (type === 'session.initiate') send({ type: 'session.accepted', mediaFormat })
      if (type === 'userStream.start') send({ type: 'userStream.started' })
      if (type === 'userStream.chunk' && !isOver) {
        heard.push(audioChunk)
        bytes += Buffer.from(audioChunk, 'base64').length
        isOver = bytes >= understandsAfterBytes
        if (isOver) send({ type: 'userStream.speech.recognition', alternatives: [{ text: 'something', confidence: 0.9 }] })
      }
      if (type !== 'userStream.stop') return
      send({ type: 'userStream.stopped' })
      send({ type: 'playStream.start', streamId: 'echo', mediaFormat })
      for (const chunk of heard) send({ type: 'playStream.chunk', streamId: 'echo', audioChunk: chunk })
      send({ type: 'playStream.stop', streamId: 'echo' })
      heard = []
    })
  })
  return server
}

const bytesPerMs: Readonly<Record<string, number>> = { lpcm16: 32, lpcm16_24: 48, lpcm16_8: 16, mulaw: 8 }

function understandsAfter(mediaFormat: string, sound: Pcm): number {
  return Math.floor(sound.durationMs) * bytesPerMs[mediaFormat.slice(4)]!
}

/** The part between the first and the last sample that is not silent, at 8 kHz. */
function spoken(sound: Pcm): Pcm {
  const { samples } = resamplePcm(sound, 8000)
  const loud = (sample: number) => Math.abs(sample) > 500
  return pcm(samples.slice(samples.findIndex(loud), samples.findLastIndex(loud)), 8000)
}

describe('what comes back', () => {
  test.for(formats)('%s', async (mediaFormat, { phone }) => {
    const sentence = await speech('A table for two, please.')
    const call = await phone.dial(echoBot(mediaFormat, understandsAfter(mediaFormat, sentence)), dial)
    await call.says(sentence)
    await call.pauses(sentence.durationMs + 500)
    await call.hangsUp()
    expect(call.findings).toEqual([])
    const [said, heard] = [spoken(sentence), spoken(call.heard.audio)]
    expect(Math.abs(said.durationMs - heard.durationMs)).toBeLessThan(60)
    expect(heard).toSoundLike(said)
  })
})

test('forty calls at once, each gets its own back', { timeout: 30_000 }, async ({ phone }) => {
  const tones = Array.from({ length: 40 }, (_, index) =>
    pcm(
      Int16Array.from({ length: 8000 }, (_sample, at) => 8000 * Math.sin((2 * Math.PI * (300 + 50 * index) * at) / 8000)),
      8000,
    ),
  )
  const bot = echoBot('raw/mulaw', 8000)
  const calls = await Promise.all(tones.map(() => phone.dial(bot, dial)))
  await Promise.all(calls.map((call, index) => call.says(tones[index]!)))
  await Promise.all(calls.map((call) => call.pauses(1500)))
  expect(new Set(calls.map(({ id }) => id)).size).toBe(40)
  for (const [index, call] of calls.entries()) {
    const { samples } = resamplePcm(call.heard.audio, 8000)
    const rises = samples.filter((sample, at) => at > 0 && sample >= 0 && samples[at - 1]! < 0).length
    // The first frame went by before the bot had acknowledged the stream: 980 ms of the tone came back.
    expect(Math.round((rises / 0.98 - 300) / 50)).toBe(index)
    expect(call.findings).toEqual([])
  }
})
