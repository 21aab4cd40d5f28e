// Resamplers, G.711 and the voice: how exact and how fast.

import { synthesizeWhole } from '../../../audio/engines/flite.ts'
import { loadSpeexResampler } from '../../../audio/engines/speex.ts'
import { decodeAlaw, decodeMulaw, encodeAlaw, encodeMulaw } from '../../../audio/g711.ts'
import { createFloatResampler, type FloatResampler } from '../../../audio/resample.ts'
import { fitSine, levelDb, sine } from '../../audio/support/sine.ts'
import { corpus, sentences } from '../../audio/support/vad-corpus.ts'
import { boundsOf } from './labelled.ts'
import { type AudioRow, at, figures } from './row.ts'

const pairs = [
  [24_000, 16_000],
  [24_000, 8000],
  [8000, 24_000],
  [48_000, 24_000],
] as const

type Make = (fromHz: number, toHz: number) => FloatResampler

export async function signalRows(): Promise<AudioRow[]> {
  const speex = await loadSpeexResampler()
  return [
    resamplerRow('own polyphase filter', createFloatResampler),
    resamplerRow('speex, quality 8', (fromHz, toHz) => speex.create(fromHz, toHz)),
    g711Row('mu-law', (samples) => decodeMulaw(encodeMulaw(samples)), 38.4),
    g711Row('A-law', (samples) => decodeAlaw(encodeAlaw(samples)), 38.4),
    await voiceRow(),
    await voiceTruthRow(),
  ]
}

function convert(resampler: FloatResampler, samples: Float32Array): Float32Array {
  const body = resampler.push(samples)
  const rest = resampler.flush()
  const whole = new Float32Array(body.length + rest.length)
  whole.set(body)
  whole.set(rest, body.length)
  return whole
}

function resamplerRow(name: string, make: Make): AudioRow {
  let [snrDb, ripple, alias, slowest] = [Number.POSITIVE_INFINITY, 0, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]
  let apart = 0
  for (const [fromHz, toHz] of pairs) {
    const nyquistHz = Math.min(fromHz, toHz) / 2
    snrDb = Math.min(snrDb, fitSine(convert(make(fromHz, toHz), sine(1000, fromHz)), 1000, toHz).snrDb)
    for (const part of [0.1, 0.3, 0.5, 0.7, 0.8]) {
      const hz = part * nyquistHz
      ripple = Math.max(ripple, Math.abs(fitSine(convert(make(fromHz, toHz), sine(hz, fromHz)), hz, toHz).gainDb))
    }
    if (fromHz > toHz) alias = Math.max(alias, levelDb(convert(make(fromHz, toHz), sine(1.25 * nyquistHz, fromHz))))
    apart = Math.max(apart, apartInChunks(make, fromHz, toHz))
    const seconds = 20
    const samples = sine(440, fromHz, seconds)
    const before = process.cpuUsage()
    convert(make(fromHz, toHz), samples)
    slowest = Math.min(slowest, (seconds * 1000) / cpuMsSince(before))
  }
  return {
    what: `resampling, ${name}`,
    goal: 'SNR >= 95 dB, alias <= -90 dB, ripple <= 0.1 dB, chunks = whole, >= 200 x real time',
    measured: `SNR ${snrDb.toFixed(0)} dB, alias ${alias.toFixed(0)} dB, ripple ${ripple.toFixed(3)} dB, chunks ${apart}, ${slowest.toFixed(0)} x`,
    ok: snrDb >= 95 && alias <= -90 && ripple <= 0.1 && apart < 1e-6 && slowest >= 200,
  }
}

/** The largest difference between sound converted at once and in chunks of 20 ms. */
function apartInChunks(make: Make, fromHz: number, toHz: number): number {
  const samples = sine(440, fromHz, 1)
  const whole = convert(make(fromHz, toHz), samples)
  const resampler = make(fromHz, toHz)
  const chunk = fromHz / 50
  const pieces: number[] = []
  for (let at = 0; at < samples.length; at += chunk) pieces.push(...resampler.push(samples.subarray(at, at + chunk)))
  pieces.push(...resampler.flush())
  return whole.reduce((most, value, index) => Math.max(most, Math.abs(value - pieces[index]!)), 0)
}

/** Over all 65,536 values. */
function g711Row(name: string, through: (samples: Int16Array) => Int16Array, goalDb: number): AudioRow {
  const samples = Int16Array.from({ length: 65_536 }, (_, index) => index - 32_768)
  const coded = through(samples)
  let [signal, noise] = [0, 0]
  for (let index = 0; index < samples.length; index++) {
    signal += samples[index]! ** 2
    noise += (samples[index]! - coded[index]!) ** 2
  }
  const snrDb = 10 * Math.log10(signal / noise)
  return { what: `G.711, ${name}`, goal: `SNR >= ${goalDb} dB`, measured: `${snrDb.toFixed(2)} dB`, ok: snrDb >= goalDb }
}

/** Time of the processor, as the goals have it: what else runs on the machine does not count. */
function cpuMsSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}

async function voiceRow(): Promise<AudioRow> {
  // Texts that no cache has. The first ones are said by code that is still being compiled.
  const texts = Array.from(
    { length: 12 },
    (_, index) => `Sentence ${index} was made at ${Date.now()}, and nobody has heard it before.`,
  )
  const speeds: number[] = []
  for (const text of texts) {
    const before = process.cpuUsage()
    const { durationMs } = await synthesizeWhole(text, {})
    speeds.push(durationMs / cpuMsSince(before))
  }
  const [first, speed] = [speeds[0]!, at(speeds.slice(4), 0.5)]
  const measured = `median ${speed.toFixed(0)} x, the first one ${first.toFixed(0)} x`
  return { what: 'flite, new sentences', goal: '>= 30 x real time', measured, ok: speed >= 30 }
}

/** Bounds that the voice tells of itself, against those of the sound. */
async function voiceTruthRow(): Promise<AudioRow> {
  const apartMs = (await corpus(undefined)).flatMap((audio) => {
    const { startMs, endMs } = boundsOf(audio)!
    return [Math.abs(startMs - audio.speechSpan!.startMs), Math.abs(endMs - audio.speechSpan!.endMs)]
  })
  const [one, again] = [await synthesizeWhole(sentences[0]!, {}), await synthesizeWhole(sentences[0]!, {})]
  const isSame =
    one.samples.every((sample, index) => sample === again.samples[index]) && one.samples.length === again.samples.length
  return {
    what: 'flite, its own bounds against the sound',
    goal: 'median <= 30 ms, equal repeats',
    measured: `${figures(apartMs)}, ${isSame ? 'equal' : 'different'} repeats`,
    ok: at(apartMs, 0.5) <= 30 && isSame,
  }
}
