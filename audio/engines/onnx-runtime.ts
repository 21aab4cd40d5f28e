// The part of onnxruntime-node that we use, and its lazy loading. The package is an optional peer.

import { pathToFileURL } from 'node:url'
import { resolvePackage } from './resolve-package.ts'

export interface OnnxTensor {
  readonly data: Float32Array
}

export interface OnnxSession {
  readonly inputNames: readonly string[]
  run(feeds: Readonly<Record<string, unknown>>): Promise<Readonly<Record<string, OnnxTensor>>>
}

export interface OnnxRuntime {
  readonly InferenceSession: {
    create(model: Uint8Array, options: Readonly<Record<string, unknown>>): Promise<OnnxSession>
  }
  readonly Tensor: new (type: string, data: Float32Array | BigInt64Array, dims: readonly number[]) => OnnxTensor
}

/** Loads the runtime from the user's project or from beside the kit; throws a plain Error that says what is wrong. */
export async function loadOnnxRuntime(): Promise<OnnxRuntime> {
  const entry = resolvePackage('onnxruntime-node')
  if (entry === undefined) throw new Error('onnxruntime-node is not installed.')
  const loaded: unknown = await import(pathToFileURL(entry).href)
  const runtime = typeof loaded === 'object' && loaded !== null && 'default' in loaded ? loaded.default : loaded
  if (!isRuntime(runtime)) throw new Error('onnxruntime-node has no InferenceSession: its version is not one we know.')
  return runtime
}

function isRuntime(value: unknown): value is OnnxRuntime {
  return typeof value === 'object' && value !== null && 'InferenceSession' in value && 'Tensor' in value
}
