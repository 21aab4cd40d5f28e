// The caller takes the turn: what stops, what the model is told, and what must not happen.

import { expect, speech, test } from 'vitest-realtime'
import { bridged } from './support/bridged.ts'
import { drive, pause, TwilioStream, until } from './support/twilio-stream.ts'

test.beforeEach(({ clock }) => drive(clock))

const menu = 'Welcome to the clinic. For appointments press one, for prescriptions press two, or stay on the line for a person.'

test('interrupted after the model had said it all: clear, and truncated at what was heard', async ({ realtime }) => {
  realtime.respondOnce('menu', menu)
  realtime.respond('person', { when: 'person', text: 'One moment.' })
  const { server, bridge } = bridged()
  const stream = await TwilioStream.open(server, { markEchoMs: 40 })
  await until(() => realtime.emitted('response.done').length === 1)
  await pause(1000)
  await stream.says(await speech('Can I talk to a person'))
  await until(() => stream.of('clear').length > 0)
  const heardMs = stream.heardMs
  await realtime.settled()
  const cuts = realtime.received('conversation.item.truncate')
  expect(cuts).toHaveLength(1)
  expect(Math.abs((cuts[0]?.audio_end_ms ?? 0) - heardMs)).toBeLessThanOrEqual(120)
  expect(realtime.received('response.cancel')).toHaveLength(0)
  expect(realtime.responses[1]).toSelectResponse('person')
  expect(bridge().metrics.truncations).toHaveLength(1)
  expect(bridge().metrics.bargeInMs[0]).toBeLessThan(400)
  stream.hangsUp()
})

test('interrupted while the model still speaks: nothing of that answer is sent after the clear', async ({ realtime }) => {
  realtime.respondOnce('menu', `${menu} ${menu}`)
  realtime.respond('person', { when: 'person', text: 'One moment.' })
  const { server } = bridged()
  const stream = await TwilioStream.open(server)
  await until(() => stream.heardMs > 200)
  await stream.says(await speech('A person please', { leadMs: 0 }))
  await until(() => stream.of('clear').length > 0)
  await realtime.settled()
  const answer = realtime.emitted('response.created')[1]
  expect(answer).toBeDefined()
  const [first, second] = realtime.responses
  expect(first?.status).toBe('cancelled')
  expect(second).toSelectResponse('person')
  const clearAt = stream.messages.findIndex(({ event }) => event === 'clear')
  const marks = stream.messages.slice(clearAt).filter(({ event }) => event === 'mark')
  const cut = realtime.received('conversation.item.truncate')[0]?.item_id ?? ''
  expect(marks.every(({ mark }) => !(mark as { name: string }).name.startsWith(cut))).toBe(true)
  stream.hangsUp()
})

test('a caller who speaks while nothing plays clears and truncates nothing', async ({ realtime }) => {
  realtime.respondOnce('greeting', 'Hello.')
  realtime.respond('day', { when: 'appointment', text: 'Which day?' })
  const { server } = bridged()
  const stream = await TwilioStream.open(server, { markEchoMs: 40 })
  await until(() => stream.of('mark').length > 0)
  await pause(3000)
  await stream.says(await speech('I need an appointment'))
  await until(() => realtime.responses.length === 2)
  await realtime.settled()
  expect(stream.of('clear')).toHaveLength(0)
  expect(realtime.received('conversation.item.truncate')).toHaveLength(0)
  stream.hangsUp()
})

test('the second answer is truncated at its own time, the first one is left alone', async ({ realtime }) => {
  realtime.respondOnce('greeting', 'Hello.')
  realtime.respond('menu', { when: 'hours', text: menu })
  realtime.respond('person', { when: 'person', text: 'One moment.' })
  const { server } = bridged()
  const stream = await TwilioStream.open(server)
  await until(() => stream.of('mark').length > 0)
  await pause(3000)
  await stream.says(await speech('What are your hours'))
  await until(() => realtime.emitted('response.done').length === 2)
  const greetingMs = stream.sound.length / 8 - (realtime.responses[1] ? menuMs(realtime) : 0)
  await pause(600)
  await stream.says(await speech('A person please'))
  await until(() => stream.of('clear').length > 0)
  const [cut, ...others] = realtime.received('conversation.item.truncate')
  expect(others).toEqual([])
  expect(Math.abs((cut?.audio_end_ms ?? 0) - (stream.heardMs - greetingMs))).toBeLessThanOrEqual(120)
  await realtime.settled()
  stream.hangsUp()
})

