// The worker thread in which flite runs: a sentence blocks for 20 to 100 ms, and node:wasi warns when loaded.
// It ends by itself after a short idle time, so that a process that spoke once can end too.

import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { WASI } from 'node:wasi'
import { parentPort, workerData } from 'node:worker_threads'

/** A sentence to speak; `voice` is flite's own name. */
export interface FliteRequest {
  readonly id: number
  readonly text: string
  readonly voice: string
  /** Arguments of flite that change how the voice speaks. */
  readonly settings: readonly string[]
}

export type FliteReply =
  | { readonly id: number; readonly wav: Uint8Array<ArrayBuffer>; readonly phones: string }
  | { readonly id: number; readonly failure: string }

export interface FliteWorkerData {
  readonly wasmFile: string
  readonly temporaryFolder: string
}

const idleMs = 150
const { wasmFile, temporaryFolder } = workerData as FliteWorkerData
const port = parentPort!
const compiled = WebAssembly.compile(readFileSync(wasmFile))
let queue: Promise<void> = Promise.resolve()
let idle: NodeJS.Timeout | undefined

port.on('message', (request: FliteRequest) => {
  clearTimeout(idle)
  queue = queue.then(() => answer(request)).then(rest)
})

function rest(): void {
  clearTimeout(idle)
  idle = setTimeout(() => port.close(), idleMs)
}

async function answer(request: FliteRequest): Promise<void> {
  try {
    const { wav, phones } = await speak(request)
    const reply: FliteReply = { id: request.id, wav, phones }
    port.postMessage(reply, [wav.buffer])
  } catch (error) {
    const reply: FliteReply = { id: request.id, failure: error instanceof Error ? error.message : String(error) }
    port.postMessage(reply)
  }
}

/** One WASI instance a sentence: flite keeps state between sentences, and equal texts must give equal samples. */
async function speak(request: FliteRequest): Promise<{ wav: Uint8Array<ArrayBuffer>; phones: string }> {
  const folder = mkdtempSync(join(temporaryFolder, 'vitest-realtime-flite-'))
  try {
    const phonesFile = join(folder, 'phones.txt')
    const code = await runFlite(request, folder, phonesFile)
    if (code !== 0) throw new Error(`flite ended with code ${code}`)
    return { wav: new Uint8Array(readFileSync(join(folder, 'speech.wav'))), phones: readFileSync(phonesFile, 'utf8') }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function runFlite({ text, voice, settings }: FliteRequest, folder: string, phonesFile: string): Promise<number> {
  const stdout = openSync(phonesFile, 'w')
  try {
    const wasi = new WASI({
      version: 'preview1',
      args: ['flite', '-voice', voice, ...settings, '-psdur', '-t', text, '-o', '/out/speech.wav'],
      preopens: { '/out': folder },
      returnOnExit: true,
      stdout,
    })
    const instance = await WebAssembly.instantiate(await compiled, wasi.getImportObject() as WebAssembly.Imports)
    return wasi.start(instance)
  } finally {
    closeSync(stdout)
  }
}
