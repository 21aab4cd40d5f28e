// Flows of one service, from the wire: digressions, wrong turns, calls, ends.

import { expect, test } from 'vitest'
import { verdictOf } from '../../src/doors/story.ts'
import { openService } from './support/open-service.ts'

const booking = {
  states: {
    ask: [{ says: 'table', reply: 'For how many?', to: 'seats' }],
    seats: [
      { says: /(?<seats>\d+|two)/, reply: { call: { name: 'book', arguments: { seats: 2 } }, then: 'Booked.' }, to: 'name' },
      { says: 'hm', reply: 'How many?' },
    ],
    name: [
      {
        says: /i am (?<name>\w+)/i,
        reply: ({ captured }: { captured: Record<string, string> }) => `${captured.name}: ${captured.seats}.`,
        to: 'end',
      },
    ],
  },
}

async function open() {
  const opened = openService({ latency: 'instant' })
  const app = await opened.open()
  app.send({ type: 'session.update', session: { type: 'realtime', output_modalities: ['text'] } })
  const ask = async (text: string) => {
    opened.service.run(() => app.say(text))
    return (await opened.realtime.nextResponse()).text
  }
  return { ...opened, [Symbol.asyncDispose]: () => opened.service.close(), app, ask }
}

test('a conversation goes through a flow, with a loop, a call, a digression and slots', async () => {
  await using world = await open()
  const { realtime, app, ask } = world
  const flow = realtime.flow('booking', booking)
  realtime.respond('hours', { when: 'open', text: 'From nine.' })
  realtime.respond('any', 'What?')
  expect(await ask('A table')).toBe('For how many?')
  expect(await ask('hm')).toBe('How many?')
  expect(await ask('When do you open')).toBe('From nine.')
  expect(flow.state).toBe('seats')
  await ask('two')
  const [call] = realtime.responses.at(-1)?.calls ?? []
  expect(call).toMatchObject({ name: 'book' })
  const { item } = realtime.emitted('response.output_item.done').at(-1) as never as { item: { call_id: string } }
  app.send({ type: 'conversation.item.create', item: { type: 'function_call_output', call_id: item.call_id, output: 'ok' } })
  app.send({ type: 'response.create' })
  expect((await realtime.nextResponse()).text).toBe('Booked.')
  expect(await ask('I am Ada')).toBe('Ada: two.')
  expect(flow).toMatchObject({ finished: true, captured: { name: 'Ada', seats: 'two' }, coverage: { missing: [] } })
  expect(flow.used).toHaveLength(4)
  expect(realtime.responses[0]?.why).toMatchObject({ chosen: 'booking', candidates: [{ name: 'booking', score: 10 }, {}, {}] })
  expect(verdictOf(world.service, [])).toEqual([])
})

test('a wrong turn fails the wait with the path, although a reply to anything is there', async () => {
  await using world = await open()
  world.realtime.respond('any', 'What?')
  world.realtime.flow('booking', booking)
  await world.ask('A table')
  await expect(world.ask('Goodbye')).rejects.toThrow("[RTK_FLOW] flow 'booking': turn 2 leaves it.")
  expect(verdictOf(world.service, []).map(({ message }) => message.split('\n')[0])).toEqual([
    "[RTK_FLOW] flow 'booking': turn 2 leaves it.",
  ])
})

test('before it has begun, a reply to anything may answer; alone, it is told as a flow', async () => {
  await using world = await open()
  const any = world.realtime.respond('any', 'What?')
  world.realtime.flow('booking', booking)
  expect(await world.ask('Goodbye')).toBe('What?')
  any.remove()
  await expect(world.ask('Goodbye')).rejects.toThrow('path so far: none, it has not begun')
})

test('a flow that stopped makes the test red, with its coverage in the story', async () => {
  await using world = await open()
  world.realtime.flow('booking', booking)
  await world.ask('A table')
  const [problem, ...others] = verdictOf(world.service, [])
  expect(others).toEqual([])
  expect(problem?.message).toContain("[RTK_FLOW] flow 'booking' stopped in the middle, in state 'seats'.")
  expect(problem?.message).toContain("Flow 'booking': 1 of 4 steps taken, 2 of 4 states visited.")
})

test('an event of the app moves it on', async () => {
  await using world = await open()
  const flow = world.realtime.flow('hold', {
    states: {
      talk: [{ says: 'wait', reply: 'I wait.', to: 'waiting' }],
      waiting: [{ event: 'input_audio_buffer.clear', reply: 'Here you are.', to: 'end' }],
    },
  })
  await world.ask('wait')
  world.app.send({ type: 'input_audio_buffer.clear' })
  world.app.send({ type: 'response.create' })
  expect((await world.realtime.nextResponse()).text).toBe('Here you are.')
  expect(flow.finished).toBe(true)
})

