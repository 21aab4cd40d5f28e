// Two models that talk: who ends it, and what the socket is told.

import { expect, test } from 'vitest-realtime'
import { DualAgentBridge } from 'vitest-realtime/telephony'
import { bridged } from './support/bridged.ts'
import { drive, openSocket, pause, until } from './support/twilio-stream.ts'

test.beforeEach(({ clock }) => drive(clock))

test('the caller hangs up when its goodbye would have been heard', async ({ realtime }) => {
  const caller = realtime.for({ instructions: /caller on the telephone/ })
  realtime.for({ instructions: /service desk/ }).respond('desk', 'A new card is on its way.')
  caller.respond('bye', { call: { name: 'hang_up', arguments: {} }, text: 'Thank you, goodbye.' })
  const talk = new DualAgentBridge(undefined, {})
  await until(() => talk.isOver)
  expect(await talk.ended).toEqual({ reason: 'The caller hung up.' })
  expect(talk.turns.map(({ speaker }) => speaker)).toEqual(['agent', 'caller'])
  expect(realtime.sessions.every(({ open }) => !open)).toBe(true)
})

test('all turns taken, and a function of the agent', async ({ realtime }) => {
  const agent = realtime.for({ instructions: /service desk/ })
  agent.respond('look', { times: 1, call: { name: 'look_up', arguments: {} }, then: 'Your card was sent.' })
  realtime.for({ instructions: /caller on the telephone/ }).respond('ask', 'Where is my card?')
  const talk = new DualAgentBridge(undefined, { maxTurns: 2, functions: [{ name: 'look_up', run: () => ({ sent: true }) }] })
  await until(() => talk.isOver)
  expect(await talk.ended).toEqual({ reason: 'All turns were taken.' })
  expect(talk.turns.map(({ text }) => text)).toEqual(['Your card was sent.', 'Where is my card?'])
  expect(agent).toHaveReturnedFromFunction('look_up', { sent: true })
})

test('a turn lasts as long as it would be heard', async ({ realtime, clock }) => {
  realtime.respond('talk', 'We are open on Monday, Tuesday, Wednesday, Thursday, Friday and on every second Saturday.')
  const talk = new DualAgentBridge(undefined, { maxTurns: 3 })
  await until(() => talk.isOver)
  const soundMs = talk.turns.reduce((sum, turn) => sum + turn.soundMs, 0)
  expect(soundMs).toBeGreaterThan(9000)
  expect(clock.now()).toBeGreaterThanOrEqual(soundMs)
})

test('a model that is lost ends it', async ({ realtime }) => {
  realtime.fail({ connect: 401 })
  realtime.respond('talk', 'Hello.')
  const talk = new DualAgentBridge(undefined, {})
  await until(() => talk.isOver)
  expect((await talk.ended).reason).toMatch(/^The model of the (?:agent|caller) is lost: the upgrade was answered with 401$/)
})

test('the socket is told what is said; closing it ends the conversation', async ({ realtime }) => {
  realtime.respond('talk', 'Hello there.')
  const { server } = bridged()
  const socket = openSocket(server, '/agent-conversation')
  const types: string[] = []
  socket.on('message', (data) => types.push((JSON.parse(String(data)) as { type: string }).type))
  await until(() => types.includes('turn'))
  expect(types[0]).toBe('audio')
  socket.close()
  await until(() => realtime.sessions.every(({ open }) => !open))
  await pause(100)
})
