// A call through the bridge of Twilio, in virtual time: first words, greeting, turns, keys, the end.

import { expect, speech, test } from 'vitest-realtime'
import { createBridgeServer } from '../../src/bridges/bridge-server.ts'
import { bridged } from './support/bridged.ts'
import { drive, pause, TwilioStream, until } from './support/twilio-stream.ts'

test.beforeEach(({ clock }) => drive(clock))

test('mu-law passes as it is, and the agent speaks first', async ({ realtime }) => {
  realtime.respondOnce('greeting', 'Hello there.')
  const stream = await TwilioStream.open(createBridgeServer({ insecure: true }))
  await until(() => stream.of('mark').length > 0)
  await realtime.settled()
  expect(realtime.received('session.update')[0]).toMatchObject({
    session: { audio: { input: { format: { type: 'audio/pcmu' } }, output: { format: { type: 'audio/pcmu' } } } },
  })
  const frames = stream.of('media').map(({ media }) => Buffer.from((media as { payload: string }).payload, 'base64').length)
  expect(new Set(frames.slice(0, -1))).toEqual(new Set([160]))
  const deltas = realtime.emitted('response.output_audio.delta').map(({ delta }) => Buffer.from(delta, 'base64'))
  expect(stream.sound.equals(Buffer.concat(deltas))).toBe(true)
  stream.hangsUp()
})

test('words that are said before the session is ready are not lost', async ({ realtime }) => {
  realtime.respond('booked', { when: /table for two/i, text: 'Done.' })
  const { server } = bridged({ greeting: false })
  const stream = await TwilioStream.open(server)
  await stream.says(await speech('A table for two please', { leadMs: 0 }))
  await until(() => stream.of('mark').length > 0)
  expect(realtime.responses[0]).toSelectResponse('booked')
  const first = realtime.received('input_audio_buffer.append')[0]
  expect(Buffer.from(first?.audio ?? '', 'base64').length).toBe(160)
  stream.hangsUp()
})

test('the greeting has its own instructions', async ({ realtime }) => {
  realtime.respondOnce('greeting', 'Good morning.')
  const { server } = bridged({ greeting: 'Say good morning.' })
  const stream = await TwilioStream.open(server)
  await until(() => stream.of('mark').length > 0)
  expect(realtime.received('response.create')[0]).toMatchObject({ response: { instructions: 'Say good morning.' } })
  stream.hangsUp()
})

test('keys are told as one text, and answered once', async ({ realtime }) => {
  realtime.respond('account', { when: { keys: '4417#' }, text: 'Thank you.' })
  const { server } = bridged({ greeting: false })
  const stream = await TwilioStream.open(server)
  await pause(500)
  stream.presses('44')
  await pause(300)
  stream.presses('17#')
  await until(() => stream.of('mark').length > 0)
  await realtime.settled()
  expect(realtime.received('response.create')).toHaveLength(1)
  expect(realtime.responses[0]).toSelectResponse('account')
  stream.hangsUp()
})

test('keys without an end are told after a pause; what is no key is a problem of the platform', async ({ realtime }) => {
  realtime.respond('one', { when: { keys: '1' }, text: 'Appointments.' })
  const { server, bridge } = bridged({ greeting: false })
  const stream = await TwilioStream.open(server)
  await pause(500)
  stream.presses('x1')
  await until(() => stream.of('mark').length > 0)
  expect(bridge().problems).toEqual(["'x' is no key"])
  stream.hangsUp()
})

test('the caller hangs up: the model session is closed, and so is the call', async ({ realtime }) => {
  realtime.respondOnce('greeting', 'Hello there.')
  const { server, bridge } = bridged()
  const stream = await TwilioStream.open(server)
  await until(() => stream.of('mark').length > 0)
  stream.hangsUp()
  expect(await bridge().ended).toEqual({ by: 'caller', reason: 'Twilio sent stop: the call is over.' })
  await realtime.settled()
  expect(realtime.sessions[0]?.open).toBe(false)
  expect(bridge().state.state).toBe('over')
})

test('a stream that is dropped ends the call too', async ({ realtime }) => {
  realtime.respondOnce('greeting', 'Hello there.')
  const { server, bridge } = bridged()
  const stream = await TwilioStream.open(server)
  await until(() => stream.of('mark').length > 0)
  stream.socket.terminate()
  expect(await bridge().ended).toMatchObject({ by: 'platform' })
})

