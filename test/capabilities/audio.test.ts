// Rows of the capability table about sound and files, one test each. Details: test/audio, test/runtime/caller/effects.test.ts.

import { utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe } from 'vitest'
import { test as base, expect, type Pcm, silence, speech } from 'vitest-realtime'
import {
  AudioFileCache,
  activeSpeechDbfs,
  clipping,
  concatPcm,
  decodeAlaw,
  decodeMulaw,
  encodeAlaw,
  encodeMulaw,
  fliteEngine,
  gain,
  mixVoices,
  noisy,
  peakDbfs,
  processedVoice,
  readWav,
  readWavFile,
  readWavInfo,
  rmsDbfs,
  withEffects,
  withNoise,
  writeWavFile,
} from 'vitest-realtime/audio'
import wavefile from 'wavefile'
import { startClient } from '../runtime/caller/support/apps.ts'
import { crossings, fine, temporaryFolder, tone } from './support/sounds.ts'

const test = base

test('row 56: audio cache', () => {
  const folder = temporaryFolder()
  const [first, second] = [join(folder, 'first.wav'), join(folder, 'second.wav')]
  writeWavFile(first, tone(440, { rateHz: 24_000 }))
  writeWavFile(second, tone(880, { rateHz: 24_000 }))
  const cache = new AudioFileCache({ maxBytes: 100_000 })
  expect(cache.load(first)).toBe(cache.load(first))
  expect([cache.size, cache.isCached(first), cache.isCached(first, 8000)]).toEqual([1, true, false])
  expect(cache.info()).toEqual([{ path: first, rateHz: 24_000, durationMs: 1000, bytes: 48_000 }])
  writeWavFile(first, tone(880, { rateHz: 24_000 }))
  utimesSync(first, new Date(), new Date(Date.now() + 5000))
  expect([...cache.load(first).samples.subarray(0, 9)]).toEqual([...cache.load(second).samples.subarray(0, 9)])
  cache.load(second, 16_000)
  expect(cache.bytes).toBeLessThanOrEqual(100_000)
  expect([cache.remove(second), cache.remove(second)]).toEqual([true, false])
  cache.clear()
  expect(cache.size).toBe(0)
})

test('row 57: audio formats and resampling', () => {
  const folder = temporaryFolder()
  for (const rateHz of [8000, 16_000, 24_000, 44_100]) {
    const [mono, stereo] = [join(folder, `${rateHz}.wav`), join(folder, `${rateHz}-stereo.wav`)]
    const sound = tone(440, { rateHz })
    writeWavFile(mono, sound)
    // By another hand than ours.
    const both = new wavefile.WaveFile()
    both.fromScratch(2, rateHz, '16', [sound.samples, sound.samples])
    writeFileSync(stereo, both.toBuffer())
    for (const [file, toHz] of [mono, stereo].flatMap((name) => [8000, 16_000, 24_000].map((rate) => [name, rate] as const))) {
      const heard = new AudioFileCache().load(file, toHz)
      expect(Math.abs(heard.samples.length - toHz)).toBeLessThanOrEqual(1)
      expect(Math.abs(crossings(heard) - 880)).toBeLessThanOrEqual(8.8)
    }
  }
  const odd = join(folder, 'odd.wav')
  writeWavFile(odd, tone(440, { rateHz: 8000 }))
  expect(() => readWav(new TextEncoder().encode('ID3 an MP3'))).toThrow(/RTK_AUDIO.*no WAV file.*convert MP3 or Ogg to WAV/)
})

test('row 58: silence fallback', () => {
  const warnings: string[] = []
  const cache = new AudioFileCache({ onMissing: 'silence', warn: (message) => void warnings.push(message) })
  const sound = cache.load('/no/such/file.wav', 16_000)
  expect([sound.durationMs, sound.rateHz, sound.samples.every((sample) => sample === 0)]).toEqual([2000, 16_000, true])
  expect(warnings).toEqual([expect.stringContaining('/no/such/file.wav')])
  expect(() => new AudioFileCache().load('/no/such/file.wav')).toThrow(/RTK_AUDIO.*\/no\/such\/file\.wav/)
})

test('row 59: metadata', () => {
  const file = join(temporaryFolder(), 'tone.wav')
  writeWavFile(file, tone(440, { rateHz: 16_000, ms: 250 }))
  expect(readWavFile(file)).toMatchObject({ rateHz: 16_000, durationMs: 250 })
  expect(new AudioFileCache().load(file, 8000).rateHz).toBe(8000)
  const stereo = new wavefile.WaveFile()
  stereo.fromScratch(2, 44_100, '24', [new Int32Array(4410), new Int32Array(4410)])
  expect(readWavInfo(stereo.toBuffer())).toEqual({ rateHz: 44_100, channels: 2, bits: 24, durationMs: 100 })
})