test('a removed flow takes no part any more', async () => {
  await using world = await open()
  world.realtime.flow('booking', booking).remove()
  world.realtime.respond('any', 'What?')
  expect(await world.ask('A table')).toBe('What?')
  expect(verdictOf(world.service, [])).toEqual([])
})

test('a flow is not replaced in the middle: its name is taken, for flows and for replies', async () => {
  await using world = await open()
  const { realtime } = world
  const states = { ask: [{ reply: 'x', to: 'end' }] }
  const first = realtime.flow('booking', { states, unfinished: 'allow' })
  expect(() => realtime.flow('booking', { states })).toThrow(
    /\[RTK_REPLY\] flow 'booking': a flow of that name is there already \(.*flow\.test\.ts:\d+.*\)\. Flows replace nothing.*\n.*`remove\(\)`/,
  )
  expect(() => realtime.respond('booking', 'x')).toThrow("reply 'booking': a flow of that name is there already")
  realtime.respond('menu', 'Soup.')
  expect(() => realtime.flow('menu', { states })).toThrow("flow 'menu': a reply of that name is there already")
  first.remove()
  expect(() => realtime.flow('booking', { states, unfinished: 'allow' })).not.toThrow()
})

test('a reply of a flow that fails is told with its state and its step', async () => {
  await using world = await open()
  const fail = () => {
    throw new Error('no seats')
  }
  world.realtime.flow('booking', {
    states: {
      ask: [
        { says: 'hm', reply: 'x' },
        { says: 'table', reply: fail, to: 'end' },
      ],
    },
    unfinished: 'allow',
  })
  await expect(world.ask('a table')).rejects.toThrow(
    '[RTK_REPLY] the function of reply \'booking.ask[1]: says "table"\' failed: Error: no seats',
  )
})

test('so is one that streams, and one that gives what is no reply', async () => {
  await using world = await open()
  const stream = async function* () {
    yield 'One'
    throw new Error('lost')
  }
  const { remove } = world.realtime.flow('news', { states: { go: [{ reply: stream, to: 'end' }] }, unfinished: 'allow' })
  await expect(world.ask('go')).rejects.toThrow("the function of reply 'news.go[0]: anything' failed: Error: lost")
  remove()
  await using other = await open()
  other.realtime.flow('sum', { states: { go: [{ reply: async () => 5 as never, to: 'end' }] }, unfinished: 'allow' })
  await expect(other.ask('go')).rejects.toThrow("what the function of reply 'sum.go[0]: anything' returned: must be")
})

test('flows of the options stand behind those of the test, and end as they do', async () => {
  const flows = {
    booking,
    hours: { states: { ask: [{ says: 'open', reply: 'From nine.', to: 'end' }] }, unfinished: 'allow' },
  } as const
  const opened = openService({ latency: 'instant', flows })
  await using _ = { [Symbol.asyncDispose]: () => opened.service.close() }
  const app = await opened.open()
  app.send({ type: 'session.update', session: { type: 'realtime', output_modalities: ['text'] } })
  opened.service.run(() => app.say('When do you open?'))
  expect((await opened.realtime.nextResponse()).text).toBe('From nine.')
  expect(verdictOf(opened.service, []).map(({ message }) => message.split('\n')[0])).toEqual([
    "[RTK_FLOW] flow 'booking' never began. It waits for:",
  ])
  const own = opened.realtime.flow('booking', { states: { ask: [{ says: 'table', reply: 'Full.', to: 'end' }] } })
  opened.service.run(() => app.say('A table'))
  expect((await opened.realtime.nextResponse()).text).toBe('Full.')
  expect(own.finished).toBe(true)
  expect(verdictOf(opened.service, [])).toEqual([])
})

test("with `onUnmatched: 'fallback'` a wrong turn is answered, and told", async () => {
  const opened = openService({ latency: 'instant', onUnmatched: 'fallback', fallback: 'Pardon?' })
  await using _ = { [Symbol.asyncDispose]: () => opened.service.close() }
  const app = await opened.open()
  app.send({ type: 'session.update', session: { type: 'realtime', output_modalities: ['text'] } })
  opened.realtime.flow('booking', { ...booking, unfinished: 'allow' })
  opened.service.run(() => app.say('A table'))
  await opened.realtime.nextResponse()
  opened.service.run(() => app.say('Goodbye'))
  await expect(opened.realtime.nextResponse()).rejects.toThrow("flow 'booking': turn 2 leaves it.")
  await opened.service.clock.quiet()
  expect(opened.realtime.responses.at(-1)?.text).toBe('Pardon?')
})
