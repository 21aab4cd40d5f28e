// The model's side fails, ages, or never comes: what the caller notices.

import { expect, silence, speech, test } from 'vitest-realtime'
import { bridged } from './support/bridged.ts'
import { drive, pause, TwilioStream, until } from './support/twilio-stream.ts'

test.beforeEach(({ clock }) => drive(clock))

test('a session that is lost is opened again, and knows what was said', async ({ realtime }) => {
  realtime.respondOnce('greeting', 'Hello, which day suits you?')
  realtime.respond('day', { when: 'Tuesday', text: 'Tuesday it is.' })
  realtime.respond('again', { when: 'Wednesday', text: 'Wednesday, then.' })
  const { server, bridge } = bridged()
  const stream = await TwilioStream.open(server)
  await until(() => stream.of('mark').length > 0)
  await pause(3000)
  await stream.says(await speech('On Tuesday please'))
  await until(() => realtime.responses.length === 2)
  await pause(3000)
  realtime.session.terminate()
  await stream.says(await speech('No, Wednesday'))
  await until(() => realtime.responses.length === 3)
  await realtime.settled()
  const [, second] = realtime.sessions
  expect(second?.conversation.slice(0, 3)).toMatchObject([
    { role: 'assistant', text: 'Hello, which day suits you?' },
    { role: 'user', text: expect.stringMatching(/Tuesday/i) },
    { role: 'assistant', text: 'Tuesday it is.' },
  ])
  expect(realtime.responses[2]).toSelectResponse('again')
  expect(bridge().metrics).toMatchObject({ reconnects: 1, droppedCallerBytes: 0 })
  stream.hangsUp()
})

test('a session that is lost in the middle of an answer gives another one', async ({ realtime }) => {
  realtime.respond(
    'long',
    'We are open on Monday, Tuesday, Wednesday, Thursday, Friday and on every second Saturday of the month.',
  )
  const { server } = bridged()
  const stream = await TwilioStream.open(server)
  await until(() => stream.of('mark').length > 2)
  realtime.session.terminate()
  await until(() => realtime.responses.length === 2)
  expect(realtime.received('response.create')).toHaveLength(2)
  await realtime.settled()
  stream.hangsUp()
})

test('an answer of a lost session is not cut in the new one, where it is a text', async ({ realtime }) => {
  realtime.respondOnce(
    'long',
    'We are open on Monday, Tuesday, Wednesday, Thursday, Friday and on every second Saturday of the month.',
  )
  realtime.respond('day', { when: 'Tuesday', text: 'Tuesday it is.' })
  const { server, bridge } = bridged()
  const stream = await TwilioStream.open(server)
  await until(() => realtime.emitted('response.done').length === 1)
  realtime.session.terminate()
  await stream.says(await speech('On Tuesday please', { leadMs: 0 }))
  await until(() => realtime.responses.some(({ name, status }) => name === 'day' && status === 'completed'))
  expect(stream.of('clear')).toHaveLength(1)
  expect(realtime.received('conversation.item.truncate')).toEqual([])
  expect(realtime).toHaveNoErrors()
  expect(bridge().transcript[0]?.text).toMatch(/^We are open/)
  expect(bridge().transcript[0]?.text).not.toMatch(/month/)
  stream.hangsUp()
})

test('a service that refuses the key is not asked again: the call is over', async ({ realtime }) => {
  realtime.fail({ connect: 401 })
  const { server, log } = bridged()
  const stream = await TwilioStream.open(server)
  await until(() => stream.closed !== undefined)
  expect(stream.closed?.code).toBe(1011)
  expect(log.at(-2)).toMatch(/there is no model: the upgrade was answered with 401/)
})

test('a service that is gone for good: the caller hears the apology, then the call is over', async ({ realtime }) => {
  realtime.fail({ connect: 503 }, { times: 10 })
  const { server, bridges } = bridged({ apology: silence(700), reconnect: { attempts: 2 } })
  const stream = await TwilioStream.open(server)
  await until(() => stream.closed !== undefined)
  expect(stream.sound.length).toBe(5600)
  expect(stream.closed?.code).toBe(1011)
  expect(stream.of('media')[0]?.atMs).toBeGreaterThanOrEqual(750)
  expect(bridges).toEqual([])
})

