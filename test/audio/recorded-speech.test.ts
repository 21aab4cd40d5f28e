import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, expect, test } from 'vitest'
import { clipping, gain } from '../../audio/effects/level-effects.ts'
import { fliteEngine } from '../../audio/engines/flite.ts'
import { processedVoice } from '../../audio/engines/processed-voice.ts'
import { writeWavFile } from '../../audio/files.ts'
import { peakDbfs } from '../../audio/level.ts'
import { pcm } from '../../audio/pcm.ts'
import { recordedSpeech } from '../../audio/recorded-speech.ts'

const folder = mkdtempSync(join(tmpdir(), 'vitest-realtime-voice-'))
afterAll(() => rmSync(folder, { recursive: true }))
const tone = (level: number) => pcm(new Int16Array(800).fill(level), 16_000)

test('says what was recorded, by its words, and knows the text', async () => {
  const file = join(folder, 'greeting.wav')
  writeWavFile(file, tone(1))
  const voice = recordedSpeech({ 'How can I help?': file, 'Good-bye!': tone(2), 'One moment': pathToFileURL(file) })
  expect(await voice.synthesize('how can I help', {})).toMatchObject({ text: 'how can I help', rateHz: 16_000, durationMs: 50 })
  expect((await voice.synthesize('Good-bye', {})).samples[0]).toBe(2)
  expect((await voice.synthesize('One moment …', {})).samples[0]).toBe(1)
})

test('a folder: by the names of its files, or by its table', async () => {
  const byName = join(folder, 'by name')
  mkdirSync(byName)
  writeWavFile(join(byName, 'how-can-i-help.wav'), tone(3))
  for (const place of [byName, pathToFileURL(byName)])
    expect((await recordedSpeech(place).synthesize('How can I help?', {})).samples[0]).toBe(3)
  writeFileSync(join(byName, 'transcripts.tsv'), 'how-can-i-help.wav\tGood morning.\nmissing.wav\tNot there\n')
  expect((await recordedSpeech(byName).synthesize('Good morning', {})).samples[0]).toBe(3)
  await expect(recordedSpeech(byName).synthesize('Not there', {})).rejects.toThrow(/RTK_AUDIO.*missing\.wav: ENOENT/)
})

test('what was not recorded is an error with the nearest text, or said by another voice', async () => {
  const recordings = { 'How can I help?': tone(1), 'Good-bye!': tone(2) }
  await expect(recordedSpeech(recordings).synthesize('How may I help?', {})).rejects.toThrow(
    '"How may I help?" is not among the recordings. The nearest of 2 is "How can I help?".',
  )
  await expect(recordedSpeech({}).synthesize('Hello', {})).rejects.toThrow('There are none.')
  const flite = fliteEngine()
  const said = await recordedSpeech(recordings, { otherwise: flite }).synthesize('Hello there', { voice: 'rms' })
  expect(said.samples).toEqual((await flite.synthesize('Hello there', { voice: 'rms' })).samples)
  expect(() => recordedSpeech('/no/such/folder')).toThrow(/RTK_AUDIO.*"\/no\/such\/folder".*cannot be read: ENOENT/)
})

test('a processed voice: the effects in their order', async () => {
  const voice = recordedSpeech({ Hello: tone(10_000) })
  const loudThenSoft = processedVoice(voice, [clipping({ driveDb: 20 }), gain(-20)])
  const softThenLoud = processedVoice(voice, [gain(-20), clipping({ driveDb: 20 })])
  expect(peakDbfs((await loudThenSoft.synthesize('Hello', {})).samples)).toBeCloseTo(-20, 0)
  expect((await softThenLoud.synthesize('Hello', {})).samples[0]).toBe(10_000)
  expect((await loudThenSoft.synthesize('Hello', {})).text).toBe('Hello')
  expect(loudThenSoft.name).toBe('recorded')
  await expect(processedVoice(voice, [() => undefined as never]).synthesize('Hello', {})).rejects.toThrow('Effect 1 of 1')
})
