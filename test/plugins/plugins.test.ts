// The option `plugins`, in tests as users write them, with an example plugin that is a package of its own.

import { describe } from 'vitest'
import { createLocalRealtime, expect, type Pcm, type Plugin, test } from 'vitest-realtime'
import { encodeBase64 } from '../../audio/base64.ts'
import { openService } from '../runtime/support/open-service.ts'
import { connectTextApp } from '../support/text-app.ts'
import { shopPlugin } from './shop-plugin/index.ts'

const seen: string[] = []
const shop = shopPlugin({ onItem: (what) => seen.push(what) })

describe('a plugin of somebody else', () => {
  test.override('realtimeOptions', { plugins: [shop] })

  test('adds intents, criteria and generators', async ({ realtime }) => {
    realtime.respond('big', { when: { 'shop:spends': { atLeast: 100 } }, generate: 'shop:quote', with: { each: 2 } })
    realtime.respond('price', { when: { intents: ['price_question'] }, text: 'Five each.' })
    realtime.respond('hi', { when: { intents: ['greeting'] }, generate: 'shop:story' })
    const app = await connectTextApp()
    expect(await app.ask('I take 120')).toBe('240 EUR')
    expect(await app.ask('Wie viel kostet das?')).toBe('Five each.')
    expect(await app.ask('Grüezi')).toBe('You said Grüezi.')
    expect(await app.ask('Hello')).toBe('You said Hello.')
    expect(JSON.stringify(realtime.responses[1]?.why)).toContain('"criterion":"shop:spends","met":false')
  })

  test('adds handlers, which see what the app sends', async ({ realtime }) => {
    seen.length = 0
    realtime.respond('any', 'Hm.')
    await (await connectTextApp()).ask('One')
    expect(seen).toEqual(['message in sess_'])
  })

  test('adds faults', async ({ realtime }) => {
    realtime.respond('any', 'Hm.')
    realtime.fail('shop:outage')
    const app = await connectTextApp()
    app.tell('One')
    expect((await realtime.nextResponse()).status).toBe('failed')
    expect(() => realtime.fail('shop:outtage')).toThrow("no fault is named 'shop:outtage'. Did you mean 'shop:outage'?")
  })

  test('is asked for names that it has, at the line of the author', ({ realtime }) => {
    expect(() => realtime.respond('x', { when: { 'shop:spend': 1 }, text: 'y' })).toThrow(
      "[RTK_REPLY] reply 'x': no criterion is named 'shop:spend'. Did you mean 'shop:spends'?",
    )
    expect(() => realtime.respond('x', { generate: 'shop:tale' })).toThrow("no generator is named 'shop:tale'")
    expect(() => realtime.respond('x', { generate: 'shop:quote', text: 'y' })).toThrow('The generator makes the reply.')
    expect(() => realtime.respond('x', { when: { intents: ['price_qestion'] }, text: 'y' })).toThrow(
      "Did you mean 'price_question'?",
    )
  })
})

describe('engines and sound', () => {
  test.override('realtimeOptions', { plugins: [shop], vad: 'shop:eager' })

  test('an engine of a plugin hears the caller', async ({ realtime, caller }) => {
    realtime.respond('any', 'Yes.')
    await connectTextApp()
    await caller.says('Is anybody there?')
    await realtime.settled()
    expect(realtime.session.vad.engine).toBe('eager')
    expect(realtime.responses).toHaveLength(1)
  })

  test('processors apply in their order, to what comes in and what goes out', async () => {
    const log: string[] = []
    const processor = (name: string, change: (sample: number) => number): Plugin => {
      const apply = (way: string) => (sound: Pcm) => {
        log.push(`${name} ${way}`)
        return { ...sound, samples: sound.samples.map(change) }
      }
      return { name, processors: { input: apply('in'), output: apply('out') } }
    }
    const plugins = [processor('add', (sample) => sample + 10), processor('double', (sample) => sample * 2)]
    await using world = openService({
      latency: 'instant',
      plugins,
      responses: {
        any: { audio: { samples: new Int16Array(2400).fill(5), rateHz: 24000, durationMs: 100 } as Pcm, text: 'Tone' },
      },
    })
    const app = await world.open()
    app.send({ type: 'session.update', session: { type: 'realtime', audio: { input: { turn_detection: null } } } })
    app.send({ type: 'input_audio_buffer.append', audio: encodeBase64(new Uint8Array(new Int16Array(4800).fill(1).buffer)) })
    app.send({ type: 'input_audio_buffer.commit' })
    app.send({ type: 'response.create' })
    await world.realtime.settled()
    expect(log).toEqual(['add in', 'double in', 'add out', 'double out'])
    const [delta] = world.realtime.emitted('response.output_audio.delta')
    expect(new Int16Array(Uint8Array.from(Buffer.from(delta?.delta ?? '', 'base64')).buffer)[100]).toBe(30)
    const item = world.realtime.emitted('conversation.item.added')[0]?.item
    app.send({ type: 'conversation.item.retrieve', item_id: item?.id })
    const { item: whole } = await world.realtime.waitFor('conversation.item.retrieved')
    const [part] = (whole as unknown as { content: { audio: string }[] }).content
    expect(new Int16Array(Uint8Array.from(Buffer.from(part?.audio ?? '', 'base64')).buffer)[7]).toBe(22)
    // The timeline has it as it was sent.
    expect(world.realtime.received('input_audio_buffer.append')[0]?.audio.slice(0, 4)).toBe('AQAB')
  })
})

const boom = () => {
  throw new Error('boom')
}

