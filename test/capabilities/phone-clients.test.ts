// Rows of the capability table about the old mock clients for AudioCodes: the simulated platform dials a bot, and what they sent and
// expected goes over the wire. Details: test/telephony/audiocodes*.test.ts.

import { join } from 'node:path'
import { test as base, expect, type Pcm, speech } from 'vitest-realtime'
import { readWavFile, writeWavFile } from 'vitest-realtime/audio'
import { createBot } from '../telephony/support/audiocodes-bot.ts'
import { temporaryFolder } from './support/sounds.ts'

const test = base
const dial = { platform: 'audiocodes', stream: '/ws/telephony' } as const

type Received = Record<string, any>[]
const typesOf = (received: Received) => [...new Set(received.map(({ type }) => type))]
const namesOf = (received: Received) =>
  received.flatMap(({ activities = [] }) => activities.map(({ name, value }: any) => [name, value].join(' ').trim()))
const bytesOf = (received: Received) => Buffer.concat(received.map(({ audioChunk = '' }) => Buffer.from(audioChunk, 'base64')))

/** What was said, in files, as the old clients took it. */
async function filesOf(texts: readonly string[]): Promise<Pcm[]> {
  const folder = temporaryFolder()
  return Promise.all(
    texts.map(async (text, index) => {
      const file = join(folder, `turn-${index}.wav`)
      writeWavFile(file, await speech(text))
      return readWavFile(file)
    }),
  )
}

test('row 75: mock AudioCodes client, all its messages', async ({ realtime, phone }) => {
  realtime.respond('greeting', { when: { maxTurn: 0 }, text: 'Welcome.' })
  realtime.respond('hello', { when: /hello/i, text: 'Good morning.' })
  const received: Received = []
  const bot = createBot({ received, greets: true, token: 'secret' })
  const options = { ...dial, authToken: 'secret' } as const
  await phone.dial(bot, { ...options, audiocodes: { validateOnly: true } })
  const call = await phone.dial(bot, {
    ...options,
    from: '+15551234567',
    audiocodes: { botName: 'TestBot', sendDTMF: true, dtmfName: 'dtmf' },
  })
  await call.hears(/welcome/i)
  await call.says('Hello there')
  await call.hears(/good morning/i)
  await call.presses('1')
  await call.losesConnection({ resumeAfterMs: 100 })
  await call.pauses(500)
  await call.hangsUp()
  await realtime.settled()
  expect(typesOf(received)).toEqual([
    'connection.validate',
    'session.initiate',
    'activities',
    'userStream.start',
    'userStream.chunk',
    'userStream.stop',
    'session.resume',
    'session.end',
  ])
  expect(received[1]).toMatchObject({ botName: 'TestBot', caller: '+15551234567', expectAudioMessages: true })
  expect(namesOf(received).filter((name) => name !== 'playFinished')).toEqual(['start', 'dtmf 1'])
  const fromBot = typesOf(call.messages.flatMap(({ from, data }) => (from === 'app' ? [data as Received[number]] : [])))
  expect(fromBot).toEqual(
    expect.arrayContaining([
      'session.accepted',
      'userStream.started',
      'userStream.stopped',
      'playStream.start',
      'playStream.chunk',
      'playStream.stop',
    ]),
  )
  expect(call.findings).toEqual([])
})

test('row 75: mock AudioCodes client, several turns of files are sent, and what was received is given back', async ({
  realtime,
  phone,
}) => {
  realtime.respond('greeting', { when: { maxTurn: 0 }, text: 'Welcome to the bank.' })
  realtime.respond('card', { when: /lost my card/i, text: 'I am sorry to hear that.' })
  realtime.respond('bye', { when: /goodbye/i, text: 'Goodbye and thank you.' })
  const turns = await filesOf(['I have lost my card', 'Thank you, goodbye'])
  const received: Received = []
  const call = await phone.dial(createBot({ received, greets: true }), dial)
  await call.hears(/welcome to the bank/i)
  const heard: number[] = []
  for (const [index, turn] of turns.entries()) {
    // Without barge-in the bot hears nothing before its own last sound has been played.
    await call.pauses(1000)
    const before = { bytes: bytesOf(received).length, heardMs: call.heard.durationMs }
    await call.says(turn)
    await call.hears([/sorry to hear/i, /thank you/i][index]!)
    expect(bytesOf(received).length - before.bytes).toBeGreaterThanOrEqual(turn.samples.byteLength)
    heard.push(call.heard.durationMs - before.heardMs)
  }
  expect(heard.every((ms) => ms > 500)).toBe(true)
  const file = join(temporaryFolder(), 'received.wav')
  writeWavFile(file, call.heard.audio)
  expect(readWavFile(file).durationMs).toBeCloseTo(call.heard.durationMs, -1)
  expect(realtime.responses.map(({ name }) => name)).toEqual(['greeting', 'card', 'bye'])
})

