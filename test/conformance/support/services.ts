// The two ways to the service: a served process per file, as any client meets it, and an instance in this process, whose time
// the test moves. Both answer as service-options.ts says.

import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll } from 'vitest'
import { createLocalRealtime, type LocalRealtime, type RealtimeOptions } from 'vitest-realtime'
import { type ServeProcess, startServe } from '../../cli/support/serve-process.ts'
import { update } from './client-events.ts'
import * as serviceOptions from './service-options.ts'
import { type OpenOptions, WireClient } from './wire-client.ts'

const configFile = fileURLToPath(new URL('service-options.ts', import.meta.url))

export interface Served {
  readonly url: string
  /** A greeted client; closed when the test ends, whatever it still has to say. */
  open(options?: OpenOptions): Promise<WireClient>
  /** The same, with text as its modality and without turn detection. */
  openText(options?: OpenOptions): Promise<WireClient>
  /** A client that was not greeted yet, and may never be. */
  connect(options?: OpenOptions): WireClient
}

/** `serve --json --timing instant` for all tests of the file. */
export function useServed(flags: readonly string[] = ['--config', configFile]): Served {
  let process: ServeProcess
  const clients: WireClient[] = []
  beforeAll(async () => {
    process = await startServe(['--timing', 'instant', ...flags])
  })
  afterAll(() => process?.stop())
  afterEach(async () => {
    await Promise.all(clients.splice(0).map((client) => client.close()))
  })
  const connect = (options?: OpenOptions): WireClient => {
    const client = new WireClient(process.ready.url, options)
    clients.push(client)
    return client
  }
  const open = async (options?: OpenOptions): Promise<WireClient> => {
    const client = connect(options)
    await client.until('session.created')
    return client
  }
  return {
    get url() {
      return process.ready.url
    },
    connect,
    open,
    openText: async (options) => {
      const client = await open(options)
      await client.askOne(update({ output_modalities: ['text'], audio: { input: { turn_detection: null } } }))
      return client
    },
  }
}

export interface Local extends AsyncDisposable {
  readonly realtime: LocalRealtime
  open(options?: OpenOptions): Promise<WireClient>
}

/** An instance behind the gate, on virtual time, with the latency of the live service unless told otherwise. */
export function startLocal(options: RealtimeOptions = {}): Local {
  const realtime = createLocalRealtime({ ...serviceOptions, ...options })
  const clients: WireClient[] = []
  return {
    realtime,
    open: async (openOptions) => {
      const client = new WireClient('wss://api.openai.com/v1/realtime', openOptions)
      clients.push(client)
      await client.until('session.created')
      return client
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all(clients.map((client) => client.close()))
      await realtime.close()
    },
  }
}
