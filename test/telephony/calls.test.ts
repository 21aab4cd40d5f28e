// Calls of a person to an app: hearing, speaking, keys, ends, several at once through one server that was made at import.

import { expect, test } from 'vitest-realtime'
import { createBridge } from '../examples/src/twilio-bridge.ts'

const bridge = createBridge({ authToken: 'secret' })
const dialling = { voice: '/incoming-call', authToken: 'secret' }
const long =
  'We have many rooms, with a view of the sea, with a view of the garden, and with a view of the car park behind the house.'

test('a call from greeting to goodbye', async ({ realtime, phone }) => {
  realtime.respondOnce('greeting', 'Hello, this is the harbour hotel.')
  realtime.respond('rooms', { when: 'room', text: 'We have one for tonight.' })
  const call = await phone.dial(bridge, { ...dialling, from: '+442079460000' })
  expect(call).toMatchObject({ platform: 'twilio', isOpen: true, end: undefined })
  expect(call.id).toMatch(/^CA[0-9a-f]{32}$/)
  await call.hears('harbour')
  // Also the sound in the air: whoever speaks before the last of it interrupts.
  await realtime.settled()
  await call.says('Do you have a room?')
  await call.hears(/for tonight/)
  await realtime.settled()
  expect(call).toHaveHeard('Hello, this is the harbour hotel. We have one for tonight.')
  expect(realtime).toHaveConversation([
    { role: 'assistant', text: /harbour/ },
    { role: 'user', text: 'Do you have a room?' },
    { role: 'assistant', text: /tonight/ },
  ])
  await call.hangsUp()
  expect(call.end).toMatchObject({ by: 'caller', reason: 'the caller hung up' })
  expect(call).toHaveHungUp('caller')
  expect(realtime.session.open).toBe(false)
  expect(phone.calls).toEqual([call])
})

test('an interrupted answer is cut where it was heard', async ({ realtime, phone }) => {
  realtime.respondOnce('rooms', long)
  realtime.respond('sorry', { when: 'wait', text: 'Yes, please?' })
  const call = await phone.dial(bridge, dialling)
  await call.interrupts('Wait a moment', { afterMs: 1500 })
  await call.hears('Yes')
  expect(realtime.responses[0]).toHaveBeenInterrupted({ afterMs: 1500, toleranceMs: 200 })
  expect(realtime.responses[0]).toHaveTruncatedWhereHeard({ toleranceMs: 20 })
  expect(call).toHaveClearedWithin(160)
  expect(call.heard.text).toMatch(/^We have many rooms/)
  expect(call).not.toHaveHeard('car park')
  const [clearMs] = call.metrics.clearMs
  expect(clearMs).toBeGreaterThan(40)
  expect(call.metrics.discardedBytes).toBeGreaterThan(8000)
})

test('keys reach the model', async ({ realtime, phone }) => {
  realtime.respondOnce('menu', 'For rooms press one.')
  realtime.respond('one', { when: { keys: '1' }, text: 'Rooms, just a moment.' })
  const call = await phone.dial(bridge, dialling)
  await call.hears('press one')
  await call.presses('1')
  await call.hears('Rooms, just a moment.')
  const keys = call.messages.filter(({ data }) => (data as { event: string }).event === 'dtmf')
  expect(keys).toMatchObject([{ from: 'platform', data: { dtmf: { track: 'inbound_track', digit: '1' } } }])
})

test.concurrent.for([1, 2, 3, 4])('call %d of several tests at once reaches its own test', async (n, { realtime, phone }) => {
  realtime.respondOnce('greeting', `You are caller number ${n}.`)
  realtime.respond('again', { when: 'who', text: `Number ${n}, as I said.` })
  const call = await phone.dial(bridge, dialling)
  await call.hears(`number ${n}`)
  await call.says('Who am I?')
  await call.hears('as I said')
  expect(call.heard.text).toBe(`You are caller number ${n}. Number ${n}, as I said.`)
  await call.hangsUp()
})

test('two calls of one test are told apart', async ({ realtime, phone }) => {
  realtime.respond('greeting', { when: () => true, text: 'Good morning, how may I help you today?', priority: -1 })
  realtime.respond('rooms', { when: 'room', text: 'A room is free.' })
  realtime.respond('taxi', { when: 'taxi', text: 'Your taxi is on its way.' })
  const first = await phone.dial(bridge, dialling)
  const second = await phone.dial(bridge, dialling)
  expect(first.id).not.toBe(second.id)
  await Promise.all([first.hears('help you'), second.hears('help you')])
  await Promise.all([first.says('Is there a room?'), second.says('I need a taxi')])
  await Promise.all([first.hears('A room is free.'), second.hears('Your taxi')])
  await realtime.settled()
  expect(first).not.toHaveHeard('taxi')
  expect(second).not.toHaveHeard('room')
  expect(realtime.sessions).toHaveLength(2)
})