test('a session that is refused ends the call and says why', async ({ realtime }) => {
  const { server, log } = bridged({ session: { audio: { output: { voice: 'nobody' } } } })
  const stream = await TwilioStream.open(server)
  await until(() => stream.closed !== undefined)
  expect(log.join('\n')).toMatch(/the session was refused: .*nobody/)
  expect(realtime).toHaveEmitted('error')
})

test('a service that drops each session at once is not asked for ever', async ({ realtime }) => {
  realtime.fail({ close: 1011 }, { at: 'response.created', times: 50 })
  const { server, bridge, log } = bridged()
  const stream = await TwilioStream.open(server)
  await until(() => stream.closed !== undefined)
  expect(stream.closed?.code).toBe(1011)
  expect(bridge().metrics.reconnects).toBe(3)
  expect(log.at(-2)).toMatch(/there is no model: closed with 1011/)
})

test('a protected greeting that fails leaves a caller who is answered', async ({ realtime }) => {
  realtime.fail({ response: 'server_error' }, { times: 1 })
  realtime.respond('day', { when: 'Tuesday', text: 'Tuesday it is.' })
  const { server } = bridged({ greeting: { isInterruptible: false } })
  const stream = await TwilioStream.open(server)
  await until(() => realtime.responses.length === 1)
  await stream.says(await speech('On Tuesday please'))
  await until(() => realtime.responses.some(({ name, status }) => name === 'day' && status === 'completed'))
  await realtime.settled()
  stream.hangsUp()
})

test('a session that fails by a fault of the service is asked for again', async ({ realtime }) => {
  realtime.fail({ error: 'server_error' }, { at: 'session.created', times: 1 })
  realtime.respond('greeting', 'Hello.')
  const { server, bridge } = bridged()
  const stream = await TwilioStream.open(server)
  await until(() => stream.of('mark').length > 0)
  expect(bridge().metrics.reconnects).toBe(1)
  stream.hangsUp()
})

test('an old session is replaced between two turns, and the conversation goes on', async ({ realtime }) => {
  realtime.respondOnce('greeting', 'Hello, which day suits you?')
  realtime.respond('day', { when: 'Tuesday', text: 'Tuesday it is.' })
  const { server, bridge } = bridged({ rotateAfterMs: 5000 })
  const stream = await TwilioStream.open(server)
  await until(() => realtime.sessions.length === 2)
  await until(() => realtime.received('conversation.item.create').length === 1)
  await stream.says(await speech('On Tuesday please'))
  await until(() => realtime.responses.length === 2)
  await realtime.settled()
  expect(realtime.responses[1]).toSelectResponse('day')
  expect(realtime.received('response.create')).toHaveLength(1)
  expect(bridge().metrics).toMatchObject({ reconnects: 0, droppedCallerBytes: 0 })
  expect(bridge().metrics.rotations).toBeGreaterThan(0)
  stream.hangsUp()
})

test('a session is not replaced while somebody speaks', async ({ realtime }) => {
  const long = 'We are open on Monday, Tuesday, Wednesday, Thursday, Friday and on every second Saturday of the month.'
  realtime.respondOnce('greeting', long)
  const { server } = bridged({ rotateAfterMs: 1000 })
  const stream = await TwilioStream.open(server)
  await until(() => realtime.sessions.length === 2)
  expect(Date.now() - stream.startedAtMs).toBeGreaterThan(stream.sound.length / 8)
  expect(stream.of('clear')).toEqual([])
  stream.hangsUp()
})

test('sound that waits for a session is bounded, and what is dropped is told', async ({ realtime }) => {
  realtime.fail({ connect: 'timeout' })
  const { server, bridge } = bridged({ greeting: false, queueMs: 1000 })
  const stream = await TwilioStream.open(server)
  await until(() => realtime.sessions.length === 1)
  await until(() => realtime.received('input_audio_buffer.append').length > 0)
  expect(bridge().metrics.droppedCallerBytes).toBeGreaterThan(8000)
  stream.hangsUp()
})

test('silence is made up where the platform sends none, so that a turn ends', async ({ realtime }) => {
  realtime.respond('day', { when: 'Tuesday', text: 'Tuesday it is.' })
  const { server } = bridged({ greeting: false })
  const stream = await TwilioStream.open(server, { sendsSilence: false })
  await pause(300)
  const spoken = await speech('On Tuesday please', { trailMs: 0 })
  await stream.saysAlone(spoken)
  await until(() => realtime.responses.length === 1)
  expect(realtime.responses[0]).toSelectResponse('day')
  stream.hangsUp()
})
