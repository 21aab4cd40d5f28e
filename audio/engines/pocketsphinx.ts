// Recognition by PocketSphinx (Debian: pocketsphinx-en-us): English, offline, light. Through koffi in a worker where that package
// is installed, else by its command line program, which knows no word times.

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { AudioEngineUnavailable, RealtimeKitError } from '../../src/errors.ts'
import { islandsOf, outlineOf } from '../outline.ts'
import { resamplePcm } from '../resample.ts'
import type { Pcm, Recognition, TranscriptionEngine, WordTime } from '../types.ts'
import { numberToWords } from '../wer.ts'
import { decodeByCommand, findCommand } from './pocketsphinx-command.ts'
import { assertInDictionary, writeGrammar } from './pocketsphinx-grammar.ts'
import { type DecoderWorker, openDecoderWorker } from './pocketsphinx-process.ts'
import type { DecodedWord } from './pocketsphinx-worker.ts'
import { resolvePackage } from './resolve-package.ts'

export interface PocketSphinxOptions {
  /** Folder with the acoustic model `en-us`, `en-us.lm.bin` and `cmudict-en-us.dict`. Default: Debian's. */
  readonly modelFolder?: string
  /**
   * The only sentences that may be heard. Short and sure, but it answers with one of them whatever is said: give `decoys` too,
   * a hundred or more, and what sounds like one of those is heard as nothing.
   */
  readonly sentences?: readonly string[]
  readonly decoys?: readonly string[]
  /** Results below it are heard as nothing; 0 to 1, 0 by default. */
  readonly minConfidence?: number
}

/** `tell` gets what stands already; the command line program has nothing to tell before the end. */
type Decode = (sound: Pcm, tell?: (text: string) => void) => Promise<Recognition>

const rateHz = 16_000
const frameMs = 10
/** A pause of 400 ms parts sentences. */
const pauseSteps = 20
const stepMs = 20
/** Base of PocketSphinx's logarithms. */
const logBase = 1.0001
export const debianModels = '/usr/share/pocketsphinx/model/en-us'
const installCommand = 'apt-get install pocketsphinx pocketsphinx-en-us && npm install --save-dev koffi'

/**
 * The PocketSphinx engine. Sound of any rate; telephone sound is heard badly without `sentences`. Sentences with pauses of 400 ms
 * between them are heard one after the other, and each is a partial result (`onPartial`) that stands. With `sentences`, with
 * `minConfidence` and without koffi there are none.
 *
 * @throws RealtimeKitError RTK_OPTION for a confidence that is none, and for sentences without words
 * @throws AudioEngineUnavailable at `load` when library, command or models are missing
 * @throws RealtimeKitError RTK_ENGINE at `load` when `sentences` holds words that the dictionary does not have, by name
 * @example
 * const engine = pocketsphinxEngine({ sentences: ['yes please', 'no thank you'] })
 * await engine.load()
 * await engine.transcribe(await speech('Yes, please.'), {}) // { text: 'yes please', words: […], confidence: 0.9 }
 */
export function pocketsphinxEngine(options: PocketSphinxOptions = {}): TranscriptionEngine {
  const { modelFolder = debianModels, sentences, decoys = [], minConfidence = 0 } = options
  if (!(minConfidence >= 0 && minConfidence <= 1)) throw slip('minConfidence must be a number from 0 to 1', minConfidence)
  if (sentences && !sentences.some((sentence) => spoken(sentence) !== ''))
    throw slip('sentences must hold at least one with words', sentences)
  const allowed = sentences && new Set(sentences.map(spoken))
  let decode: Decode | undefined
  return {
    name: 'pocketsphinx',
    async load() {
      decode ??= await openDecoder(modelFolder, sentences && [...sentences, ...decoys].map(spoken))
    },
    async transcribe(audio, { onPartial }) {
      if (!decode) throw new RealtimeKitError('RTK_ENGINE', "Engine 'pocketsphinx' was used before load() had ended.")
      // A beginning may belong to a decoy, or to what is too unsure in the end.
      const found = await decode(resamplePcm(audio, rateHz), allowed || minConfidence > 0 ? undefined : onPartial)
      const isSure = (found.confidence ?? 1) >= minConfidence
      return isSure && (!allowed || allowed.has(found.text)) ? found : { text: '', words: [], confidence: found.confidence ?? 0 }
    },
  }
}

