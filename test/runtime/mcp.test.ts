// MCP servers of a test: what the author scripts, what the app gets, and what the test is told. Rules of the wire: test/session/mcp.test.ts.

import { describe, expect, test } from 'vitest'
import type { McpServer, RealtimeOptions, Reply } from '../../src/api.ts'
import type { ServerEvent } from '../../src/protocol/server-events.ts'
import { checkMcpServer } from '../../src/runtime/mcp-servers.ts'
import { whatIsPending } from '../../src/runtime/settled.ts'
import { isEvent } from '../../src/runtime/timeline.ts'
import { type MemoryApp, type OpenService, openService } from './support/open-service.ts'

const weather: McpServer = {
  tools: {
    forecast: { description: 'Tells the weather', run: ({ city }) => `Sunny in ${city}` },
    alarm: { annotations: { readOnlyHint: false }, run: () => ({ armed: true }) },
    broken: {
      run: () => {
        throw new Error('no wind')
      },
    },
    silent: {},
    // JSON knows no functions.
    strange: { run: () => () => 1 },
  },
}
const call = (name: string): Reply => ({
  call: { name, arguments: { city: 'Rome' } },
  then: ({ result }) => `Got ${JSON.stringify(result)}`,
})

interface Talk extends AsyncDisposable {
  readonly local: OpenService
  readonly app: MemoryApp
}

/** An app whose session has that server, without approval unless told otherwise. */
async function talk(tool: object = { require_approval: 'never' }, options: RealtimeOptions = {}): Promise<Talk> {
  const local = openService({ mcp: { weather }, ...options })
  const app = await local.open()
  const tools = [{ type: 'mcp', server_label: 'weather', server_url: 'https://weather.test', ...tool }]
  app.send({ type: 'session.update', session: { type: 'realtime', output_modalities: ['text'], tools } })
  await local.realtime.settled()
  return { local, app, [Symbol.asyncDispose]: () => local[Symbol.asyncDispose]() }
}

function last<T extends ServerEvent['type']>(app: MemoryApp, type: T): Extract<ServerEvent, { type: T }> {
  const found = app.got.findLast((event) => typeof event !== 'string' && event.type === type)
  if (!found) throw new Error(`no ${type}`)
  return found as Extract<ServerEvent, { type: T }>
}

function findings({ service }: OpenService): string[] {
  return service.timeline.entries.flatMap((entry) =>
    !isEvent(entry) && entry.note.type === 'finding' ? [entry.note.message] : [],
  )
}

async function afterCall({ local, app }: Talk, name: string) {
  local.realtime.respond('ask', { when: 'weather', ...(call(name) as object) })
  app.say('The weather?')
  await local.realtime.nextResponse()
  app.send({ type: 'response.create' })
  return local.realtime.nextResponse()
}

describe('what the server has is listed', () => {
  test('as the author wrote it, each with a description and a schema', async () => {
    await using one = await talk()
    const { item } = last(one.app, 'conversation.item.done')
    expect(item).toMatchObject({
      type: 'mcp_list_tools',
      tools: [
        { name: 'forecast', description: 'Tells the weather', input_schema: { type: 'object' } },
        { name: 'alarm', description: '', annotations: { readOnlyHint: false } },
        { name: 'broken' },
        { name: 'silent' },
        { name: 'strange' },
      ],
    })
  })

  test.each<[string, Record<string, McpServer>, string]>([
    ['nobody scripted', {}, "realtime.mcp('weather', { tools: { name: { run: (args) => … } } })"],
    ['somebody misspelt', { wether: weather }, "Did you mean 'wether'?"],
    ['is unreachable', { weather: { ...weather, unreachable: true } }, 'scripted as `unreachable`'],
  ])('one that %s fails, and a finding says how to script it', async (_, mcp, told) => {
    await using one = await talk({}, { mcp })
    expect(one.app.types().slice(-2)).toEqual(['mcp_list_tools.in_progress', 'mcp_list_tools.failed'])
    expect(findings(one.local)).toEqual([expect.stringContaining(told)])
  })
})

