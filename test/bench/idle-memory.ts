// What a connection costs that does nothing.

import type { Benchmark } from './benchmark.ts'
import { Client } from './client.ts'
import { withPair } from './compare.ts'
import type { ServerProcess } from './servers.ts'

export const idleMemory: Benchmark = {
  name: 'idle-memory',
  run: (size) =>
    withPair({}, [], async ({ kit, bare }) => {
      const count = size(1000, 50)
      const bareKib = await kibPerConnection(bare, count)
      const kib = await kibPerConnection(kit, count)
      const measured = `${kib.toFixed(1)} KiB, bare ${bareKib.toFixed(1)}`
      return [{ what: `idle connection, of ${count}`, goal: '<= 12 KiB', measured, ratio: kib / bareKib, ok: kib <= 12 }]
    }),
}

async function kibPerConnection(server: ServerProcess, count: number): Promise<number> {
  // What the first connections load and compile is not theirs.
  for (const client of await openMany(server.url, Math.min(count, 100))) await client.close()
  const before = await server.memoryBytes()
  const clients = await openMany(server.url, count)
  const after = await server.memoryBytes()
  for (const client of clients) await client.close()
  return (after - before) / count / 1024
}

async function openMany(url: string, count: number): Promise<Client[]> {
  const clients: Client[] = []
  for (let i = 0; i < count; i++) clients.push(await Client.connect(url))
  return clients
}
