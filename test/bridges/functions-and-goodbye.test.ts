// Functions of the agent during a call, and how the agent ends one.

import { expect, speech, test } from 'vitest-realtime'
import { bridged } from './support/bridged.ts'
import { drive, pause, TwilioStream, until } from './support/twilio-stream.ts'

test.beforeEach(({ clock }) => drive(clock))

const book = {
  name: 'book_table',
  description: 'Books a table.',
  parameters: { type: 'object', properties: { seats: { type: 'integer' } }, required: ['seats'] },
}

test('a function runs, its result goes back, and one answer follows', async ({ realtime }) => {
  realtime.respond('book', {
    when: 'table',
    call: { name: 'book_table', arguments: { seats: 2 } },
    then: 'Done, a table for two.',
  })
  const seen: unknown[] = []
  const run = (args: Record<string, unknown>, { callId }: { callId: string }): unknown => {
    seen.push([args, callId])
    return { booked: true }
  }
  const { server } = bridged({ greeting: false, functions: [{ ...book, run }] })
  const stream = await TwilioStream.open(server)
  await stream.says(await speech('A table for two please'))
  await until(() => stream.of('mark').length > 0)
  await realtime.settled()
  expect(seen).toEqual([[{ seats: 2 }, 'CA1']])
  expect(realtime).toHaveReturnedFromFunction('book_table', { booked: true })
  expect(realtime.received('response.create')).toHaveLength(1)
  stream.hangsUp()
})

const bad: readonly (readonly [how: string, run: () => unknown, output: unknown])[] = [
  ['throws', () => Promise.reject(new Error('The kitchen is closed.')), { error: 'The kitchen is closed.' }],
  ['takes too long', () => new Promise(() => {}), { error: "'book_table' gave no result within 2000 ms." }],
  ['gives nothing', () => undefined, null],
  ['gives what is no JSON', () => 10n, { error: 'The result is no JSON: Do not know how to serialize a BigInt' }],
]

test.for(bad)('a function that %s is told to the model', async ([, run, output], { realtime }) => {
  realtime.respond('book', { when: 'table', call: { name: 'book_table', arguments: { seats: 2 } }, then: 'I am sorry.' })
  const { server } = bridged({ greeting: false, functions: [{ ...book, run }], functionTimeoutMs: 2000 })
  const stream = await TwilioStream.open(server)
  await stream.says(await speech('A table for two please'))
  await until(() => stream.of('mark').length > 0)
  expect(realtime).toHaveReturnedFromFunction('book_table', output)
  stream.hangsUp()
})

test('a function that is not there is an error of the model, not of the call', async ({ realtime }) => {
  realtime.respond('book', { when: 'table', call: { name: 'book_table', arguments: {} }, then: 'I am sorry.' })
  const { server } = bridged({ greeting: false, session: { tools: [{ type: 'function', ...book }] } })
  const stream = await TwilioStream.open(server)
  await stream.says(await speech('A table for two please'))
  await until(() => stream.of('mark').length > 0)
  expect(realtime).toHaveReturnedFromFunction('book_table', { error: "There is no function 'book_table'. Known: end_call." })
  stream.hangsUp()
})

test('two functions of one response: two results, one further response', async ({ realtime }) => {
  const call = [
    { name: 'book_table', arguments: { seats: 2 } },
    { name: 'book_table', arguments: { seats: 4 } },
  ]
  realtime.respond('book', { when: 'table', call, then: 'Both are booked.' })
  const run = async ({ seats }: Record<string, unknown>): Promise<unknown> => {
    await new Promise((resolve) => setTimeout(resolve, Number(seats) * 100))
    return { seats }
  }
  const { server } = bridged({ greeting: false, functions: [{ ...book, run }] })
  const stream = await TwilioStream.open(server)
  await stream.says(await speech('A table for two please'))
  await until(() => stream.of('mark').length > 0)
  await realtime.settled()
  const outputs = realtime.received('conversation.item.create').map(({ item }) => item)
  expect(outputs).toMatchObject([{ output: '{"seats":2}' }, { output: '{"seats":4}' }])
  expect(realtime.received('response.create')).toHaveLength(1)
  stream.hangsUp()
})

test('a function that takes long: the caller is asked to wait, then gets the answer', async ({ realtime }) => {
  const call = { name: 'book_table', arguments: { seats: 2 } }
  realtime.respond('book', { when: 'table', call, then: 'Done, a table for two.' })
  realtime.respond('wait', { when: { instructions: /wait a moment/ }, text: 'One moment.' })
  const run = async (): Promise<unknown> => {
    await new Promise((resolve) => setTimeout(resolve, 5000))
    return { booked: true }
  }
  const { server } = bridged({ greeting: false, functions: [{ ...book, run }], filler: {} })
  const stream = await TwilioStream.open(server)
  await stream.says(await speech('A table for two please'))
  await until(() => realtime.responses.length === 3)
  await realtime.settled()
  expect(realtime.responses.map(({ text }) => text)).toEqual(['', 'One moment.', 'Done, a table for two.'])
  expect(realtime.received('response.create')).toHaveLength(2)
  stream.hangsUp()
})