test('row 60: codecs', () => {
  const codes = Uint8Array.from({ length: 256 }, (_, code) => code)
  expect([...encodeAlaw(decodeAlaw(codes))]).toEqual([...codes])
  // Mu-law has two zeros: 127 is -0, which comes back as 255.
  expect([...encodeMulaw(decodeMulaw(codes))]).toEqual([...codes].map((code) => (code === 127 ? 255 : code)))
  expect(decodeMulaw(Uint8Array.of(0xff))[0]).toBe(0)
  expect(encodeMulaw(Int16Array.of(0))[0]).toBe(0xff)
})

describe('row 95', () => {
  const beep = { name: 'beep', synthesize: async () => tone(660, { rateHz: 24_000, ms: 700 }) }
  const test = base.override('realtimeOptions', { ...fine, voice: beep })

  test('row 95: audio synthesis', async ({ realtime, caller }) => {
    const [short, long] = [await speech('Yes.'), await speech('Yes, I would like to book a table for two please.')]
    expect(long.durationMs).toBeGreaterThan(2 * (short.durationMs - 900))
    expect((await fliteEngine().synthesize('Yes.', {})).samples).toEqual((await fliteEngine().synthesize('Yes.', {})).samples)
    caller.attach(await startClient())
    await caller.says('Hello there')
    await realtime.settled()
    expect(Math.abs(crossings(caller.heard.audio) - 1320)).toBeLessThan(14)
  })
})

test('row 96: advanced VAD: two speakers, as the author tells', async ({ realtime, caller }) => {
  const model = 'gpt-4o-transcribe-diarize'
  const { audio, segments } = mixVoices([
    { speaker: 'A', audio: await speech('Any questions?') },
    { speaker: 'B', audio: await speech('Yes, one.', { voice: 'rms' }) },
  ])
  realtime.respond('any', 'Fine.')
  realtime.transcribeOnce({ segments })
  const app = await startClient({
    input: { turn_detection: { type: 'server_vad', silence_duration_ms: 900 }, transcription: { model } },
  })
  caller.attach(app)
  await caller.says(audio)
  await realtime.settled()
  const told = realtime.emitted('conversation.item.input_audio_transcription.segment')
  expect(told.map(({ speaker, text }) => [speaker, text])).toEqual([
    ['A', 'Any questions?'],
    ['B', 'Yes, one.'],
  ])
  for (const [index, { start, end }] of segments.entries()) {
    expect(told[index]!.start).toBeCloseTo(start, 2)
    expect(told[index]!.end).toBeCloseTo(end, 2)
  }
})

test('row 99: audio effects and noise', async ({ realtime, caller }) => {
  const clean = await speech('I would like to book a table for two please.')
  for (const snrDb of [5, 10, 20]) {
    const mixed = withNoise(clean, { snrDb, seed: 3 })
    const added = mixed.samples.map((sample, index) => sample - clean.samples[index]!)
    expect(Math.abs(activeSpeechDbfs(clean.samples, 24_000) - rmsDbfs(added) - snrDb)).toBeLessThan(1)
    expect(withNoise(clean, { snrDb, seed: 3 }).samples).toEqual(mixed.samples)
    expect(withNoise(clean, { snrDb, seed: 4 }).samples).not.toEqual(mixed.samples)
  }
  realtime.respond('booked', { when: 'table for two', text: 'Done.' })
  caller.attach(await startClient())
  await caller.says('A table for two please', { effects: [noisy({ snrDb: 25, kind: 'pink' }), gain(-3)], seed: 7 })
  expect(await realtime.nextResponse()).toSelectResponse('booked')
})

describe('row 104', () => {
  const soft = processedVoice(fliteEngine(), [clipping({ driveDb: 30 }), gain(-20)])
  const test = base.override('realtimeOptions', { ...fine, voice: soft })

  test('row 104: custom audio processors', async ({ realtime, caller }) => {
    const order: string[] = []
    const sent: Pcm[] = []
    const step = (name: string) => (audio: Pcm) => {
      order.push(name)
      return audio
    }
    const app = await startClient()
    caller.attach({
      microphone(piece) {
        sent.push(piece)
        app.send({ type: 'input_audio_buffer.append', audio: piece.base64 })
      },
      speaker: (speaker) =>
        void app.on('response.output_audio.delta', ({ delta, item_id }) => {
          const bytes = Uint8Array.from(Buffer.from(delta, 'base64'))
          speaker.play(bytes.buffer, item_id)
        }),
    })
    // Input: loud and then soft is not soft and then loud.
    await caller.says('Hello there', { effects: [step('first'), clipping({ driveDb: 60 }), gain(-20), step('last')] })
    expect(order).toEqual(['first', 'last'])
    expect(peakDbfs(concatPcm(...sent).samples)).toBeCloseTo(-20, 0)
    await realtime.settled()
    // Output: the same order; bringing 16,000 Hz to 24,000 rounds the clipped edges by some dB.
    expect(peakDbfs(caller.heard.audio.samples)).toBeLessThan(-15)
    expect(() => withEffects(silence(10), [() => undefined as never])).toThrow('Effect 1 of 1')
    app.close()
  })
})