test('a wait for words that cannot come says that the call is over', async ({ realtime, phone }) => {
  realtime.respondOnce('greeting', 'Hello.')
  const call = await phone.dial(bridge, dialling)
  await call.hears('Hello')
  const waiting = call.hears('goodbye')
  await call.hangsUp()
  await expect(waiting).rejects.toThrow('call.hears(goodbye): the call is over: the caller hung up (by the caller, at')
  await expect(call.says('Anybody there?')).rejects.toThrow('[RTK_CALL] call.says(…): the call is over')
  await expect(call.presses('1')).rejects.toThrow('call.presses(…): the call is over')
})

test('a dropped line closes the app’s socket without a close frame', async ({ realtime, phone }) => {
  realtime.respondOnce('greeting', 'Hello.')
  const call = await phone.dial(bridge, dialling)
  await call.hears('Hello')
  await call.drops()
  expect(call.end).toMatchObject({ by: 'platform', reason: 'the line was dropped' })
  expect(realtime.session.open).toBe(false)
  expect(call.messages.filter(({ data }) => (data as { event: string }).event === 'stop')).toEqual([])
})

test('a half-open line says nothing any more, and nobody notices', async ({ realtime, phone }) => {
  realtime.respondOnce('greeting', 'Hello.')
  const call = await phone.dial(bridge, dialling)
  await call.hears('Hello')
  const before = call.messages.length
  await call.drops({ halfOpen: true })
  await call.pauses(2000)
  expect(realtime.session.open).toBe(true)
  expect(call.messages.slice(before).filter(({ from }) => from === 'app')).toEqual([])
  expect(realtime.received('input_audio_buffer.append').length).toBeLessThan(150)
})

test('the recording has both sides in step', async ({ realtime, phone }) => {
  realtime.respondOnce('greeting', 'Hello, this is the harbour hotel.')
  realtime.respond('ok', { when: 'room', text: 'One moment.' })
  const call = await phone.dial(bridge, dialling)
  await call.hears('hotel')
  await call.says('A room please', { voice: 'rms' })
  await call.hears('moment')
  await realtime.settled()
  const { caller, heard, toWav } = call.recording
  expect(caller.durationMs).toBe(heard.durationMs)
  await expect(caller).toSay('A room please')
  await expect(heard).toSay('Hello, this is the harbour hotel. One moment.')
  const wav = Buffer.from(toWav())
  expect([wav.toString('latin1', 0, 4), wav.readUInt16LE(22), wav.readUInt32LE(24)]).toEqual(['RIFF', 2, 8000])
})

test('echo, noise, loss and a persona make a call harder, and it still works', async ({ realtime, phone }) => {
  realtime.respondOnce('greeting', 'Hello, this is the harbour hotel.')
  realtime.respond('rooms', { when: 'room', text: 'One moment.' })
  const call = await phone.dial(bridge, {
    ...dialling,
    persona: 'hurried',
    noiseDbfs: -62,
    network: { loss: 0.01, jitterMs: 15, markEchoMs: 40 },
  })
  await call.hears('hotel')
  await call.says('Do you have a room for tonight?')
  await call.hears('One moment')
  const media = call.messages.flatMap(({ data }) => {
    const { event, media } = data as { event: string; media: { timestamp: string; chunk: string } }
    return event === 'media' && media.timestamp !== undefined ? [media] : []
  })
  const gaps = media.slice(1).map(({ timestamp }, at) => Number(timestamp) - Number(media[at]!.timestamp))
  expect(new Set(gaps)).toEqual(new Set([20, 40]))
  expect(media.map(({ chunk }) => Number(chunk))).toEqual(media.map((_, at) => at + 1))
})

test('the echo of the app’s own voice can interrupt it', async ({ realtime, phone }) => {
  realtime.respondOnce('greeting', long)
  realtime.respond('confused', { when: () => true, text: 'Pardon?', priority: -1 })
  const call = await phone.dial(bridge, { ...dialling, echo: { delayMs: 120, gainDb: -3 } })
  await expect(realtime).toEmit('input_audio_buffer.speech_started')
  await call.hangsUp()
  expect(call.metrics.callerTalkRatio).toBe(0)
  expect(realtime.responses[0]).toHaveBeenInterrupted()
})

test('mute sends nothing, hold sends music', async ({ realtime, phone }) => {
  realtime.respondOnce('greeting', 'Hello.')
  const call = await phone.dial(bridge, dialling)
  await call.hears('Hello')
  const sent = (): number =>
    call.messages.filter(({ from, data }) => from === 'platform' && (data as { event: string }).event === 'media').length
  const before = sent()
  await call.mutes(1000)
  expect(sent() - before).toBeLessThanOrEqual(1)
  await call.pauses(200)
  await call.holds(1000)
  expect(realtime).toHaveEmitted('input_audio_buffer.speech_started')
})
