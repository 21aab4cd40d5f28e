import { expect, test } from 'vitest'
import { connectMemory, UpgradeRefused } from '../../src/transports/memory.ts'
import type { Wire } from '../../src/transports/transport.ts'
import { refusal, TestService } from '../contract/test-service.ts'

const url = 'wss://api.openai.com/v1/realtime'

test('nothing is delivered inside of the call that sends it', async () => {
  const log: string[] = []
  let wire: Wire | undefined
  const client = connectMemory(
    () => ({
      accept: (accepted) => {
        wire = accepted
        accepted.send('hello')
        return { onMessage: (data) => log.push(`service: ${data}`), onClose: () => log.push('service: closed') }
      },
    }),
    { url },
  )
  client.onMessage = (text) => log.push(`client: ${text}`)
  client.onClose = () => log.push('client: closed')
  client.send('one')
  wire?.send('two')
  expect(log).toEqual([])
  await client.opened
  client.close(1000, '')
  await new Promise((resolve) => setImmediate(resolve))
  expect(log).toEqual(
    expect.arrayContaining(['client: hello', 'service: one', 'client: two', 'service: closed', 'client: closed']),
  )
  expect(log).toHaveLength(5)
})

test('a refusal tells status and body, closes with 1006, and needs nobody to await it', async () => {
  const client = connectMemory(new TestService().doorman, { url: 'wss://api.openai.com/deny' })
  const closed = new Promise((resolve) => {
    client.onClose = (code) => resolve(code)
  })
  expect(await closed).toBe(1006)
  const error = await client.opened.catch((reason: unknown) => reason)
  expect(error).toBeInstanceOf(UpgradeRefused)
  expect(error).toMatchObject({ code: 'RTK_TRANSPORT', status: 401, body: refusal.body })
})

test('what is under way to an end that dropped the line is lost, what it sent before is not', async () => {
  const service = new TestService()
  const client = connectMemory(service.doorman, { url })
  const visit = await service.visits.next()
  let heard = 0
  client.onMessage = () => {
    heard += 1
  }
  visit.wire.send('under way')
  client.send('sent before')
  client.terminate()
  client.send('sent after')
  expect(await visit.closed).toEqual({ code: 1006, reason: '' })
  expect([visit.messages.count, heard]).toEqual([1, 0])
})
