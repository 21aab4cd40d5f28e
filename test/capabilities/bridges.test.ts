// Rows of the capability table about the bridges: platforms, backends, functions, the end of a call, what is kept of it.

import { mkdtempSync, rmSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { expect, test } from 'vitest-realtime'
import { readWav } from 'vitest-realtime/audio'
import { type BridgeServerOptions, createBridgeServer, DualAgentBridge, type RealtimeBridge } from 'vitest-realtime/telephony'
import { replayServer } from './support/replay-server.ts'

const audiocodes = {
  platform: 'audiocodes',
  stream: '/ws/telephony',
  authToken: 'secret',
  audiocodes: { bargeIn: true },
} as const
const twilio = { voice: '/twilio/voice', authToken: 'secret' } as const

function bridged(options: BridgeServerOptions = {}): {
  server: ReturnType<typeof createBridgeServer>
  bridges: Set<RealtimeBridge>
} {
  const bridges = new Set<RealtimeBridge>()
  const onEvent = (_: unknown, bridge: RealtimeBridge): unknown => bridges.add(bridge)
  return { server: createBridgeServer({ token: 'secret', twilioAuthToken: 'secret', onEvent, ...options }), bridges }
}

/** Types of the messages, runs of the same as one. */
function typesOf(call: { messages: readonly { from: string; data: unknown }[] }): string[] {
  const types = call.messages.map(({ data }) =>
    String((data as { type?: string; event?: string }).type ?? (data as { event?: string }).event),
  )
  return types.filter((type, index) => type !== types[index - 1])
}

test('row 69: bridge backend switch: the real URL, a service on a port, a recording', async ({ realtime, phone }) => {
  realtime.respond('greeting', 'Hello, how can I help you?')
  const heard = async (options: BridgeServerOptions): Promise<string[]> => {
    const call = await phone.dial(bridged(options).server, twilio)
    await call.hears(/how can I help/i)
    await call.hangsUp()
    return typesOf(call)
      .filter((type) => ['connected', 'start', 'media', 'stop'].includes(type))
      .slice(0, 3)
  }
  const real = await heard({})
  const { url } = realtime
  const local = await heard({ backend: { url: `${url}?model=gpt-realtime`, headers: { Authorization: 'Bearer k' } } })
  await using recording = await replayServer(realtime.timeline.entries)
  const replayed = await phone.dial(bridged({ backend: { url: recording.url } }).server, twilio)
  await replayed.hears(/./)
  await replayed.hangsUp()
  expect(local).toEqual(real)
  expect(realtime.sessions.map((session) => new URL(session.url).hostname)).toEqual(['api.openai.com', '127.0.0.1'])
})

test('row 70: AudioCodes bridge support', async ({ realtime, phone }) => {
  realtime.respondOnce('greeting', 'Hello, which day?')
  realtime.respond('day', { when: 'Tuesday', text: 'Tuesday it is.' })
  const formats = ['raw/lpcm16_8'] as const
  const call = await phone.dial(bridged().server, { ...audiocodes, audiocodes: { bargeIn: true, formats } })
  await call.hears(/which day/i)
  await call.says('On Tuesday')
  await call.hears(/Tuesday it is/i)
  await call.hangsUp()
  const types = typesOf(call)
  const order = ['session.initiate', 'session.accepted', 'playStream.start', 'playStream.chunk', 'playStream.stop']
  expect(order.map((type) => types.indexOf(type))).toEqual(order.map((type) => types.indexOf(type)).toSorted((a, b) => a - b))
  expect(types).toEqual(
    expect.arrayContaining([...order, 'userStream.start', 'userStream.started', 'userStream.speech.committed', 'session.end']),
  )
  const started = call.messages.map(({ data }) => data).find((data) => (data as { type: string }).type === 'playStream.start')
  expect(started).toMatchObject({ mediaFormat: 'raw/lpcm16_8' })
  expect(call).toHaveNoFindings()
})

test('row 71: Twilio bridge support', async ({ realtime, phone }) => {
  realtime.respondOnce(
    'menu',
    'Welcome to the clinic. For appointments press one, for prescriptions press two, or stay on the line.',
  )
  realtime.respond('person', { when: 'person', text: 'One moment.' })
  const call = await phone.dial(bridged().server, twilio)
  await call.hears(/welcome/i)
  await call.interrupts('A person please', { afterMs: 1000 })
  await call.hears(/one moment/i)
  const types = typesOf(call)
  for (const type of ['connected', 'start', 'media', 'mark', 'clear']) expect(types).toContain(type)
  const sent = call.messages
    .filter(({ from }) => from === 'app')
    .map(({ data }) => data as { event: string; media?: { payload: string } })
  const frames = sent.flatMap(({ media }) => (media ? [Buffer.from(media.payload, 'base64').length] : []))
  expect(frames.filter((bytes) => bytes !== 160).length).toBeLessThanOrEqual(realtime.responses.length)
  expect(call).toHaveClearedWithin(200)
  expect(call).toHaveNoFindings()
  await call.hangsUp()
})

test('row 72: caller agent bridge', async ({ realtime, phone }) => {
  realtime.respond('request', { when: 'help', text: 'I lost my card.' })
  realtime.respond('bye', {
    when: 'on its way',
    call: { name: 'hang_up', arguments: { reason: 'settled' } },
    then: 'Thank you, bye.',
  })
  const call = await phone.dial(bridged().server, { ...audiocodes, stream: '/caller-agent' })
  await call.says('Hello, how can I help you?')
  await call.hears(/lost my card/i)
  await call.says('A new one is on its way')
  await call.hears(/bye/i)
  expect(await call.ended()).toMatchObject({ by: 'app', reason: expect.stringContaining('settled') })
  expect(realtime.session.config).toMatchObject({ instructions: expect.stringContaining('You are a caller') })
})

test('row 73: dual agent', async ({ realtime, clock }) => {
  const agent = realtime.for({ instructions: 'You are the desk.' })
  const caller = realtime.for({ instructions: 'You phone the desk.' })
  agent.respond('desk', 'Desk speaking, what can I do for you?')
  caller.respond('caller', 'I lost my card.')
  const talk = new DualAgentBridge(undefined, {
    session: { instructions: 'You are the desk.' },
    callerSession: { instructions: 'You phone the desk.' },
    maxDurationMs: 20_000,
  })
  const holders = new Set<unknown>()
  while (!talk.isOver) {
    holders.add(talk.holder)
    await clock.advance(100)
  }
  expect(await talk.ended).toEqual({ reason: 'The longest time is over.' })
  expect(clock.now()).toBeLessThan(20_200)
  expect(talk.turns.slice(0, 4).map(({ speaker, text }) => `${speaker}: ${text}`)).toEqual([
    'agent: Desk speaking, what can I do for you?',
    'caller: I lost my card.',
    'agent: Desk speaking, what can I do for you?',
    'caller: I lost my card.',
  ])
  expect(holders).toEqual(new Set(['agent', 'caller', undefined]))
  for (const side of [agent, caller]) {
    expect(side.received('input_audio_buffer.commit').length).toBeGreaterThan(1)
    expect(side.received('input_audio_buffer.append').length).toBeGreaterThan(10)
  }
  expect(realtime).toHaveNoErrors()
})

test('row 80: function handling in a bridge', async ({ realtime, phone }) => {
  realtime.respond('balance', {
    when: 'balance',
    call: { name: 'get_balance', arguments: { account: '12' } },
    then: 'You have forty euros.',
  })
  realtime.respond('transfer', { when: 'transfer', call: { name: 'transfer_funds', arguments: {} }, then: 'That failed, sorry.' })
  const functions = [
    { name: 'get_balance', run: ({ account }: Record<string, unknown>) => ({ account, balance: 40 }) },
    { name: 'transfer_funds', run: () => Promise.reject(new Error('no connection')) },
  ]
  const call = await phone.dial(bridged({ functions, greeting: false }).server, twilio)
  await call.says('What is my balance')
  await call.hears(/forty euros/i)
  await call.says('Then transfer ten')
  await call.hears(/failed/i)
  expect(realtime).toHaveReturnedFromFunction('get_balance', { account: '12', balance: 40 })
  expect(realtime).toHaveReturnedFromFunction('transfer_funds', { error: 'no connection' })
  await call.hangsUp()
})

test.for([
  ['next_action', 'finish', { next_action: 'end_call' }],
  ['the name of the function', 'wrap_up', { ok: true }],
  ['the stage of its context', 'finish', { context: { stage: 'human_transfer' } }],
] as const)(
  'row 81: hang-up: by %s, after 8 s as it was, and when the goodbye was heard',
  async ([, name, output], { realtime, phone }) => {
    realtime.respond('bye', { when: 'bye', call: { name, arguments: {} }, then: 'Goodbye, and thank you for calling.' })
    const endedAfterMs = async (endCall: BridgeServerOptions['endCall']): Promise<number> => {
      const { server } = bridged({ greeting: false, functions: [{ name, run: () => output }], ...(endCall && { endCall }) })
      const call = await phone.dial(server, twilio)
      await call.says('That is all, bye')
      const { atMs } = await call.ended()
      const done = realtime.timeline.entries.findLast(
        (entry) => 'event' in entry && entry.event.type === 'conversation.item.create',
      )
      return atMs - (done?.atMs ?? 0)
    }
    expect(await endedAfterMs({ after: { delayMs: 8000 } })).toBeCloseTo(8000, -2)
    const heardMs = await endedAfterMs(undefined)
    expect(heardMs).toBeGreaterThan(1500)
    expect(heardMs).toBeLessThan(4500)
  },
)

test('row 82: recording and transcripts', async ({ realtime, phone }) => {
  realtime.respondOnce('greeting', 'Hello, which day?')
  realtime.respond('day', { when: 'Tuesday', text: 'Tuesday it is.' })
  const directory = mkdtempSync(join(tmpdir(), 'bridge-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  const { server, bridges } = bridged({ record: { directory } })
  const call = await phone.dial(server, twilio)
  await call.hears(/which day/i)
  await call.says('On Tuesday please')
  await call.hears(/Tuesday it is/i)
  await realtime.settled()
  await call.hangsUp()
  const [bridge] = bridges
  await bridge?.ended
  const folder = join(directory, call.id)
  const wav = async (name: string) => readWav(await readFile(join(folder, `${name}_audio.wav`)), { strict: true })
  const [caller, bot] = [await wav('caller'), await wav('bot')]
  const stereo = readWav(await readFile(join(folder, 'stereo_recording.wav')), { strict: true })
  expect(new Set([caller.durationMs, bot.durationMs, stereo.durationMs]).size).toBe(1)
  expect(Math.abs(caller.durationMs - call.recording.caller.durationMs)).toBeLessThanOrEqual(120)
  expect(bot).toSoundLike(call.recording.heard)
  const transcript: unknown = JSON.parse(await readFile(join(folder, 'transcript.json'), 'utf8'))
  expect(transcript).toMatchObject([
    { who: 'agent', text: 'Hello, which day?' },
    { who: 'caller', text: 'On Tuesday please' },
    { who: 'agent', text: 'Tuesday it is.' },
  ])
  const metadata = JSON.parse(await readFile(join(folder, 'call_metadata.json'), 'utf8')) as { metrics: object }
  expect(metadata.metrics).toMatchObject({ underruns: 0, droppedCallerBytes: 0 })
})

test('row 83: pending input while active: one response.create after it, also where that one failed', async ({
  realtime,
  phone,
}) => {
  realtime.respondOnce('long', 'We are open on Monday, Tuesday, Wednesday, Thursday, Friday and on every second Saturday.')
  realtime.respond('one', { when: { keys: '1#' }, text: 'Appointments.' })
  realtime.respond('two', { when: { keys: '2#' }, text: 'Prescriptions.' })
  realtime.respond('three', { when: { keys: '3#' }, text: 'Directions.' })
  const call = await phone.dial(bridged().server, twilio)
  await call.presses('1#')
  await call.presses('2#')
  await call.hears(/prescriptions/i)
  expect(realtime.received('response.create')).toHaveLength(2)
  realtime.fail({ response: 'server_error' })
  await call.presses('1#')
  await realtime.waitFor('response.done')
  await call.presses('3#')
  await call.hears(/directions/i)
  await realtime.settled()
  expect(realtime.received('response.create')).toHaveLength(4)
  expect(realtime.responses.map(({ status }) => status)).toEqual(['completed', 'completed', 'failed', 'completed'])
  await call.hangsUp()
})

test('row 91: debug: the state of a bridge, its session, turn detection, transcription and timings', async ({
  realtime,
  phone,
}) => {
  realtime.respondOnce('greeting', 'Hello, which day?')
  realtime.respond('day', { when: 'Tuesday', text: 'Tuesday it is.' })
  const { server, bridges } = bridged()
  const call = await phone.dial(server, twilio)
  await call.hears(/which day/i)
  await call.says('On Tuesday please')
  await call.hears(/Tuesday it is/i)
  const [bridge] = bridges
  expect(bridge?.state).toMatchObject({
    state: 'open',
    vad: { isOn: true, isCallerSpeaking: false },
    transcription: { isOn: true, model: 'gpt-4o-mini-transcribe' },
  })
  expect(bridge?.session).toMatchObject({ type: 'realtime', audio: { input: { format: { type: 'audio/pcmu' } } } })
  expect(bridge?.metrics.responseMs).toEqual([expect.closeTo(call.metrics.responseMs.at(-1) ?? 0, -2.7)])
  await call.hangsUp()
})
