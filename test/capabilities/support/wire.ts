// A service of the running test and raw clients of it, which hold each event against the schema of the live API.

import { onTestFinished } from 'vitest'
import { createLocalRealtime, type LocalRealtime, type RealtimeOptions } from 'vitest-realtime'
import { update } from '../../conformance/support/client-events.ts'
import { type OpenOptions, WireClient, type WireEvent } from '../../conformance/support/wire-client.ts'

export interface Wire {
  readonly realtime: LocalRealtime
  /** Greeted, over interception; text as its modality and no turn detection. */
  readonly client: WireClient
  /** Another client, as greeted: nothing is configured. */
  open(url?: string, options?: OpenOptions): Promise<WireClient>
}

const intercepted = 'wss://api.openai.com/v1/realtime'

export async function startWire(options: RealtimeOptions = {}): Promise<Wire> {
  const realtime = createLocalRealtime(options)
  const clients: WireClient[] = []
  onTestFinished(async () => {
    await Promise.all(clients.map((client) => client.close()))
    await realtime.close()
  })
  const open: Wire['open'] = async (url = intercepted, openOptions) => {
    const client = await realtime.run(() => WireClient.open(url, openOptions))
    clients.push(client)
    return client
  }
  const client = await open()
  await client.askOne(update({ output_modalities: ['text'], audio: { input: { turn_detection: null } } }))
  return { realtime, client, open }
}

/** The deltas of that kind, in order. */
export function deltasOf(events: readonly WireEvent[], kind: string): string[] {
  return events.filter(({ type }) => type === `response.${kind}.delta`).map(({ delta }) => delta)
}

/** What `response.done` lists. */
export function outputOf(events: readonly WireEvent[]): WireEvent[] {
  return events.findLast(({ type }) => type === 'response.done')?.response.output ?? []
}