function slip(what: string, got: unknown): RealtimeKitError {
  return new RealtimeKitError('RTK_OPTION', `pocketsphinxEngine(): ${what}, got ${JSON.stringify(got)}.`)
}

/** A sentence as the dictionary spells it: lower case, no punctuation, numbers in words. */
export function spoken(sentence: string): string {
  return sentence
    .toLowerCase()
    .replace(/\d+/g, (digits) => ` ${numberToWords(digits)} `)
    .replace(/[^\p{L}\p{N}' ]+/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim()
}

async function openDecoder(modelFolder: string, sentences: readonly string[] | undefined): Promise<Decode> {
  const dictionary = join(modelFolder, 'cmudict-en-us.dict')
  if (!existsSync(dictionary)) throw unavailable(`its models are not in ${modelFolder}.`)
  if (sentences) assertInDictionary(dictionary, sentences)
  const search = sentences ? ['-jsgf', await writeGrammar(sentences)] : ['-lm', join(modelFolder, 'en-us.lm.bin')]
  const settings = ['-hmm', join(modelFolder, 'en-us'), '-dict', dictionary, ...search, '-logfn', '/dev/null']
  const koffiFile = resolvePackage('koffi')
  if (koffiFile !== undefined) {
    const worker = await openDecoderWorker({ koffiFile, decoderArguments: settings })
    return byWorker(worker, sentences ? (sound) => [{ startMs: 0, samples: sound.samples }] : partsOf)
  }
  const command = await findCommand()
  if (command === undefined) throw unavailable('neither the package koffi nor the command pocketsphinx_continuous is here.')
  return ({ samples }) => decodeByCommand(command, settings, samples)
}

interface Part {
  readonly startMs: number
  readonly samples: Int16Array
}

/** One after the other: what the decoder takes back, it takes back within a part, and before that is told. */
function byWorker(worker: DecoderWorker, split: (sound: Pcm) => readonly Part[]): Decode {
  return async (sound, tell) => {
    const texts: string[] = []
    const words: WordTime[] = []
    let logProbability = 0
    const parts = split(sound)
    for (const [index, { startMs, samples }] of parts.entries()) {
      const found = await worker.decode(samples)
      if (found.text !== '') texts.push(found.text)
      words.push(...found.words.filter(({ text }) => /^[\p{L}']/u.test(text)).map((word) => placed(word, startMs)))
      logProbability += found.logProbability
      if (index < parts.length - 1) tellTwice(texts.join(' '), tell)
    }
    // Of the sound: its root is what one word has, on average.
    const confidence = Math.min(1, logBase ** (logProbability / Math.max(1, words.length)))
    return { text: texts.join(' '), words, confidence }
  }
}

function placed({ text, startFrame, endFrame }: DecodedWord, startMs: number): WordTime {
  return {
    // The dictionary numbers second pronunciations: `the(2)`.
    text: text.replace(/\(\d+\)$/, ''),
    startMs: startMs + startFrame * frameMs,
    endMs: startMs + endFrame * frameMs,
  }
}

/** What is said once may still change, for engines in general. */
function tellTwice(text: string, tell: ((text: string) => void) | undefined): void {
  tell?.(text)
  tell?.(text)
}

/** Cut in the middle of the pauses; noise leaves none. */
function partsOf(sound: Pcm): readonly Part[] {
  const islands = islandsOf(outlineOf(sound, 0), pauseSteps)
  const cutsMs = islands.slice(1).map(({ start }, index) => Math.round((islands[index]!.end + start) / 2) * stepMs)
  return [0, ...cutsMs].map((startMs, index) => {
    const [from, to] = [startMs, cutsMs[index] ?? sound.durationMs].map((ms) => Math.round((ms * rateHz) / 1000))
    return { startMs, samples: sound.samples.slice(from, to) }
  })
}

function unavailable(why: string): AudioEngineUnavailable {
  return new AudioEngineUnavailable('pocketsphinx', why, installCommand)
}
