// Recognition by PocketSphinx (Debian: pocketsphinx-en-us): English, offline, light. Through koffi in a worker where that package
// is installed, else by its command line program, which knows no word times.

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { AudioEngineUnavailable, RealtimeKitError } from '../../src/errors.ts'
import { resamplePcm } from '../resample.ts'
import type { Recognition, TranscriptionEngine } from '../types.ts'
import { numberToWords } from '../wer.ts'
import { decodeByCommand, findCommand } from './pocketsphinx-command.ts'
import { assertInDictionary, writeGrammar } from './pocketsphinx-grammar.ts'
import { type DecoderWorker, openDecoderWorker, type PartialWish } from './pocketsphinx-process.ts'
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

/** The command line program has no partial results. */
type Decode = (samples: Int16Array, partial?: PartialWish) => Promise<Recognition>

const rateHz = 16_000
const frameMs = 10
/** How many words at the end of a partial result are held back. */
const unsettledWords = 2
/** Base of PocketSphinx's logarithms. */
const logBase = 1.0001
export const debianModels = '/usr/share/pocketsphinx/model/en-us'
const installCommand = 'apt-get install pocketsphinx pocketsphinx-en-us && npm install --save-dev koffi'

/**
 * The PocketSphinx engine. Sound of any rate; telephone sound is heard badly without `sentences`. Partial results (`onPartial`) are
 * those of a run before it, which takes as long again and hears less well: one in six begins otherwise than what stands in the end. With `sentences` there are none.
 *
 * @throws AudioEngineUnavailable at `load` when library, command or models are missing
 * @throws RealtimeKitError RTK_ENGINE at `load` when `sentences` holds words that the dictionary does not have, by name
 * @example
 * const engine = pocketsphinxEngine({ sentences: ['yes please', 'no thank you'] })
 * await engine.load()
 * await engine.transcribe(await speech('Yes, please.'), {}) // { text: 'yes please', words: […], confidence: 0.9 }
 */
export function pocketsphinxEngine(options: PocketSphinxOptions = {}): TranscriptionEngine {
  const { modelFolder = debianModels, sentences, decoys = [], minConfidence = 0 } = options
  const allowed = sentences && new Set(sentences.map(spoken))
  let decode: Decode | undefined
  return {
    name: 'pocketsphinx',
    async load() {
      decode ??= await openDecoder(modelFolder, sentences && [...sentences, ...decoys].map(spoken))
    },
    async transcribe(audio, { onPartial, chunkMs = 250 }) {
      if (!decode) throw new RealtimeKitError('RTK_ENGINE', "Engine 'pocketsphinx' was used before load() had ended.")
      // A beginning may belong to a decoy, or to what is too unsure in the end.
      const mayTell = onPartial && !allowed && minConfidence === 0
      const chunkSamples = Math.max(1, Math.round((chunkMs * rateHz) / 1000))
      const partial = mayTell ? { chunkSamples, tell: (text: string) => onPartial(settled(text)) } : undefined
      const found = await decode(resamplePcm(audio, rateHz).samples, partial)
      const isSure = (found.confidence ?? 1) >= minConfidence
      return isSure && (!allowed || allowed.has(found.text)) ? found : { text: '', words: [], confidence: found.confidence ?? 0 }
    },
  }
}

/** Of what was heard so far, its last words change most. */
function settled(text: string): string {
  return text.split(' ').slice(0, -unsettledWords).join(' ')
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
  if (koffiFile !== undefined) return byWorker(await openDecoderWorker({ koffiFile, decoderArguments: settings }))
  const command = await findCommand()
  if (command === undefined) throw unavailable('neither the package koffi nor the command pocketsphinx_continuous is here.')
  return (samples) => decodeByCommand(command, settings, samples)
}

function byWorker(worker: DecoderWorker): Decode {
  return async (samples, partial) => {
    const { text, words, logProbability } = await worker.decode(samples, partial)
    const spokenWords = words.filter((word) => /^[\p{L}']/u.test(word.text))
    return {
      text,
      words: spokenWords.map((word) => ({
        // The dictionary numbers second pronunciations: `the(2)`.
        text: word.text.replace(/\(\d+\)$/, ''),
        startMs: word.startFrame * frameMs,
        endMs: word.endFrame * frameMs,
      })),
      // Of the sentence: its root is what one word has, on average.
      confidence: Math.min(1, logBase ** (logProbability / Math.max(1, spokenWords.length))),
    }
  }
}

function unavailable(why: string): AudioEngineUnavailable {
  return new AudioEngineUnavailable('pocketsphinx', why, installCommand)
}
