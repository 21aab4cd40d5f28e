// The main thread's side of the PocketSphinx worker: sends it sounds, gets words. A worker that dies is started once more;
// when the sound that it had takes the second one down too, that sound fails.

import { extname } from 'node:path'
import { Worker } from 'node:worker_threads'
import { AudioEngineFailed } from '../../src/errors.ts'
import type { PocketSphinxReply, PocketSphinxRequest, PocketSphinxWorkerData } from './pocketsphinx-worker.ts'

export type Decoded = Extract<PocketSphinxReply, { text: string }>

export interface DecoderWorker {
  /** Samples at 16,000 Hz. Sounds are decoded one after another. */
  decode(samples: Int16Array): Promise<Decoded>
}

interface Waiting {
  readonly request: PocketSphinxRequest
  readonly resolve: (decoded: Decoded) => void
  readonly reject: (error: Error) => void
  attempts: number
}

const maxAttempts = 2

/** Starts the worker; a decoder that cannot be opened shows at the first sound. */
export async function openDecoderWorker(data: PocketSphinxWorkerData): Promise<DecoderWorker> {
  const waiting = new Map<number, Waiting>()
  let worker: Worker | undefined
  let nextId = 1

  function start(): Worker {
    const file = new URL(`./pocketsphinx-worker${extname(new URL(import.meta.url).pathname)}`, import.meta.url)
    const started = new Worker(file, { name: 'vitest-realtime-pocketsphinx', env: {}, execArgv: [], workerData: data })
    started.on('message', (reply: PocketSphinxReply) => settle(reply))
    started.on('error', (error) => lose(started, error))
    started.on('exit', () => lose(started, new Error('its worker ended')))
    return started
  }

  function settle(reply: PocketSphinxReply): void {
    const sound = waiting.get(reply.id)
    waiting.delete(reply.id)
    if (waiting.size === 0) worker?.unref()
    if ('failure' in reply) sound?.reject(failed(reply.failure))
    else sound?.resolve(reply)
  }

  function lose(lost: Worker, error: Error): void {
    if (worker !== lost) return
    worker = undefined
    for (const [id, sound] of waiting) {
      if (sound.attempts >= maxAttempts) {
        waiting.delete(id)
        sound.reject(failed(error.message))
      } else post(sound)
    }
  }

  function post(sound: Waiting): void {
    worker ??= start()
    worker.ref()
    sound.attempts += 1
    worker.postMessage(sound.request)
  }

  return {
    decode: (samples) =>
      new Promise((resolve, reject) => {
        const request = { id: nextId++, samples }
        const sound: Waiting = { request, resolve, reject, attempts: 0 }
        waiting.set(request.id, sound)
        post(sound)
      }),
  }
}

function failed(why: string): AudioEngineFailed {
  return new AudioEngineFailed('pocketsphinx', why)
}
