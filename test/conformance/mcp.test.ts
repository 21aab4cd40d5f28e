// protocol.md 4.10 with the judge at the other end: a RealtimeSession with hosted MCP tools, unmodified, through interception, on the
// clock of the test. What is on the wire in detail: test/session/mcp.test.ts.

import { hostedMcpTool } from '@openai/agents-core'
import { RealtimeAgent, RealtimeSession } from '@openai/agents-realtime'
import { OpenAIRealtimeWS } from 'openai/realtime/ws'
import type { RealtimeServerEvent, RealtimeToolsConfigUnion } from 'openai/resources/realtime/realtime'
import { describe } from 'vitest'
import { test as base, expect } from 'vitest-realtime'

const weather = {
  tools: {
    forecast: { description: 'Tells the weather of a city.', run: ({ city }: { city: string }) => `Sunny in ${city}` },
    alarm: { description: 'Sets an alarm.', run: () => 'Armed' },
  },
}
const test = base.override('realtimeOptions', { mcp: { weather } })

type HostedTool = ReturnType<typeof hostedMcpTool>

/** An app of the SDK's users: one agent with one hosted tool. Its microphone stays off. */
async function startAgent(tool: HostedTool, use?: (session: RealtimeSession) => void): Promise<RealtimeSession> {
  const agent = new RealtimeAgent({ name: 'Host', instructions: 'Help with the weather.', tools: [tool] })
  const session = new RealtimeSession(agent, { transport: 'websocket', model: 'gpt-realtime', tracingDisabled: true })
  session.on('error', ({ error }) => {
    throw error
  })
  use?.(session)
  await session.connect({ apiKey: 'sk-any' })
  return session
}

const freely = hostedMcpTool({ serverLabel: 'weather', serverUrl: 'https://weather.test/mcp', requireApproval: 'never' })
const askFirst = hostedMcpTool({ serverLabel: 'weather', serverUrl: 'https://weather.test/mcp', requireApproval: 'always' })
const call = {
  call: { name: 'forecast', arguments: { city: 'Rome' } },
  then: ({ result }: { result?: unknown }) => `It is ${result}.`,
}

describe('a hosted MCP tool of agents-js', () => {
  test('is listed, called and answered without approval', async ({ realtime }) => {
    realtime.respond('ask', { when: 'weather', ...call })
    const session = await startAgent(freely)
    await realtime.settled()
    expect(session.availableMcpTools.map(({ name }) => name)).toEqual(['forecast', 'alarm'])

    const completed: unknown[] = []
    session.on('mcp_tool_call_completed', (_context, _agent, toolCall) => completed.push(toolCall))
    session.sendMessage('What is the weather in Rome?')
    await realtime.nextResponse({ name: 'ask' })
    const answer = await realtime.nextResponse({ name: 'ask.then' })
    expect(answer.text).toBe('It is Sunny in Rome.')
    expect(completed).toMatchObject([{ type: 'mcp_call', name: 'forecast', status: 'completed', output: 'Sunny in Rome' }])
    expect(session.history.find(({ type }) => type === 'mcp_call')).toMatchObject({ output: 'Sunny in Rome' })
    expect(realtime).toHaveCalledFunction('forecast', { city: 'Rome' })
    expect(realtime).toHaveReturnedFromFunction('forecast', 'Sunny in Rome')
    expect(realtime).toHaveNoErrors()
    session.close()
  })

  test('is approved by the app, and runs then', async ({ realtime }) => {
    realtime.respond('ask', { when: 'weather', ...call })
    const session = await startAgent(askFirst, (asked) =>
      asked.on('tool_approval_requested', (_context, _agent, request) => void asked.approve(request.approvalItem)),
    )
    session.sendMessage('What is the weather in Rome?')
    const first = await realtime.nextResponse({ name: 'ask' })
    expect((await realtime.nextResponse({ name: 'ask.then' })).text).toBe('It is Sunny in Rome.')
    expect(first.calls).toMatchObject([{ name: 'forecast', arguments: { city: 'Rome' }, output: 'Sunny in Rome' }])
    expect(realtime).toHaveEmittedSequence([
      { type: 'response.output_item.added', item: { type: 'mcp_approval_request', name: 'forecast' } },
      'response.output_item.done',
      'response.done',
      { type: 'conversation.item.create', item: { type: 'mcp_approval_response', approve: true } },
      { type: 'conversation.item.added', item: { type: 'mcp_call', output: null } },
      'response.mcp_call.in_progress',
      'response.mcp_call.completed',
      { type: 'conversation.item.done', item: { type: 'mcp_call', output: 'Sunny in Rome' } },
      'response.create',
      'response.done',
    ])
    expect(realtime).toHaveNoErrors()
    session.close()
  })

  test('takes the time that its script sleeps, which costs no time', async ({ realtime }) => {
    const run = async (): Promise<string> => {
      await new Promise((resolve) => setTimeout(resolve, 2500))
      return 'Late but sunny'
    }
    realtime.mcp('weather', { tools: { forecast: { run } } })
    realtime.respond('ask', { when: 'weather', ...call })
    const session = await startAgent(freely)
    session.sendMessage('What is the weather in Rome?')
    expect((await realtime.nextResponse({ name: 'ask' })).calls).toMatchObject([{ output: 'Late but sunny' }])
    const at = (type: string): number => realtime.timeline.entries.find(({ event }) => event.type === type)!.atMs
    expect(at('response.mcp_call.completed') - at('response.mcp_call.in_progress')).toBe(2500)
    await realtime.nextResponse({ name: 'ask.then' })
    session.close()
  })

  test('that is interrupted while it works fails, and the response is cancelled', async ({ realtime, clock }) => {
    const run = (): Promise<string> => new Promise((resolve) => setTimeout(() => resolve('too late'), 60_000))
    realtime.mcp('weather', { tools: { forecast: { run } } })
    realtime.respond('ask', { when: 'weather', ...call })
    const session = await startAgent(freely)
    session.sendMessage('What is the weather in Rome?')
    await realtime.waitFor('response.mcp_call.in_progress')
    session.transport.sendEvent({ type: 'response.cancel' })
    expect((await realtime.nextResponse()).status).toBe('cancelled')
    await clock.advance(61_000)
    expect(realtime.emitted('response.mcp_call.failed')).toHaveLength(1)
    expect(realtime.emitted('response.mcp_call.completed')).toEqual([])
    session.close()
  })

  test('is rejected by the app: nothing runs, and the model can say so', async ({ realtime }) => {
    realtime.respond('ask', { when: 'weather', ...call })
    realtime.respond('denied', { when: ({ calls }) => calls.at(-1)?.approved === false, text: 'I may not look.' })
    const session = await startAgent(askFirst, (asked) =>
      asked.on('tool_approval_requested', async (_context, _agent, request) => {
        await asked.reject(request.approvalItem)
        asked.transport.requestResponse?.()
      }),
    )
    session.sendMessage('What is the weather in Rome?')
    await realtime.nextResponse({ name: 'ask' })
    expect((await realtime.nextResponse({ name: 'denied' })).text).toBe('I may not look.')
    expect(realtime.emitted('response.mcp_call.in_progress')).toEqual([])
    session.close()
  })

  test('of a server that nobody scripted: the failure is an event of the transport, and the timeline says what to do', async ({
    realtime,
  }) => {
    const lost = hostedMcpTool({ serverLabel: 'tides', serverUrl: 'https://tides.test/mcp' })
    const session = await startAgent(lost)
    await realtime.settled()
    expect(session.availableMcpTools).toEqual([])
    expect(realtime).toHaveEmitted('mcp_list_tools.failed')
    expect(realtime.timeline.toString()).toContain("realtime.mcp('tides'")
    session.close()
  })
})