test('row 77: VAD client without microphone', async ({ realtime, phone }) => {
  realtime.respond('time', { when: /what time/i, text: 'It is noon.' })
  const [question] = await filesOf(['What time is it'])
  const received: Received = []
  const call = await phone.dial(createBot({ received }), {
    ...dial,
    audiocodes: { bargeIn: true, userStream: 'speech', speechEndMs: 900 },
  })
  await call.pauses(1000)
  expect(typesOf(received)).toEqual(['session.initiate', 'activities'])
  const beganMs = realtime.clock.now()
  await call.says(question!)
  await call.hears(/it is noon/i)
  await call.pauses(1000)
  const steps = received.filter(({ type }) => /^userStream\.(start|stop)$/.test(type)).map(({ type }) => type)
  expect(steps).toEqual(['userStream.start', 'userStream.stop'])
  // The stream has begun with the speech, not with the call, and holds the word from its first sound on.
  const [{ atMs } = { atMs: 0 }] = call.messages.filter(({ data }) => (data as Received[number]).type === 'userStream.start')
  expect(atMs).toBeGreaterThanOrEqual(beganMs)
  const sent = new Int16Array(new Uint8Array(bytesOf(received)).buffer)
  const loud = (samples: Int16Array) => samples.findIndex((sample) => Math.abs(sample) > 600)
  const at = (samples: Int16Array, index: number) => [...samples.subarray(index, index + 2000)]
  expect(loud(sent)).toBeGreaterThanOrEqual(0)
  const rate = question!.rateHz
  expect([rate, at(sent, loud(sent))]).toEqual([24_000, at(question!.samples, loud(question!.samples))])
})

test('row 78: DTMF, hang-up, activities', async ({ phone }) => {
  const received: Received = []
  const bot = createBot({
    received,
    onActivity: ({ value }, { send }) =>
      value === '#' && send({ type: 'activities', activities: [{ type: 'event', name: 'hangup' }] }),
  })
  const call = await phone.dial(bot, { ...dial, audiocodes: { sendDTMF: true } })
  await expect((async () => call.presses('12x'))()).rejects.toThrow(/x/)
  await call.presses('12*')
  await call.presses('#')
  expect(await call.ended()).toMatchObject({ by: 'app' })
  expect(namesOf(received)).toEqual(['start', 'DTMF 1', 'DTMF 2', 'DTMF *', 'DTMF #'])
  expect(received.at(-1)).toMatchObject({ type: 'session.end', reasonCode: 'bot-disconnected' })
})

test('row 79: session resume', async ({ realtime, phone }) => {
  realtime.respond('name', { when: /name is/i, text: 'Nice to meet you.' })
  realtime.respond('day', { when: /appointment/i, text: 'Which day suits you?' })
  const received: Received = []
  const call = await phone.dial(createBot({ received }), { ...dial, audiocodes: { bargeIn: true } })
  await call.says('My name is Alice')
  await call.hears(/nice to meet you/i)
  await call.losesConnection({ resumeAfterMs: 300 })
  await call.pauses(600)
  await call.says('I need an appointment')
  await call.hears(/which day/i)
  const ids = received.filter(({ type }) => type.startsWith('session.')).map(({ type, conversationId }) => [type, conversationId])
  expect(ids).toEqual([
    ['session.initiate', call.id],
    ['session.resume', call.id],
  ])
  // History is kept: the same session of the model, with both turns in it.
  expect(realtime.session).toHaveConversation([{ role: 'user' }, { role: 'assistant' }, { role: 'user' }, { role: 'assistant' }])
  expect(call.findings).toEqual([])
})
