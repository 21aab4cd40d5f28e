// AudioCodes end to end: phone.dial against a bot of node:http and ws that drives the Realtime service, both legs in virtual time.

import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, onTestFinished } from 'vitest'
import { test as base, expect } from 'vitest-realtime'
import type { DialOptions } from 'vitest-realtime/telephony'
import { WebSocketServer } from 'ws'
import { type BotOptions, createBot } from './support/audiocodes-bot.ts'

const test = base
const dial = { platform: 'audiocodes', stream: '/ws/telephony' } as const
const greeting = 'Welcome to the clinic. We are open from nine to five. How can I help you today?'

const types = (messages: readonly { from: string; data: unknown }[], from: string) =>
  messages.filter((message) => message.from === from).map(({ data }) => (data as { type: string }).type)

describe('a call', () => {
  test.for(['raw/lpcm16_24', 'raw/mulaw'])('greeting, turns, hang-up: %s', async (mediaFormat, { realtime, phone }) => {
    realtime.respondOnce('greeting', greeting)
    realtime.respond('day', { when: /appointment/i, text: 'Which day suits you?' })
    const call = await phone.dial(createBot({ token: 'secret', greets: true, mediaFormat }), { ...dial, authToken: 'secret' })
    await call.hears(/how can i help you today/i)
    await call.says('I need an appointment')
    await call.hears(/which day suits you/i)
    await call.hangsUp()
    await realtime.settled()
    expect(call.findings).toEqual([])
    expect(await call.ended()).toMatchObject({ by: 'caller' })
    expect(realtime.responses.map(({ name }) => name)).toEqual(['greeting', 'day'])
    expect(types(call.messages, 'platform').filter((type) => type !== 'userStream.chunk')).toEqual([
      'session.initiate',
      'activities',
      'activities',
      'userStream.start',
      'userStream.stop',
      'session.end',
    ])
  })

  test('the caller interrupts, where barge-in is on', async ({ realtime, phone }) => {
    realtime.respondOnce('greeting', greeting)
    realtime.respond('person', { when: /person/i, text: 'I will get someone.' })
    const call = await phone.dial(createBot({ greets: true }), { ...dial, audiocodes: { bargeIn: true } })
    await call.interrupts('Can I talk to a person', { afterMs: 1000 })
    await call.hears(/i will get someone/i)
    expect(call.heard.text).not.toMatch(/how can i help/i)
    expect(call).toHaveClearedWithin(600)
    expect(call.findings).toEqual([])
  })

  test('without barge-in the greeting is heard to its end, and the bot hears nothing meanwhile', async ({ realtime, phone }) => {
    realtime.respondOnce('greeting', greeting)
    const call = await phone.dial(createBot({ greets: true }), dial)
    await call.interrupts('Can I talk to a person', { afterMs: 1000 })
    await call.hears(/how can i help you today/i)
    await call.hangsUp()
    await realtime.settled()
    expect(realtime.responses.map(({ name }) => name)).toEqual(['greeting'])
    expect(call.findings).toEqual([])
  })

  test('keys reach the model, and the bot hangs up', async ({ realtime, phone }) => {
    const onActivity: BotOptions['onActivity'] = ({ name, value }, { tell, send }) => {
      if (name.toUpperCase() !== 'DTMF') return
      if (value === '#') return send({ type: 'activities', activities: [{ type: 'event', name: 'hangup' }] })
      const content = [{ type: 'input_text', text: `The caller pressed ${value}` }]
      tell({ type: 'conversation.item.create', item: { type: 'message', role: 'user', content } })
      tell({ type: 'response.create' })
    }
    realtime.respond('sales', { when: /pressed 2/, text: 'This is sales.' })
    const call = await phone.dial(createBot({ onActivity }), { ...dial, audiocodes: { sendDTMF: true, dtmfName: 'dtmf' } })
    await call.presses('2')
    await call.hears(/this is sales/i)
    await call.presses('#')
    expect(await call.ended()).toMatchObject({ by: 'app', reason: 'Bot hung up' })
    expect(call).toHaveHungUp('app')
  })

  test('keys that nobody would get are an error of the test', async ({ phone }) => {
    const call = await phone.dial(createBot(), dial)
    await expect(call.presses('1')).rejects.toThrow(/sendDTMF is off/)
  })
})

describe('a bot that does not take the call', () => {
  test.for([
    ['no token', {}, /HTTP 401/],
    ['a wrong token', { authToken: 'guess' }, /HTTP 401/],
    ['the right one, spoilt', { authToken: 'secret', signature: 'wrong' }, /HTTP 401/],
    [
      'a format that was not offered',
      { authToken: 'secret', audiocodes: { formats: ['raw/mulaw'] } },
      /"raw\/lpcm16_24" was not offered/,
    ],
  ] as const)('%s', async ([_, options, message], { phone }) => {
    await expect(phone.dial(createBot({ token: 'secret' }), { ...dial, ...options } as DialOptions)).rejects.toThrow(message)
  })

  test('a server without such a socket', async ({ phone }) => {
    const server = createServer((_, response) => response.writeHead(404).end('nothing here'))
    await expect(phone.dial(server, dial)).rejects.toThrow(/7117|nothing here|HTTP 404/)
  })
})