test('the order that clients written after OpenAI’s own examples depend on: arguments, request, done, approval, call, answer', async ({
  realtime,
}) => {
  realtime.respond('ask', { when: 'weather', ...call })
  const app = new OpenAIRealtimeWS({ model: 'gpt-realtime' })
  const tools: RealtimeToolsConfigUnion[] = [{ type: 'mcp', server_label: 'weather', server_url: 'https://weather.test/mcp' }]
  let callId = ''
  let isDone = false
  let isComplete = false
  const answer = Promise.withResolvers<string>()
  const goOn = (): void => {
    if (isDone && isComplete) app.send({ type: 'response.create', response: { tool_choice: 'none' } })
  }
  const handlers: { readonly [type: string]: (event: RealtimeServerEvent) => void } = {
    'session.created': () =>
      app.send({ type: 'session.update', session: { type: 'realtime', output_modalities: ['text'], tools } }),
    'mcp_list_tools.completed': () => {
      app.send({
        type: 'conversation.item.create',
        item: { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'The weather?' }] },
      })
      app.send({ type: 'response.create' })
    },
    'response.mcp_call_arguments.done': (event) => {
      if (event.type === 'response.mcp_call_arguments.done') callId = event.item_id
    },
    'conversation.item.done': (event) => {
      if (event.type !== 'conversation.item.done' || event.item.type !== 'mcp_approval_request') return
      app.send({
        type: 'conversation.item.create',
        item: { id: 'yes', type: 'mcp_approval_response', approval_request_id: event.item.id, approve: true },
      })
    },
    'response.mcp_call.completed': (event) => {
      if (event.type !== 'response.mcp_call.completed' || event.item_id !== callId)
        return answer.reject(new Error('another call'))
      isComplete = true
      goOn()
    },
    'response.done': (event) => {
      if (event.type !== 'response.done') return
      const item = event.response.output?.[0]
      if (item?.type === 'message') return answer.resolve(item.content[0]?.text ?? '')
      if (isDone) return answer.reject(new Error('a response that nobody asked for'))
      isDone = true
      goOn()
    },
  }
  app.on('event', (event) => handlers[event.type]?.(event))
  app.on('error', answer.reject)
  expect(await answer.promise).toBe('It is Sunny in Rome.')
  expect(realtime).toHaveNoErrors()
})
