// Rows of the capability table about how an author scripts the model: templates, flows, custom models, streaming, languages, plugins.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, onTestFinished, vi } from 'vitest'
import {
  chatModel,
  createLocalRealtime,
  expect,
  type LocalRealtime,
  type Plugin,
  type RealtimeOptions,
  speech,
  test,
} from 'vitest-realtime'
import { peakDbfs } from 'vitest-realtime/audio'
import { startChatServer } from '../models/chat-server.ts'
import { shopPlugin } from '../plugins/shop-plugin/index.ts'
import { connectTextApp } from '../support/text-app.ts'

/** Names of the replies that answer these texts. */
async function chosen(realtime: LocalRealtime, ...texts: string[]): Promise<string[]> {
  const app = await connectTextApp()
  for (const text of texts) await app.ask(text)
  return realtime.responses.map(({ name }) => name)
}

test('row 93: response templates', async ({ realtime }) => {
  realtime.respond('hello', {
    when: /i am (?<name>\w+)/i,
    text: ({ captured, session }) => `${captured.name} on ${session.model}`,
  })
  expect(await (await connectTextApp()).ask('I am Ada')).toBe('Ada on gpt-realtime')
  const folder = mkdtempSync(join(tmpdir(), 'templates-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const { readConfig } = await import('../../src/environment/config-file.ts')
  const file = join(folder, 'config.json')
  const write = (responses: object) => writeFileSync(file, JSON.stringify({ responses }))
  write({
    weather: {
      when: '/weather in (?<city>\\w+)/i',
      call: { name: 'get_weather', arguments: { city: '{{captured.city}}', asked: '{{user.text}}' } },
      then: '{{result.temp}} degrees in {{captured.city}}, {{metadata.who | friend}}.',
    },
  })
  const config: RealtimeOptions = await readConfig(file, file)
  vi.stubEnv('OPENAI_API_KEY', 'sk-any')
  await using service = createLocalRealtime(config)
  await service.run(async () => {
    const app = await connectTextApp()
    app.socket.send({ type: 'session.update', session: { type: 'realtime', output_modalities: ['text'] } })
    app.tell('The weather in Rome, please')
    const { calls } = await service.nextResponse()
    expect(calls).toMatchObject([{ arguments: { city: 'Rome', asked: 'The weather in Rome, please' } }])
    const [done] = service.emitted('response.function_call_arguments.done')
    const item = { type: 'function_call_output', call_id: done!.call_id, output: '{"temp":21}' } as const
    app.socket.send({ type: 'conversation.item.create', item })
    app.socket.send({ type: 'response.create' })
    expect((await service.nextResponse()).text).toBe('21 degrees in Rome, friend.')
  })
  write({ bad: { when: '/in (?<city>\\w+)/', text: '{{captured.town}}' } })
  await expect(readConfig(file, file)).rejects.toThrow('no such placeholder {{captured.town}}. `captured` has city, 1.')
})

test('row 94: conversation flows', async ({ realtime }) => {
  const flow = realtime.flow('booking', {
    states: {
      ask: [
        { says: 'table', reply: 'For how many?', to: 'seats' },
        { says: 'cancel', reply: 'Cancelled.', to: 'end' },
      ],
      seats: [
        { says: /(?<seats>\d+|two)/, reply: 'When?', to: 'time' },
        { says: 'hm', reply: 'How many?' },
      ],
      time: [{ says: /at (?<time>\w+)/, reply: ({ captured }) => `${captured.seats} at ${captured.time}.`, to: 'end' }],
    },
  })
  const app = await connectTextApp()
  for (const text of ['A table', 'hm', 'for two']) await app.ask(text)
  expect(await app.ask('at eight')).toBe('two at eight.')
  expect(flow).toMatchObject({ finished: true, coverage: { steps: { taken: 4, all: 5 }, missing: ['ask: says "cancel" → end'] } })
  await using other = createLocalRealtime()
  other.flow('short', {
    states: { ask: [{ says: 'table', reply: 'When?', to: 'time' }], time: [{ says: /at (\w+)/, reply: 'Done.', to: 'end' }] },
  })
  await other.run(async () => {
    const second = await connectTextApp()
    await second.ask('A table')
    second.tell('Goodbye')
    await expect(other.nextResponse({ name: 'x' })).rejects.toThrow(
      /ask → time {2}says "A table"\n {2}in state 'time' \(- expected, \+ came\):\n {4}- says \/at \(\\w\+\)\/ → end\n {4}\+ says "Goodbye"/,
    )
  })
})

test('row 98: custom LLM', async ({ realtime }) => {
  await using server = await startChatServer(() => [{ content: 'Token ' }, { content: 'by ' }, { content: 'token.' }])
  const model = realtime.respond('model', chatModel({ baseURL: server.baseURL, model: 'local' }))
  const app = await connectTextApp()
  expect(await app.ask('Really')).toBe('Token by token.')
  model.remove()
  realtime.respond('own', async function* ({ text }) {
    yield `${text}? `
    yield 'Yes.'
  })
  expect(await app.ask('Really')).toBe('Really? Yes.')
  expect(realtime.emitted('response.output_text.delta').at(-1)?.delta).toBe('.')
})

describe('row 100', () => {
  test.override('realtimeOptions', {
    latency: 'instant',
    streaming: { chunk: 'word', delayMs: [10, 20], burst: 2, stall: { after: 4, ms: 500 } },
  })

  test('row 100: streaming patterns', async ({ realtime, clock }) => {
    realtime.respond('any', 'one two three four five six')
    await (await connectTextApp()).ask('Hi')
    const deltas = realtime.timeline.entries.filter(
      (entry) => 'event' in entry && entry.event.type === 'response.output_text.delta',
    )
    const times = deltas.map(({ atMs }) => atMs - (deltas[0]?.atMs ?? 0))
    expect(times).toEqual([0, 0, 30, 30, 560, 560])
    expect(clock.now()).toBeGreaterThanOrEqual(560)
  })

  test('row 100: streaming patterns, with jitter, the same for a seed', async () => {
    const timesOf = async (seed: number): Promise<number[]> => {
      const streaming = { chunk: 'character', delayMs: 20, jitterMs: 15 } as const
      await using realtime = createLocalRealtime({ latency: 'instant', streaming, seed, responses: { any: 'abcdefgh' } })
      await realtime.run(async () => void (await (await connectTextApp()).ask('Hi')))
      const { entries } = realtime.timeline
      return entries.flatMap(({ event, atMs }) => (event.type === 'response.output_text.delta' ? [atMs] : []))
    }
    const [first, again, other] = [await timesOf(7), await timesOf(7), await timesOf(8)]
    const gaps = first.slice(1).map((atMs, index) => atMs - first[index]!)
    expect([Math.min(...gaps) >= 20, Math.max(...gaps) <= 35, new Set(gaps).size > 2]).toEqual([true, true, true])
    expect(again).toEqual(first)
    expect(other).not.toEqual(first)
  })
})

describe('row 101', () => {
  test.override('realtimeOptions', { intents: { greeting: ['こんにちは', 'здравствуйте'] }, streaming: { chunk: 'character' } })

  test('row 101: multi-language', async ({ realtime }) => {
    realtime.respond('greeting', { when: { intents: ['greeting'] }, text: 'नमस्ते 👨‍👩‍👧!' })
    realtime.respond('weather', { when: { keywords: ['天気', 'погода'] }, text: '晴れ' })
    expect(await chosen(realtime, 'ええと、こんにちは！', '今日の天気は？', 'Здравствуйте!', 'ПОГОДА?')).toEqual([
      'greeting',
      'weather',
      'greeting',
      'weather',
    ])
    const deltas = realtime.emitted('response.output_text.delta').map(({ delta }) => delta)
    expect(deltas.slice(0, 7)).toEqual(['न', 'म', 'स्ते', ' ', '👨‍👩‍👧', '!', '晴'])
  })
})

describe('row 103', () => {
  const items: string[] = []
  const broken: Plugin = {
    name: 'broken',
    handlers: {
      'response.create': () => {
        throw new Error('not today')
      },
    },
  }
  test.override('realtimeOptions', { plugins: [shopPlugin({ onItem: (what) => items.push(what) })], vad: 'shop:eager' })

  test('row 103: plugin system', async ({ realtime, caller }) => {
    realtime.respond('big', { when: { 'shop:spends': { atLeast: 100 } }, generate: 'shop:quote', with: { each: 3 } })
    realtime.respond('any', 'Hm.')
    const app = await connectTextApp()
    expect([await app.ask('I take 100'), await app.ask('I take 9')]).toEqual(['300 EUR', 'Hm.'])
    expect(items).toEqual(['message in sess_', 'message in sess_'])
    // The engine hears; the processor makes what is said half as loud.
    app.socket.send({ type: 'session.update', session: { type: 'realtime', output_modalities: ['audio'] } })
    caller.attach(app.socket)
    await caller.says('Is anybody there?')
    await realtime.settled()
    expect(realtime.session.vad).toMatchObject({ engine: 'eager', segments: 1 })
    expect(peakDbfs(caller.heard.audio.samples) - peakDbfs((await speech('Hm.')).samples)).toBeCloseTo(-6, 0)
  })

  test('row 103: plugin system, one that throws stays alone', async () => {
    items.length = 0
    const plugins = [broken, shopPlugin({ onItem: (what) => items.push(what) })]
    await using realtime = createLocalRealtime({ plugins, responses: { any: 'Hm.' } })
    await realtime.run(async () => expect(await (await connectTextApp()).ask('One')).toBe('Hm.'))
    await expect(realtime.settled()).rejects.toThrow("plugin 'broken': its handler of 'response.create' threw Error: not today")
    expect(items).toEqual(['message in sess_'])
  })
})

test('row 104: audio processors of plugins', async () => {
  vi.stubEnv('OPENAI_API_KEY', 'sk-any')
  const order: string[] = []
  const named = (name: string): Plugin => ({
    name,
    processors: {
      output(sound) {
        order.push(name)
        return sound
      },
    },
  })
  await using realtime = createLocalRealtime({ plugins: [named('first'), named('second')], responses: { any: 'Hello.' } })
  await realtime.run(async () => {
    const { socket } = await connectTextApp()
    socket.send({ type: 'response.create' })
    await realtime.nextResponse()
  })
  expect(order).toEqual(['first', 'second'])
})
