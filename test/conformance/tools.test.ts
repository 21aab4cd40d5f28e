// protocol.md 4.8: functions. A service that nobody scripted decides by itself whether to call.

import { describe, expect, test } from 'vitest'
import { callOutput, cancel, create, remove, respond, says, update } from './support/client-events.ts'
import { startLocal, useServed } from './support/services.ts'
import { errorOf, type WireEvent } from './support/wire-client.ts'

const unscripted = useServed([])

const tool = (name: string): object => ({
  type: 'function',
  name,
  description: `Tells the ${name}.`,
  parameters: { type: 'object', properties: { city: { type: 'string' } } },
})
const tools = [tool('weather'), tool('time')]
const output = (events: readonly WireEvent[]): WireEvent[] => events.find(({ type }) => type === 'response.done')!.response.output
const kinds = (events: readonly WireEvent[]): string[] => output(events).map(({ type, name }) => name ?? type)

describe('4.8 tool_choice', () => {
  test.each([
    ['auto', 'How is the weather?', ['weather']],
    ['auto', 'Hello there', ['message']],
    ['none', 'How is the weather?', ['message']],
    ['required', 'Hello there', ['weather']],
    [{ type: 'function', name: 'time' }, 'How is the weather?', ['time']],
  ])('%j with "%s" gives %j', async (tool_choice, text, expected) => {
    const client = await unscripted.openText()
    await client.askOne(update({ tools, tool_choice }))
    expect(kinds(await client.turn(says(text), respond()))).toEqual(expected)
  })

  test('of a response overrides that of the session', async () => {
    const client = await unscripted.openText()
    await client.askOne(update({ tools, tool_choice: 'none' }))
    expect(kinds(await client.turn(says('Hello'), respond({ tool_choice: 'required' })))).toEqual(['weather'])
    expect(kinds(await client.turn(says('How is the weather?'), respond()))).toEqual(['message'])
  })

  test('tools of a response override those of the session', async () => {
    const client = await unscripted.openText()
    await client.askOne(update({ tools }))
    expect(kinds(await client.turn(says('How is the weather?'), respond({ tools: [] })))).toEqual(['message'])
  })
})

describe('4.8 outputs', () => {
  test('the response after the output tells the result', async () => {
    const client = await unscripted.openText()
    await client.askOne(update({ tools }))
    const [call] = output(await client.turn(says('How is the weather?'), respond()))
    const answer = output(await client.turn(callOutput(call!.call_id, '"sunny"'), respond()))
    expect(answer[0]!.content[0].text).toContain('sunny')
  })

  test('of a deleted call: invalid_tool_call_id', async () => {
    const client = await unscripted.openText()
    const call = { type: 'function_call', name: 'f', call_id: 'call_1', arguments: '{}', id: 'c' }
    const [, , , error] = await client.ask(create(call), remove('c'), callOutput('call_1'))
    expect(errorOf(error!)).toMatchObject({ code: 'invalid_tool_call_id', param: null })
  })

  test('[U] of a call in a cancelled response: accepted', async () => {
    await using local = startLocal()
    const client = await local.open()
    client.send(says('call one'), respond())
    const { call_id } = await client.until('response.function_call_arguments.delta')
    client.send(cancel())
    await client.until('response.done')
    expect((await client.ask(callOutput(call_id))).map(({ type }) => type)).toContain('conversation.item.added')
  })
})