test("a bot that says nothing is given up, in the platform's time", async ({ phone, clock }) => {
  const server = createServer()
  new WebSocketServer({ server })
  await expect(phone.dial(server, dial)).rejects.toThrow(/no session\.accepted within 10000 ms.*7116/s)
  expect(clock.now()).toBe(10_000)
})

test('a line that dies ends the call', async ({ phone }) => {
  const call = await phone.dial(createBot(), dial)
  await call.drops()
  expect(await call.ended()).toMatchObject({ by: 'platform' })
  expect(call.findings).toEqual([])
})

test('the wizard validates a connection without a call', async ({ phone, realtime }) => {
  const call = await phone.dial(createBot(), { ...dial, audiocodes: { validateOnly: true } })
  expect(await call.ended()).toMatchObject({ by: 'platform', reason: 'the connection is valid' })
  expect(realtime.sessions).toEqual([])
})

describe('a lost connection', () => {
  test('is resumed: another socket, the same conversation', async ({ realtime, phone }) => {
    realtime.respond('name', { when: /name is/i, text: 'Nice to meet you.' })
    realtime.respond('more', { when: /appointment/i, text: 'Which day suits you?' })
    const call = await phone.dial(createBot(), { ...dial, authToken: 'secret', audiocodes: { bargeIn: true } })
    await call.says('My name is Alice')
    await call.hears(/nice to meet you/i)
    await call.losesConnection({ resumeAfterMs: 500 })
    await call.pauses(1000)
    await call.says('I need an appointment')
    await call.hears(/which day suits you/i)
    expect(realtime.sessions.length).toBe(1)
    expect(types(call.messages, 'platform').filter((type) => type.startsWith('session'))).toEqual([
      'session.initiate',
      'session.resume',
    ])
    expect(call.findings).toEqual([])
  })

  test('a bot that keeps conversations by socket loses the call', async ({ phone }) => {
    const call = await phone.dial(createBot({ forgets: true }), dial)
    await call.losesConnection({ resumeAfterMs: 500 })
    expect(await call.ended()).toMatchObject({ by: 'app', reason: 'session.error: conversation not found' })
    expect(call.findings.map(({ code }) => code)).toEqual([7120])
  })
})

test('calls at the same time keep to themselves', async ({ realtime, phone }) => {
  realtime.respond('sales', { when: /sales/i, text: 'This is sales.' })
  realtime.respond('service', { when: /repair/i, text: 'This is service.' })
  const bot = createBot()
  const [first, second] = await Promise.all([phone.dial(bot, dial), phone.dial(bot, dial)])
  await Promise.all([first!.says('I want to talk to sales'), second!.says('I need a repair')])
  await Promise.all([first!.hears(/this is sales/i), second!.hears(/this is service/i)])
  expect(first!.id).not.toBe(second!.id)
  expect([first!.heard.text, second!.heard.text]).toEqual([
    expect.not.stringMatching(/service/),
    expect.not.stringMatching(/sales/),
  ])
})

describe('the same call again', () => {
  const told: string[] = []
  const same = test.override('realtimeOptions', { epoch: Date.UTC(2026, 0, 1) })
  same.for([1, 2, 3, 4, 5])('has the same messages at the same times: run %i', async (_, { realtime, phone }) => {
    realtime.respondOnce('greeting', greeting)
    realtime.respond('person', { when: /person/i, text: 'I will get someone.' })
    const call = await phone.dial(createBot({ greets: true }), { ...dial, noiseDbfs: -60, audiocodes: { bargeIn: true } })
    await call.interrupts('Can I talk to a person', { afterMs: 1000 })
    await call.hears(/i will get someone/i)
    await call.hangsUp()
    await realtime.settled()
    told.push(JSON.stringify(call.messages))
    expect(told.at(-1)).toBe(told[0])
  })
})

describe('a bot on a port, in real time', () => {
  const real = test.override('realtimeOptions', { timing: 'real', latency: 'instant' })
  real('greeting and hang-up, by its URL', async ({ realtime, phone }) => {
    realtime.respondOnce('greeting', 'Hello.')
    const bot = createBot({ greets: true, token: 'secret' }).listen(0, '127.0.0.1')
    onTestFinished(() => void bot.close())
    await once(bot, 'listening')
    const { port } = bot.address() as AddressInfo
    const call = await phone.dial(`http://127.0.0.1:${port}`, { ...dial, authToken: 'secret' })
    await call.hears(/hello/i)
    await call.hangsUp()
    expect(call).toHaveHungUp('caller')
    expect(call.findings).toEqual([])
  })
})

test('timeouts of the platform do not pull time: they come while somebody waits', async ({ realtime, phone, clock }) => {
  const call = await phone.dial(createBot(), {
    ...dial,
    audiocodes: { userNoInputGiveUpTimeoutMS: 0, botNoInputGiveUpTimeoutMS: 20_000 },
  })
  await realtime.settled()
  expect(clock.now()).toBeLessThan(1000)
  expect(await call.ended()).toMatchObject({ by: 'platform', reason: 'bot input timeout', atMs: 20_000 })
  expect(call.findings.map(({ code }) => code)).toEqual([7121])
})
