// The row of the capability table about the old mock client for Twilio: the simulated platform dials an app, and what that client sent,
// collected and refused is seen on the wire.

import { join } from 'node:path'
import { expect, type Pcm, type PhoneCall, speech, test } from 'vitest-realtime'
import { readWavFile, writeWavFile } from 'vitest-realtime/audio'
import { createBridgeServer } from 'vitest-realtime/telephony'
import { temporaryFolder } from './support/sounds.ts'

const dial = { voice: '/twilio/voice', authToken: 'secret' } as const
const server = createBridgeServer({ twilioAuthToken: 'secret' })

type Message = Record<string, any>

const sent = (call: PhoneCall): Message[] =>
  call.messages.flatMap(({ from, data }) => (from === 'platform' ? [data as Message] : []))
const received = (call: PhoneCall): Message[] =>
  call.messages.flatMap(({ from, data }) => (from === 'app' ? [data as Message] : []))
const eventsOf = (messages: Message[]): string[] => [...new Set(messages.map(({ event }) => event))]

test('row 76: mock Twilio client, all its messages, one sequence, and what is out of order is refused', async ({
  realtime,
  phone,
}) => {
  realtime.respond('greeting', { when: { maxTurn: 0 }, text: 'Welcome.' })
  realtime.respond('one', { when: { keys: '1' }, text: 'Appointments.' })
  const call = await phone.dial(server, dial)
  await call.hears('Welcome')
  expect(() => call.presses('x')).toThrow(/x/)
  await call.presses('1')
  await call.hears('Appointments')
  await call.hangsUp()
  const messages = sent(call)
  expect(eventsOf(messages)).toEqual(['connected', 'start', 'media', 'mark', 'dtmf', 'stop'])
  expect(messages[0]).toEqual({ event: 'connected', protocol: 'Call', version: '1.0.0' })
  const sid = (prefix: string): unknown => expect.stringMatching(new RegExp(`^${prefix}[0-9a-f]{32}$`))
  const { streamSid } = messages[1]!
  expect(messages[1]).toMatchObject({
    sequenceNumber: '1',
    streamSid: sid('MZ'),
    start: {
      ...{ streamSid, accountSid: sid('AC'), callSid: call.id, tracks: ['inbound'] },
      mediaFormat: { encoding: 'audio/x-mulaw', sampleRate: 8000, channels: 1 },
    },
  })
  expect(messages.slice(1).map(({ sequenceNumber }) => sequenceNumber)).toEqual(messages.slice(1).map((_, at) => String(at + 1)))
  const media = messages.flatMap(({ media }) => (media ? [media] : []))
  expect(media[2]).toMatchObject({ track: 'inbound', chunk: '3', timestamp: '40', payload: expect.stringMatching(/^.{216}$/) })
  expect(messages.find(({ event }) => event === 'dtmf')!.dtmf).toEqual({ track: 'inbound_track', digit: '1' })
  expect(messages.at(-1)).toMatchObject({ event: 'stop', stop: { callSid: call.id } })
  for (const act of [() => call.says('Hello?'), () => call.presses('1')])
    await expect((async () => act())()).rejects.toThrow('the call is over')
  await expect((async () => call.hangsUp())()).rejects.toThrow('the call is over')
})

test('row 76: mock Twilio client, the greeting is collected whole, and several turns of files complete', async ({
  realtime,
  phone,
}) => {
  const replies = ['Welcome to the bank, what can I do for you?', 'I am sorry to hear that.', 'Goodbye and thank you.']
  realtime.respond('greeting', { when: { maxTurn: 0 }, text: replies[0]! })
  realtime.respond('card', { when: /lost my card/i, text: replies[1]! })
  realtime.respond('bye', { when: /goodbye/i, text: replies[2]! })
  const folder = temporaryFolder()
  const turns: Pcm[] = []
  for (const text of ['I have lost my card', 'Thank you, goodbye']) {
    const file = join(folder, `${turns.length}.wav`)
    writeWavFile(file, await speech(text))
    turns.push(readWavFile(file))
  }
  const call = await phone.dial(server, dial)
  await call.hears(replies[0]!)
  await realtime.settled()
  // All of the greeting, and not a byte more: eight bytes a millisecond.
  const greetingBytes = received(call).flatMap(({ media }) => (media ? [...Buffer.from(media.payload, 'base64')] : [])).length
  expect(greetingBytes / 8).toBeCloseTo(call.heard.durationMs, -1)
  for (const [index, turn] of turns.entries()) {
    await call.says(turn)
    await call.hears(replies[index + 1]!)
    await realtime.settled()
  }
  expect(call.heard.text).toBe(replies.join(' '))
  const file = join(folder, 'received.wav')
  writeWavFile(file, call.recording.heard)
  const kept = readWavFile(file)
  expect(kept.rateHz).toBe(8000)
  await expect(kept).toSay(replies.join(' '))
  expect(call).toHaveNoFindings()
  expect(realtime.responses.map(({ name }) => name)).toEqual(['greeting', 'card', 'bye'])
})