describe('a call', () => {
  test.each<[string, string, unknown]>([
    ['forecast', 'Sunny in Rome', 'Sunny in Rome'],
    ['alarm', '{"armed":true}', { armed: true }],
    ['silent', '', ''],
    ['strange', '', ''],
  ])('of %s gives its result to the app, to `then` and to the test', async (name, output, parsed) => {
    await using one = await talk()
    const second = await afterCall(one, name)
    const { item } = one.app.got.find(
      (event) => typeof event !== 'string' && event.type === 'response.output_item.done' && event.item.type === 'mcp_call',
    ) as Extract<ServerEvent, { type: 'response.output_item.done' }>
    expect(item).toMatchObject({ output, error: null })
    expect(second).toMatchObject({ name: 'ask.then', text: `Got ${JSON.stringify(parsed)}` })
    expect(one.local.realtime.responses[0]?.calls).toEqual([
      { name, callId: expect.stringMatching(/^mcp_/), arguments: { city: 'Rome' }, output: parsed },
    ])
  })

  test('that throws fails, with the words of the error', async () => {
    await using one = await talk()
    expect(await afterCall(one, 'broken')).toMatchObject({ text: 'Got {"error":"no wind"}' })
    expect(one.app.types()).toContain('response.mcp_call.failed')
    expect(one.local.realtime.responses[0]?.calls).toMatchObject([{ name: 'broken', error: 'no wind' }])
  })

  test('of a tool that the server does not have fails, and a finding says that nobody could make it', async () => {
    await using one = await talk()
    one.local.realtime.respondOnce({ call: { name: 'tide', server: 'weather' } })
    one.app.say('The tide?')
    await one.local.realtime.nextResponse()
    expect(last(one.app, 'response.output_item.done').item).toMatchObject({
      error: { type: 'protocol_error', code: -32602, message: 'Unknown tool: tide' },
    })
    expect(findings(one.local)).toEqual([expect.stringContaining('calls weather/tide, which the app does not offer')])
  })

  test.each(['cancels its response', 'hangs up'])('that never ends holds up nothing once the app %s', async (how) => {
    await using one = await talk(
      { require_approval: 'never' },
      { mcp: { weather: { tools: { hangs: { run: () => new Promise(() => {}) } } } } },
    )
    one.local.realtime.respond('ask', call('hangs'))
    one.app.say('The weather?')
    await one.local.realtime.waitFor('response.mcp_call.in_progress')
    if (how === 'hangs up') one.app.client.close(1000)
    else one.app.send({ type: 'response.cancel' })
    await one.local.realtime.settled()
    await one.local.service.clock.advance(60_000)
    expect(findings(one.local)).toEqual([])
  })

  test('is named, while it works, by what waits for it', async () => {
    const { promise, resolve } = Promise.withResolvers<string>()
    await using one = await talk({})
    one.local.service.mcp.add('weather', { tools: { forecast: { run: () => promise } } })
    one.local.realtime.respond('ask', { when: 'weather', ...(call('forecast') as object) })
    one.app.say('The weather?')
    await one.local.realtime.nextResponse()
    const pending = (): string | undefined => whatIsPending(one.local.service, one.local.service.connections)
    expect(pending()).toMatch(
      /waits for an mcp_approval_response to mcpr_\w+, which wants to call forecast, which the app has not sent/,
    )
    const { item } = last(one.app, 'response.output_item.done')
    const answer = { type: 'mcp_approval_response', approval_request_id: item.id, approve: true }
    one.app.send({ type: 'conversation.item.create', item: answer })
    await one.local.realtime.waitFor('response.mcp_call.in_progress')
    expect(pending()).toContain('waits for the MCP tool forecast, which is still at work')
    resolve('Rain')
    await one.local.realtime.settled()
    expect(one.local.realtime.responses[0]?.calls).toMatchObject([{ name: 'forecast', output: 'Rain' }])
  })

  test('that the app denies is told to the reply that comes next', async () => {
    await using one = await talk({})
    one.local.realtime.respond('ask', { when: 'weather', ...(call('forecast') as object) })
    one.local.realtime.respond('denied', {
      when: ({ calls }) => calls.at(-1)?.approved === false,
      text: 'Then I do not know.',
    })
    one.app.say('The weather?')
    await one.local.realtime.nextResponse()
    const { item } = last(one.app, 'response.output_item.done')
    const answer = { type: 'mcp_approval_response', approval_request_id: item.id, approve: false }
    one.app.send({ type: 'conversation.item.create', item: answer })
    one.app.send({ type: 'response.create' })
    expect(await one.local.realtime.nextResponse()).toMatchObject({ name: 'denied', text: 'Then I do not know.' })
    await one.local.realtime.settled()
  })

  test('is answered by the service itself where behavior.mcpFollowUp says so', async () => {
    await using one = await talk({ require_approval: 'never' }, { behavior: { mcpFollowUp: true } })
    one.local.realtime.respond('ask', { when: 'weather', ...(call('forecast') as object) })
    one.app.say('The weather?')
    await one.local.realtime.nextResponse()
    expect(await one.local.realtime.nextResponse()).toMatchObject({ name: 'ask.then', text: 'Got "Sunny in Rome"' })
  })

  test('is what a service without replies makes of the words of the user', async () => {
    await using one = await talk({ require_approval: 'never' }, { onUnmatched: 'fallback' })
    one.app.say('What is the forecast for Rome?')
    expect(await one.local.realtime.nextResponse()).toMatchObject({ name: 'default-call', calls: [{ name: 'forecast' }] })
    one.app.send({ type: 'response.create' })
    expect(await one.local.realtime.nextResponse()).toMatchObject({
      name: 'default-result',
      text: expect.stringContaining('Sunny'),
    })
  })
})

describe('the author’s slips', () => {
  const complaint = (server: unknown): string => {
    try {
      checkMcpServer(server, { subject: "realtime.mcp('weather', …)", path: '', code: 'RTK_OPTION' })
    } catch (error) {
      return String((error as Error).message)
    }
    return 'fine'
  }

  test.each<[string, unknown, string]>([
    ['nothing', undefined, 'must be an MCP server { tools }, got undefined'],
    ['no tools', {}, '`tools` must be an object of tools by name'],
    [
      'a list of tools',
      { tools: [] },
      '`tools` must be an object of tools by name, got an empty array\n  Write { name: { run: … } }.',
    ],
    [
      'a function',
      { tools: { forecast: () => '' } },
      '`tools.forecast` must be an object, got the function forecast\n  Write { run: … }.',
    ],
    [
      'another word',
      { tools: { forecast: { handler: () => '' } } },
      '`handler` is no option of `tools.forecast`. Did you mean `run`?',
    ],
    ['a slip of the pen', { tools: {}, unreachble: true }, '`unreachble` is no option. Did you mean `unreachable`?'],
    [
      'a schema that is none',
      { tools: { f: { input_schema: 'x' } } },
      '`tools.f.input_schema` must be a JSON Schema, an object, got "x"',
    ],
  ])('%s is refused by name', (_, server, told) => {
    expect(complaint(server)).toContain(told)
  })

  test.each([{ tools: {} }, { unreachable: true }, weather])('%o is fine', (server) => {
    expect(complaint(server)).toBe('fine')
  })
})