test('the result comes before the caller could be asked to wait: the answer comes, and nothing else', async ({ realtime }) => {
  const call = { name: 'book_table', arguments: { seats: 2 } }
  const text = 'Let me see, that is a good choice for this evening, I will have a look at the book for you.'
  realtime.respond('book', { when: 'table', text, call, then: 'Done, a table for two.' })
  realtime.respond('wait', { when: { instructions: /wait a moment/ }, text: 'One moment.' })
  // The response with the call is still being made when the function is slow, and when it is ready.
  realtime.fail({ delay: 'response.done', ms: 3000 }, { times: 1 })
  const run = async (): Promise<unknown> => {
    await new Promise((resolve) => setTimeout(resolve, 1000))
    return { booked: true }
  }
  const { server } = bridged({ greeting: false, functions: [{ ...book, run }], filler: { afterMs: 500 } })
  const stream = await TwilioStream.open(server)
  await stream.says(await speech('A table for two please'))
  await until(() => realtime.responses.length === 2)
  await realtime.settled()
  expect(realtime.responses.map((response) => response.text)).toEqual([text, 'Done, a table for two.'])
  expect(realtime.received('response.create').map(({ response }) => response)).toEqual([undefined])
  stream.hangsUp()
})

test('the caller hangs up while a function runs: it is told, and its result goes nowhere', async ({ realtime }) => {
  realtime.respond('book', { when: 'table', call: { name: 'book_table', arguments: { seats: 2 } } })
  const aborted: boolean[] = []
  const run = (_: unknown, { signal }: { signal: AbortSignal }): Promise<unknown> =>
    new Promise((_, reject) => {
      signal.addEventListener('abort', () => {
        aborted.push(true)
        reject(new Error('too late'))
      })
    })
  const { server } = bridged({ greeting: false, functions: [{ ...book, run }] })
  const stream = await TwilioStream.open(server)
  await stream.says(await speech('A table for two please'))
  await until(() => realtime.emitted('response.function_call_arguments.done').length === 1)
  stream.hangsUp()
  await until(() => aborted.length === 1)
  expect(realtime.received('conversation.item.create')).toEqual([])
})

test('the agent says goodbye and hangs up when all of it was heard', async ({ realtime }) => {
  const goodbye = 'Thank you very much for calling the clinic today, we are looking forward to seeing you on Tuesday. Goodbye!'
  realtime.respond('bye', { when: 'bye', call: { name: 'end_call', arguments: { reason: 'all done' } }, then: goodbye })
  const { server, bridge } = bridged({ greeting: false })
  const stream = await TwilioStream.open(server)
  await stream.says(await speech('That is all, bye'))
  await until(() => stream.closed !== undefined)
  expect(stream.closed).toEqual({ code: 1000, reason: 'all done' })
  expect(realtime.responses[1]).toHaveSaid(goodbye)
  const endAtMs = Date.now() - stream.startedAtMs
  const goodbyeMs = stream.sound.length / 8
  const firstAtMs = stream.of('media')[0]?.atMs ?? 0
  expect(endAtMs - firstAtMs).toBeGreaterThanOrEqual(goodbyeMs - 20)
  expect(endAtMs - firstAtMs).toBeLessThan(goodbyeMs + 300)
  expect(await bridge().ended).toEqual({ by: 'bridge', reason: 'all done' })
})

test('a goodbye that was said along with the decision is not said again', async ({ realtime }) => {
  realtime.respond('bye', { when: 'bye', text: 'Goodbye!', call: { name: 'end_call', arguments: {} } })
  const { server } = bridged({ greeting: false })
  const stream = await TwilioStream.open(server)
  await stream.says(await speech('That is all, bye'))
  await until(() => stream.closed !== undefined)
  expect(realtime.responses).toHaveLength(1)
})

test('a reason of any length and script ends the call', async ({ realtime }) => {
  const reason = `a${'é'.repeat(200)}`
  realtime.respond('bye', { text: 'Goodbye.', call: { name: 'end_call', arguments: { reason } } })
  const { server, bridge } = bridged()
  const stream = await TwilioStream.open(server)
  await until(() => stream.closed !== undefined)
  expect(stream.closed).toEqual({ code: 1000, reason: `a${'é'.repeat(61)}` })
  expect(await bridge().ended).toEqual({ by: 'bridge', reason })
})

test('the caller who speaks up during the goodbye keeps the call', async ({ realtime }) => {
  const goodbye = 'Thank you very much for calling the clinic today, we are looking forward to seeing you on Tuesday. Goodbye!'
  realtime.respond('bye', { when: 'bye', call: { name: 'end_call', arguments: {} }, then: goodbye })
  realtime.respond('hours', { when: 'hours', text: 'From eight to six.' })
  const { server } = bridged({ greeting: false })
  const stream = await TwilioStream.open(server)
  await stream.says(await speech('That is all, bye'))
  await until(() => stream.heardMs > 1000)
  await stream.says(await speech('Wait, what are your hours'))
  await until(() => realtime.responses.length === 3)
  await pause(25_000)
  expect(stream.closed).toBeUndefined()
  stream.hangsUp()
})

test('a goodbye without an end is cut', async ({ realtime }) => {
  const goodbye = 'Thank you very much for calling the clinic today, we are looking forward to seeing you on Tuesday. Goodbye!'
  realtime.respond('bye', { when: 'bye', call: { name: 'end_call', arguments: {} }, then: goodbye })
  const { server } = bridged({ greeting: false, endCall: { capMs: 3000 } })
  const stream = await TwilioStream.open(server)
  await stream.says(await speech('That is all, bye'))
  await until(() => stream.closed !== undefined)
  expect(stream.heardMs).toBeGreaterThan(2500)
  expect(Date.now() - stream.startedAtMs).toBeLessThan(8000)
})

test('without the function the model cannot hang up', async ({ realtime }) => {
  realtime.respondOnce('greeting', 'Hello.')
  const { server } = bridged({ endCall: { tool: false } })
  const stream = await TwilioStream.open(server)
  await until(() => stream.of('mark').length > 0)
  expect(realtime.session.config).toMatchObject({ tools: [] })
  stream.hangsUp()
})