describe('a plugin that throws fails its own test, with its name', () => {
  const broken = (part: Partial<Plugin>): Plugin => ({ name: 'broken', ...part })

  async function problemsOf(part: Partial<Plugin>, reply: object = { text: 'Fine.' }) {
    await using world = openService({ latency: 'instant', plugins: [broken(part), shopPlugin()], responses: { any: reply } })
    const app = await world.open()
    app.send({
      type: 'session.update',
      session: { type: 'realtime', output_modalities: ['text'], audio: { input: { turn_detection: null } } },
    })
    app.send({ type: 'input_audio_buffer.append', audio: encodeBase64(new Uint8Array(9600)) })
    world.service.run(() => app.say('Hi'))
    await world.realtime.settled().catch(() => {})
    const done = world.realtime.emitted('response.done').at(-1)?.response.status
    return { told: world.service.verdict.problems.map(({ message }) => message), done }
  }

  test.each<[string, Partial<Plugin>, object | undefined, string]>([
    ['criterion', { criteria: { bad: boom } }, { when: { 'broken:bad': 1 }, text: 'x' }, 'failed'],
    ['generator', { generators: { bad: boom } }, { generate: 'broken:bad' }, 'failed'],
    ['generator', { generators: { bad: async () => boom() } }, { generate: 'broken:bad' }, 'failed'],
    [
      'generator',
      {
        generators: {
          async *bad() {
            yield boom()
          },
        },
      },
      { generate: 'broken:bad' },
      'failed',
    ],
    ['handler', { handlers: { 'response.create': boom } }, undefined, 'completed'],
    ['processor', { processors: { input: boom } }, undefined, 'completed'],
  ])('%s %o', async (what, part, reply, status) => {
    const { told, done } = await problemsOf(part, reply)
    expect(told[0]).toMatch(new RegExp(`^\\[RTK_PLUGIN\\] plugin 'broken': its .*${what}.* threw Error: boom`))
    expect(done).toBe(status)
  })

  test('a criterion that is async, whatever it would say', async () => {
    const { told, done } = await problemsOf(
      { criteria: { bad: (async () => false) as never } },
      { when: { 'broken:bad': 1 }, text: 'x' },
    )
    expect(told[0]).toContain("plugin 'broken': its criterion 'broken:bad' threw TypeError: it gave a Promise")
    expect(done).toBe('failed')
  })

  test('the stream of an engine', async () => {
    const push = () => boom()
    const vad = { name: 'bad', load: async () => {}, open: () => ({ push, reset() {}, close() {}, flush: () => [] }) as never }
    await using world = openService({
      latency: 'instant',
      vad: 'broken:bad',
      plugins: [broken({ engines: { vad: { bad: vad } } })],
    })
    const app = await world.open()
    app.send({ type: 'input_audio_buffer.append', audio: encodeBase64(new Uint8Array(9600)) })
    await world.realtime.settled().catch(() => {})
    expect(world.service.verdict.problems[0]?.message).toContain(
      "[RTK_PLUGIN] plugin 'broken': its engine 'broken:bad' threw Error: boom",
    )
  })

  test('an engine', async () => {
    const vad = { name: 'bad', load: async () => boom(), open: () => boom() }
    await using world = openService({
      latency: 'instant',
      vad: 'broken:bad',
      plugins: [broken({ engines: { vad: { bad: vad } } })],
    })
    const app = await world.open()
    app.send({ type: 'input_audio_buffer.append', audio: encodeBase64(new Uint8Array(9600)) })
    await world.realtime.settled().catch(() => {})
    expect(world.service.verdict.problems[0]?.message).toBe(
      "[RTK_PLUGIN] plugin 'broken': its engine 'broken:bad' threw Error: boom",
    )
  })

  test('what gives the wrong sound', async () => {
    const { told } = await problemsOf({ processors: { input: (sound) => ({ ...sound, rateHz: 8000 }) } })
    expect(told[0]).toContain('its input processor threw TypeError: it must give sound of 24000 Hz')
  })
})

describe('what a plugin may be', () => {
  test.each<[unknown, string]>([
    [{ name: 'x' }, '`plugins` must be an array of plugins, got an object with name\n  Write [{ … }].'],
    [[{ intents: {} }], '`plugins[0].name` must be a name, got undefined'],
    [[{ name: 'a b' }], "`plugins[0].name` must be letters, digits, '-' and '_'"],
    [[{ name: 'a' }, { name: 'a' }], '`plugins[1].name` must be another name'],
    [[{ name: 'a', criterias: {} }], '`criterias` is no option of `plugins[0]`. Did you mean `criteria`?'],
    [[{ name: 'a', handlers: { 'response.done': () => {} } }], "No client event is named 'response.done'."],
    [
      [{ name: 'a', engines: { vad: { b: { open() {} } } } }],
      '`plugins[0].engines.vad` must be an object of engines (with `load` and `open`) by name',
    ],
    [
      [{ name: 'a', faults: { down: { respons: 'server_error' } } }],
      '`plugins[0].faults.down` must be an object with one of response, connect, close',
    ],
    [
      [{ name: 'a', faults: { down: [{ close: 1011 }, { delay: 'response.done', ms: -1 }] } }],
      '`plugins[0].faults.down[1].ms` must be',
    ],
  ])('%j', (plugins, message) => {
    expect(() => createLocalRealtime({ plugins } as never)).toThrow(message)
  })

  test('engines are looked up at the door', () => {
    expect(() => createLocalRealtime({ vad: 'shop:eger', plugins: [shopPlugin()] })).toThrow("Did you mean 'shop:eager'?")
  })
})
