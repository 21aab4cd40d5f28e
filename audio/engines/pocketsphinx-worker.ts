// The worker thread in which PocketSphinx runs: a second of sound blocks for a quarter of one. Debian's libraries, called through
// koffi. One decoder, which hears one sound after another.

import { createRequire } from 'node:module'
import { parentPort, workerData } from 'node:worker_threads'

export interface PocketSphinxWorkerData {
  /** Entry file of the koffi package. */
  readonly koffiFile: string
  /** Arguments of the decoder: `-hmm`, `-dict`, `-lm` or `-jsgf` … */
  readonly decoderArguments: readonly string[]
}

/** Mono samples at 16,000 Hz. */
export interface PocketSphinxRequest {
  readonly id: number
  readonly samples: Int16Array
}

/** A word and where it sounds, in frames of 10 ms from the start of the sound. */
export interface DecodedWord {
  readonly text: string
  readonly startFrame: number
  readonly endFrame: number
}

export type PocketSphinxReply =
  | { readonly id: number; readonly text: string; readonly words: readonly DecodedWord[]; readonly logProbability: number }
  | { readonly id: number; readonly failure: string }

type Native = (...values: unknown[]) => unknown

interface Library {
  func(prototype: string): Native
}

interface Koffi {
  load(name: string): Library
}

const port = parentPort!
const { koffiFile, decoderArguments } = workerData as PocketSphinxWorkerData
const decoder = openDecoder(createRequire(koffiFile)(koffiFile) as Koffi)

port.on('message', (request: PocketSphinxRequest) => port.postMessage(answer(request)))

function answer({ id, samples }: PocketSphinxRequest): PocketSphinxReply {
  try {
    return { id, ...decoder.decode(samples) }
  } catch (error) {
    return { id, failure: error instanceof Error ? error.message : String(error) }
  }
}

/** The functions of the library, for all decoders of this thread. */
interface Sphinx {
  /** A decoder with these arguments. */
  init(options: readonly string[]): unknown
  start(handle: unknown): void
  /** `whole`: it is all of the utterance. */
  process(handle: unknown, samples: Int16Array, whole: boolean): void
  end(handle: unknown): void
  heard(handle: unknown): string
  logProbability(handle: unknown): number
  words(handle: unknown): DecodedWord[]
}

interface Decoder {
  decode(samples: Int16Array): Omit<Extract<PocketSphinxReply, { text: string }>, 'id'>
}

function openDecoder(koffi: Koffi): Decoder {
  const sphinx = loadSphinx(koffi)
  const handle = sphinx.init(decoderArguments)
  return {
    decode(samples) {
      sphinx.start(handle)
      // The whole sound at once: its level is then known from the first frame on.
      sphinx.process(handle, samples, true)
      sphinx.end(handle)
      return { text: sphinx.heard(handle), words: sphinx.words(handle), logProbability: sphinx.logProbability(handle) }
    },
  }
}

function loadSphinx(koffi: Koffi): Sphinx {
  const base = koffi.load('libsphinxbase.so.3')
  const sphinx = koffi.load('libpocketsphinx.so.3')
  const parse = base.func('void *cmd_ln_parse_r(void *inout, void *definition, int count, char **values, int strict)')
  const definition = sphinx.func('void *ps_args()')()
  const init = sphinx.func('void *ps_init(void *config)')
  const startStream = sphinx.func('int ps_start_stream(void *decoder)')
  const start = sphinx.func('int ps_start_utt(void *decoder)')
  const process = sphinx.func('int ps_process_raw(void *decoder, void *samples, size_t count, int noSearch, int whole)')
  const hypothesis = sphinx.func('str ps_get_hyp(void *decoder, _Out_ int32_t *score)')
  const probability = sphinx.func('int ps_get_prob(void *decoder)')
  return {
    init(options) {
      const values = ['pocketsphinx', ...options]
      const config = parse(null, definition, values.length, values, 1)
      const handle = config && init(config)
      if (!handle) throw new Error(`PocketSphinx refused its settings: ${options.join(' ')}`)
      return handle
    },
    start(handle) {
      // Else the noise of the sound before decides which silence is dropped: words came 130 ms early, and depended on what went before.
      startStream(handle)
      if (Number(start(handle)) < 0) throw new Error('PocketSphinx did not begin an utterance.')
    },
    process: (handle, samples, whole) => void process(handle, samples, samples.length, 0, whole ? 1 : 0),
    end: sphinx.func('int ps_end_utt(void *decoder)'),
    heard(handle) {
      const text = hypothesis(handle, [0])
      return typeof text === 'string' ? text : ''
    },
    logProbability: (handle) => Number(probability(handle)),
    words: wordReader(sphinx),
  }
}

function wordReader(sphinx: Library): (handle: unknown) => DecodedWord[] {
  const first = sphinx.func('void *ps_seg_iter(void *decoder)')
  const next = sphinx.func('void *ps_seg_next(void *segment)')
  const word = sphinx.func('str ps_seg_word(void *segment)')
  const frames = sphinx.func('void ps_seg_frames(void *segment, _Out_ int *start, _Out_ int *end)')
  return (handle) => {
    const words: DecodedWord[] = []
    for (let segment = first(handle); segment; segment = next(segment)) {
      const [startFrame, endFrame] = [[0], [0]]
      frames(segment, startFrame, endFrame)
      words.push({ text: String(word(segment)), startFrame: startFrame[0]!, endFrame: endFrame[0]! + 1 })
    }
    return words
  }
}