test('two calls through one server have nothing in common', async ({ realtime }) => {
  realtime.respond('one', { when: { keys: '1#' }, text: 'Appointments, of course.' })
  realtime.respond('two', { when: { keys: '2#' }, text: 'Prescriptions.' })
  const { server, bridges } = bridged({ greeting: false })
  const [first, second] = await Promise.all(['CA1', 'CA2'].map((callSid) => TwilioStream.open(server, { callSid })))
  await pause(500)
  first?.presses('1#')
  second?.presses('2#')
  await until(() => (first?.of('mark').length ?? 0) > 0 && (second?.of('mark').length ?? 0) > 0)
  await realtime.settled()
  expect(bridges.map(({ callId }) => callId)).toEqual(['CA1', 'CA2'])
  expect(bridges.map(({ transcript }) => transcript.map(({ text }) => text))).toEqual([
    ['The caller pressed 1#.', 'Appointments, of course.'],
    ['The caller pressed 2#.', 'Prescriptions.'],
  ])
  first?.hangsUp()
  await bridges[0]?.ended
  expect(bridges[1]?.isOver).toBe(false)
  second?.hangsUp()
})

test.for([
  ['no JSON', 'hello', 'Twilio sent no JSON object: hello'],
  ['a list', '[1]', 'Twilio sent no JSON object: [1]'],
  ['a binary frame', Buffer.from([1, 2]), 'Twilio sent a binary frame'],
  ['an unknown event', { event: 'toString' }, 'Twilio sent an unknown event: toString'],
  ['media without a payload', { event: 'media', media: {} }, 'media has no media.payload'],
  ['sound that is no base64', { event: 'media', media: { payload: '***' } }, 'the sound of a message is no base64'],
  ['a second start', { event: 'start', start: { streamSid: 'MZ2', callSid: 'CA9' } }, 'start came twice'],
  ['dtmf without a digit', { event: 'dtmf' }, 'dtmf has no dtmf.digit'],
  ['a mark without a name', { event: 'mark', mark: 3 }, 'mark has no mark.name'],
] as const)('%s is told, and the call goes on', async ([, message, problem], { realtime }) => {
  realtime.respond('one', { when: { keys: '1#' }, text: 'Appointments.' })
  const { server, bridge } = bridged({ greeting: false })
  const stream = await TwilioStream.open(server)
  stream.send(message)
  await pause(500)
  stream.presses('1#')
  await until(() => stream.of('mark').length > 0)
  expect(bridge().problems).toEqual([problem])
  stream.hangsUp()
})

test('a message that is too long closes that call, and no other', async () => {
  const { server, bridges } = bridged({ greeting: false })
  const [first, second] = await Promise.all(['CA1', 'CA2'].map((callSid) => TwilioStream.open(server, { callSid })))
  await until(() => bridges.length === 2)
  first?.send({ event: 'media', media: { payload: 'A'.repeat(400_000) } })
  await until(() => first?.closed !== undefined)
  expect(first?.closed?.code).toBe(1009)
  expect(bridges.map(({ isOver }) => isOver)).toEqual([true, false])
  second?.hangsUp()
})

test('a server that is closed hangs up on everybody', async ({ realtime }) => {
  realtime.respond('greeting', 'Hello there.')
  const server = createBridgeServer({ insecure: true })
  const stream = await TwilioStream.open(server)
  await until(() => stream.of('mark').length > 0)
  server.close()
  await until(() => stream.closed !== undefined)
  expect(stream.closed).toEqual({ code: 1000, reason: 'The server is shutting down.' })
})

test('a server that is closed does not wait for a peer that never closes', async ({ realtime, clock }) => {
  realtime.respond('greeting', 'Hello there.')
  const server = createBridgeServer({ insecure: true })
  const stream = await TwilioStream.open(server)
  await until(() => stream.of('mark').length > 0)
  // Alive, and deaf.
  stream.socket.pause()
  const startMs = clock.now()
  let closedMs = 0
  const { _socket: wire } = stream.socket as unknown as { _socket: { once(event: 'close', listener: () => void): void } }
  wire.once('close', () => {
    closedMs = clock.now() - startMs
  })
  server.close()
  await pause(5000)
  expect(closedMs).toBeGreaterThan(0)
})
