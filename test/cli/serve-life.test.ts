// A served process that runs for long: what is over is forgotten.

import { expect, test } from 'vitest'
import { Client } from './support/client.ts'
import { startServe, temporaryFiles } from './support/serve-process.ts'

const reportMemory = `
process.on('SIGUSR2', () => {
  for (let turn = 0; turn < 3; turn++) gc()
  const { heapUsed, external } = process.memoryUsage()
  process.stderr.write('used ' + (heapUsed + external) + '\\n')
})`

test('sessions that are closed take no memory', { timeout: 120_000 }, async () => {
  using files = temporaryFiles({
    'memory.mjs': reportMemory,
    'config.json': JSON.stringify({ vad: 'energy', responses: { echo: { when: 'tell', text: 'Echo. '.repeat(20) } } }),
  })
  await using served = await startServe(['--timing', 'instant', '--config', files.path('config.json')], {
    nodeFlags: ['--expose-gc', '--import', files.path('memory.mjs')],
  })
  const { url, pid } = served.ready
  const used = async (): Promise<number> => {
    const before = served.stderr().length
    process.kill(pid, 'SIGUSR2')
    const [, bytes] = await served.told(/used (\d+)\n/, before)
    return Number(bytes)
  }
  /** Calls that each talk, are told of an error, speak, and hang up or vanish: some 20 KiB of events each. */
  const calls = async (count: number): Promise<void> => {
    for (let done = 0; done < count; done += 10)
      await Promise.all(Array.from({ length: 10 }, (_, index) => call(url, index % 3 === 0)))
  }
  await calls(200)
  const early = await used()
  await calls(600)
  const late = await used()
  // The newest 2,000 to 4,000 events are kept, up to 2 KiB for each of these calls; a session alone is more than this.
  expect((late - early) / 600).toBeLessThan(5000)
})

async function call(url: string, vanishes: boolean): Promise<void> {
  const client = new Client(url)
  await client.next('session.created')
  await client.ask('Tell me')
  client.send({ type: 'conversation.item.delete', item_id: 'none' })
  await client.next('error')
  client.speak(new Int16Array(2400))
  await client.ask('Tell me more')
  if (vanishes) client.drop()
  else await client.hangUp()
}