function menuMs(realtime: {
  emitted(type: 'response.output_audio.delta'): readonly { response_id: string; delta: string }[]
}): number {
  const deltas = realtime.emitted('response.output_audio.delta')
  const last = deltas.at(-1)?.response_id
  return deltas
    .filter(({ response_id: id }) => id === last)
    .reduce((ms, { delta }) => ms + Buffer.from(delta, 'base64').length / 8, 0)
}

test('marks that come back because of the clear count for nothing', async ({ realtime }) => {
  realtime.respondOnce('menu', menu)
  realtime.respond('person', { when: 'person', text: menu })
  const { server, bridge } = bridged()
  const stream = await TwilioStream.open(server)
  await until(() => realtime.emitted('response.done').length === 1)
  await stream.says(await speech('A person please'))
  await until(() => realtime.emitted('response.done').length === 2)
  await pause(500)
  await stream.says(await speech('A person please'))
  await until(() => stream.of('clear').length === 2)
  await realtime.settled()
  const [first, second] = bridge().metrics.truncations
  expect(first?.itemId).not.toBe(second?.itemId)
  expect(second?.heardMs).toBeLessThan(second?.givenMs ?? 0)
  expect(realtime).toHaveNoErrors()
  stream.hangsUp()
})

test('a protected greeting is heard to its end, then the caller may interrupt', async ({ realtime }) => {
  realtime.respondOnce('menu', menu)
  realtime.respond('person', { when: 'person', text: menu })
  const { server } = bridged({ greeting: { isInterruptible: false } })
  const stream = await TwilioStream.open(server)
  await until(() => stream.heardMs > 500)
  const updates = (): unknown[] =>
    realtime
      .received('session.update')
      .map(
        ({ session }) => (session as { audio?: { input?: { turn_detection?: { interrupt_response?: boolean } } } }).audio?.input,
      )
      .map((input) => input?.turn_detection?.interrupt_response)
  expect(updates()).toEqual([false])
  await until(() => updates().length === 2)
  expect(updates()).toEqual([false, true])
  expect(stream.of('clear')).toHaveLength(0)
  await stream.says(await speech('A person please'))
  await until(() => realtime.emitted('response.done').length === 2)
  await stream.says(await speech('A person please'))
  await until(() => stream.of('clear').length === 1)
  stream.hangsUp()
})

test('what the caller says into a protected greeting is answered after it, once, and is no error', async ({ realtime }) => {
  realtime.respondOnce('menu', menu)
  realtime.respondOnce('person', { when: 'person', text: 'One moment.' })
  const { server } = bridged({ greeting: { isInterruptible: false } })
  const stream = await TwilioStream.open(server)
  await until(() => stream.heardMs > 500)
  await stream.says(await speech('A person please'))
  await until(() => realtime.emitted('response.done').length === 2)
  await realtime.settled()
  expect(realtime.responses.map(({ name, status }) => [name, status])).toEqual([
    ['menu', 'completed'],
    ['person', 'completed'],
  ])
  expect(stream.of('clear')).toHaveLength(0)
  expect(realtime.session.config).toMatchObject({
    audio: { input: { turn_detection: { interrupt_response: true, create_response: true } } },
  })
  stream.hangsUp()
})

test('a key stops the agent where that is wanted', async ({ realtime }) => {
  realtime.respondOnce('menu', menu)
  realtime.respond('one', { when: { keys: '1' }, text: 'Appointments.' })
  const { server } = bridged({ keypad: { stopsPlayback: true } })
  const stream = await TwilioStream.open(server)
  await until(() => stream.heardMs > 500)
  stream.presses('1')
  await until(() => stream.of('clear').length === 1)
  await until(() => realtime.responses.length === 2)
  await realtime.settled()
  expect(realtime.received('conversation.item.truncate')).toHaveLength(1)
  expect(realtime.responses[1]).toSelectResponse('one')
  stream.hangsUp()
})

test.for([0, 60, 200, 350])(
  'a caller who speaks %i ms after the pick-up is answered, greeting or not',
  async (afterMs, { realtime }) => {
    realtime.respondOnce('menu', menu)
    realtime.respond('person', { when: 'person', text: 'One moment.' })
    const { server } = bridged()
    const stream = await TwilioStream.open(server)
    await pause(afterMs)
    await stream.says(await speech('Can I talk to a person', { leadMs: 0 }))
    await until(() => realtime.responses.some(({ name, status }) => name === 'person' && status === 'completed'))
    await realtime.settled()
    expect(realtime).toHaveNoErrors()
    const heard = realtime.responses.map(({ name }) => name)
    expect(heard).toEqual(['menu', 'person'])
    stream.hangsUp()
  },
)
