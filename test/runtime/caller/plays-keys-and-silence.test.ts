// What the caller does in a flow besides speaking: keys, silence, and patience with the app.

import OpenAI from 'openai'
import { OpenAIRealtimeWS } from 'openai/realtime/ws'
import { describe } from 'vitest'
import { type Caller, expect, type LocalRealtime, test } from 'vitest-realtime'
import { failureOf } from '../../support/failure-of.ts'
import { startClient } from './support/apps.ts'

const openai = () => new OpenAI({ apiKey: 'sk-app' })

describe('keys', () => {
  const menu = {
    menu: [
      { says: 'opening hours', reply: 'From nine to five.' },
      { keys: '1', reply: 'Type your number, then hash.', to: 'number' },
    ],
    number: [{ keys: /^\d+#$/, caller: '42#', reply: 'Thank you.', to: 'end' }],
  }

  /** An app that takes the call, gathers keys up to one that ends them, and tells the model. */
  async function answerPhone(realtime: LocalRealtime): Promise<OpenAIRealtimeWS> {
    const call = await realtime.incomingCall(async (request) => {
      const { data } = (await request.json()) as { data: { call_id: string } }
      await openai().realtime.calls.accept(data.call_id, { type: 'realtime', model: 'gpt-realtime' })
      return new Response()
    })
    await call.accepted()
    const client = new OpenAIRealtimeWS({ callID: call.id }, openai())
    let typed = ''
    client.on('event', (event) => {
      if ((event.type as string) !== 'input_audio_buffer.dtmf_event_received') return
      typed += (event as unknown as { event: string }).event
      if (typed !== '1' && !typed.endsWith('#')) return
      const text = `The user pressed ${typed}`
      typed = ''
      client.send({
        type: 'conversation.item.create',
        item: { type: 'message', role: 'user', content: [{ type: 'input_text', text }] },
      })
      client.send({ type: 'response.create' })
    })
    return client
  }

  test('are pressed on the call, and words are still spoken', async ({ realtime, caller }) => {
    const flow = realtime.flow('menu', { states: menu })
    await answerPhone(realtime)
    await caller.plays(flow)
    expect(flow.path).toEqual(['menu → menu  says "opening hours"', 'menu → number  keys 1', 'number → end  keys 42#'])
    const pressed = realtime.emitted('input_audio_buffer.dtmf_event_received').map(({ event }) => event)
    expect(pressed).toEqual(['1', '4', '2', '#'])
    expect(caller).toHaveHeard('From nine to five. Type your number, then hash. Thank you.')
  })

  test('without a telephone are an error that says where they come from', async ({ realtime, caller }) => {
    const states = { menu: [{ keys: '1', reply: 'Sales.', to: 'end' }] }
    const flow = realtime.flow('menu', { states, unfinished: 'allow' })
    caller.attach(await startClient())
    expect(await failureOf(() => caller.plays(flow))).toMatch(
      /\[RTK_CALLER\] caller\.plays\('menu'\): state 'menu' waits for keys 1, and there is no telephone to press them on\.\nKeys come on SIP calls/,
    )
    const pattern = realtime.flow('number', { states: { ask: [{ keys: /\d/, reply: 'y', to: 'end' }] }, unfinished: 'allow' })
    expect(await failureOf(() => caller.plays(pattern))).toContain('what would match /\\d/? Give the step `caller:')
  })
})

describe('silence', () => {
  const states = {
    ask: [{ says: 'hello', reply: 'Hello. What can I do for you?', to: 'waiting' }],
    waiting: [{ silence: true, reply: 'Are you still there?', to: 'end' }],
  } as const

  test('is waited out as far as the idle timeout of the session', async ({ realtime, caller, clock }) => {
    const flow = realtime.flow('patience', { states })
    caller.attach(await startClient({ input: { turn_detection: { type: 'server_vad', idle_timeout_ms: 8000 } } }))
    await caller.plays(flow)
    expect(flow).toMatchObject({ finished: true, coverage: { missing: [] } })
    expect(realtime.emitted('input_audio_buffer.timeout_triggered')).toHaveLength(1)
    expect(caller).toHaveHeard('Hello. What can I do for you? Are you still there?')
    expect(clock.now()).toBeLessThan(20_000)
  })

  test("or of the app's own timer", async ({ realtime, caller }) => {
    const flow = realtime.flow('patience', { states })
    const client = await startClient()
    client.once('response.done', () => setTimeout(() => client.send({ type: 'response.create' }), 10_000))
    caller.attach(client)
    await caller.plays(flow)
    expect(flow.finished).toBe(true)
  })

  test('that nobody answers is an error with the mend', async ({ realtime, caller }) => {
    const flow = realtime.flow('patience', { states, unfinished: 'allow' })
    caller.attach(await startClient())
    expect(await failureOf(() => caller.plays(flow))).toMatch(
      /state 'waiting' waits for silence, and nobody asked for a response in 60000 ms of it\.\nSet `turn_detection\.idle_timeout_ms`/,
    )
  })
})

describe('an event of the app', () => {
  const states = {
    ask: [{ says: 'hello', reply: 'Hello.', to: 'configured' }],
    configured: [{ event: { type: 'session.update', session: { instructions: 'Be brief.' } }, to: 'bye' }],
    bye: [{ says: 'bye', reply: 'Bye.', to: 'end' }],
  } as const

  async function start(caller: Caller, afterMs: number | undefined): Promise<void> {
    const client = await startClient()
    const configure = () => client.send({ type: 'session.update', session: { type: 'realtime', instructions: 'Be brief.' } })
    if (afterMs !== undefined) client.once('response.done', () => setTimeout(configure, afterMs))
    caller.attach(client)
  }

  test.for([0, 5000])('is waited for, %i ms after the answer', async (afterMs, { realtime, caller }) => {
    const flow = realtime.flow('setup', { states })
    await start(caller, afterMs)
    await caller.plays(flow)
    expect(flow.path).toEqual([
      'ask → configured  says "hello"',
      'configured → bye  event session.update',
      'bye → end  says "bye"',
    ])
  })

  test('that does not come is an error that names it', async ({ realtime, caller }) => {
    const flow = realtime.flow('setup', { states, unfinished: 'allow' })
    await start(caller, undefined)
    const failure = await failureOf(() => caller.plays(flow))
    expect(failure).toContain(
      `[RTK_WAIT] caller.plays('setup'): state 'configured' waits for event {"type":"session.update","session":{"instructions":"Be brief."}}, which the app has to send`,
    )
  })
})
