// What counts as the same: order, names, fields, times, secrets. Each app is a small one on the openai package.

import type { RealtimeClientEvent } from 'openai/resources/realtime/realtime'
import { describe } from 'vitest'
import { createLocalRealtime, expect, test } from 'vitest-realtime'
import type { LocalRealtime, ReplayRules } from '../../src/api.ts'
import type { RealtimeInstance } from '../../src/doors/realtime-instance.ts'
import { GoldenClient, userMessage } from './support/golden-client.ts'
import { type Shelf, shelf } from './support/record-here.ts'

const text = { type: 'realtime', output_modalities: ['text'] } as const
type App = (client: GoldenClient, realtime: LocalRealtime) => Promise<void>

/** See to their configuration themselves, and are greeted late. */
const ownStart = new WeakSet<App>()

async function run(app: App, realtime: LocalRealtime): Promise<void> {
  const client = new GoldenClient()
  if (!ownStart.has(app)) await client.configure({ type: 'realtime', output_modalities: ['text'] })
  await Promise.race([app(client, realtime), client.closed])
  client.close()
}

const recordIn = (files: Shelf, app: App) =>
  files.record('it', async (realtime) => {
    realtime.respond('any', 'Yes.')
    if (ownStart.has(app)) realtime.fail({ delay: 'session.created', ms: 20 })
    await run(app, realtime)
  })

/** Records one app and replays another; gives the message of what went wrong, or ''. */
async function outcome(recorded: App, replayed: App, rules: ReplayRules = {}): Promise<string> {
  using files = shelf()
  await recordIn(files, recorded)
  await using realtime = createLocalRealtime() as RealtimeInstance
  await realtime.replay(files.path('it'), rules)
  await realtime.run(() => run(replayed, realtime))
  const { verdict, replaying } = realtime.internals
  return (verdict.problems[0] ?? replaying?.problem())?.message ?? ''
}

const done = (client: GoldenClient) => client.next('response.done')
const create = { type: 'response.create' } as const

describe('order', () => {
  const oneWay: App = async (client) => {
    client.send(userMessage('A'), userMessage('B'), create)
    await done(client)
  }
  const otherWay: App = async (client) => {
    client.send(userMessage('B'), userMessage('A'), create)
    await done(client)
  }
  const early: App = async (client) => {
    client.send(userMessage('A'), create)
    await done(client)
    client.send(userMessage('B'))
    await client.next('conversation.item.done')
  }

  const update: RealtimeClientEvent = { type: 'session.update', session: { type: 'realtime', output_modalities: ['text'] } }
  const patient: App = async (client) => {
    await client.next('session.created')
    client.send(update, userMessage('A'), create)
    await done(client)
  }
  /** Does not wait for the greeting, which it answers by an update, or not. */
  const hasty =
    (answersGreeting: boolean): App =>
    async (client) => {
      await new Promise((resolve) => client.client.socket.once('open', resolve))
      client.send(userMessage('A'), create)
      await client.next('session.created')
      if (answersGreeting) client.send(update)
      await done(client)
    }

  test('what may answer a late greeting may come after a question that did not wait for it', async () => {
    const [slow, fast, careless] = [patient, hasty(true), hasty(false)]
    for (const app of [slow, fast, careless]) ownStart.add(app)
    expect(await outcome(slow, fast)).toBe('')
    expect(await outcome(slow, fast, { order: 'strict' })).toMatch(/recorded #\d+ {2}session.update/)
    expect(await outcome(slow, careless)).toContain('session.update was not sent')
  })

  test('within a turn events may change places, unless the order is strict', async () => {
    expect(await outcome(oneWay, otherWay)).toBe('')
    expect(await outcome(oneWay, otherWay, { order: 'strict' })).toContain('item.content.0.text: "A"')
  })

  test('the end of a turn comes last', async () => {
    const message = await outcome(oneWay, early)
    expect(message).toContain('recorded #8  conversation.item.create  "B"\n  actual   #8  response.create')
    expect(message).toContain('#11 response.create is the same: it is recorded later')
    expect(message).toContain("realtime.replay('it', { order: 'content' })")
    expect(await outcome(oneWay, early, { order: 'content' })).toBe('')
  })

  test('reading an item keeps no turn', async () => {
    const reads =
      (isEarly: boolean): App =>
      async (client) => {
        client.send(userMessage('A', { id: 'one' }))
        const read = { type: 'conversation.item.retrieve', item_id: 'one' } as const
        client.send(...(isEarly ? [read, create] : [create, read]))
        await done(client)
      }
    expect(await outcome(reads(true), reads(false))).toBe('')
    expect(await outcome(reads(false), reads(true))).toBe('')
    expect(await outcome(reads(true), reads(false), { order: 'strict' })).toContain('response.create')
  })

  test('an event is taken once', async () => {
    const twice: App = async (client) => {
      client.send(userMessage('A'), userMessage('A'), userMessage('B'), create)
      await done(client)
    }
    expect(await outcome(oneWay, twice, { order: 'content' })).toContain('is the same: it is recorded once, and has come already')
  })
})

describe('names', () => {
  const named =
    (id?: string): App =>
    async (client) => {
      client.send(userMessage('A', id === undefined ? {} : { id }))
      const { item } = await client.next('conversation.item.done')
      client.send(userMessage('B', { previous_item_id: item.id ?? '' }))
      await client.next('conversation.item.done')
      client.send({ type: 'conversation.item.delete', item_id: item.id ?? '' })
      const { item_id } = await client.next('conversation.item.deleted')
      if (item_id !== item.id || (id !== undefined && item_id !== id)) throw new Error(`${item_id} is not ${item.id}`)
    }

  test('ids that the app makes itself are its own, in both directions', async () => {
    expect(await outcome(named('app_7f3a'), named('app_91bc'))).toBe('')
    expect(await outcome(named('app_7f3a'), named())).toBe('')
    expect(await outcome(named(), named('app_91bc'))).toBe('')
  })

  test('what an event refers to must be the same thing', async () => {
    const two =
      (place: 0 | 1): App =>
      async (client) => {
        const ids = ['one', 'two'] as const
        for (const id of ids) client.send(userMessage('A', { id }))
        client.send({ type: 'conversation.item.delete', item_id: ids[place] })
        await client.next('conversation.item.deleted')
      }
    expect(await outcome(two(0), two(0))).toBe('')
    expect(await outcome(two(0), two(1))).toContain('- item_id: "item_1"\n+ item_id: "item_2"')
  })

  test('an error names the event that it refuses as the app names it now', async () => {
    const wrong =
      (eventId?: string): App =>
      async (client) => {
        client.send({ type: 'conversation.item.delete', item_id: 'nobody', ...(eventId !== undefined && { event_id: eventId }) })
        const { error } = await client.next('error')
        if (error.event_id !== (eventId ?? null)) throw new Error(`event_id ${error.event_id}`)
      }
    expect(await outcome(wrong('first_1'), wrong('second_2'))).toBe('')
    expect(await outcome(wrong(), wrong('second_2'))).toBe('')
    expect(await outcome(wrong('first_1'), wrong())).toBe('')
  })

  test('two replays at the same time have ids of their own', async ({ realtime }) => {
    using files = shelf()
    const app: App = async (client) => {
      await client.ask('Are you there?')
    }
    await recordIn(files, app)
    await realtime.replay(files.path('it'))
    await realtime.replay(files.path('it'))
    await Promise.all([run(app, realtime), run(app, realtime)])
    const ids = realtime.responses.map(({ id }) => id)
    expect(new Set(ids).size).toBe(2)
    expect(realtime.sessions.map(({ id }) => id)).toEqual([
      expect.stringMatching(/^sess_\w{21}$/),
      expect.stringMatching(/^sess_\w{21}$/),
    ])
  })
})

describe('fields', () => {
  const output =
    (json: string): App =>
    async (client) => {
      client.send({
        type: 'conversation.item.create',
        item: { type: 'function_call', call_id: 'call_1', name: 'f', arguments: '{}' },
      })
      client.send({ type: 'conversation.item.create', item: { type: 'function_call_output', call_id: 'call_1', output: json } })
      await client.next('conversation.item.done')
    }

  test('JSON in a text is compared as JSON', async () => {
    expect(await outcome(output('{"a":1,"b":[2]}'), output('{ "b": [2], "a": 1 }'))).toBe('')
    expect(await outcome(output('{"a":1}'), output('{"a":2}'))).toContain(
      '- item.output: "{\\"a\\":1}"\n+ item.output: "{\\"a\\":2}"',
    )
  })

  test('paths are ignored for all events, or for one type', async () => {
    const [one, other] = [output('{"a":1}'), output('{"a":2}')]
    expect(await outcome(one, other, { ignore: ['item.output'] })).toBe('')
    expect(await outcome(one, other, { ignore: ['conversation.item.create/item.output'] })).toBe('')
    expect(await outcome(one, other, { ignore: ['response.create/response.instructions', 'item.role'] })).not.toBe('')
  })

  test('secrets are not in the recording, and do not have to be', async () => {
    const call =
      (number: string): App =>
      async (client) => {
        await client.ask(`Call me at ${number}, my key is sk-proj-1234567890abcdef.`)
      }
    expect(await outcome(call('+1 555 010 0199'), call('+1 555 010 0199'))).toBe('')
  })
})

describe('time', () => {
  const talk: App = async (client) => {
    await client.ask('Are you there?')
  }

  async function lasted(rules: ReplayRules): Promise<number> {
    using files = shelf()
    await recordIn(files, talk)
    await using realtime = createLocalRealtime() as RealtimeInstance
    await realtime.replay(files.path('it'), rules)
    await realtime.run(() => run(talk, realtime))
    return realtime.clock.now()
  }

  test('answers come as recorded, faster, or at once', async () => {
    const recordedMs = await lasted({})
    expect(recordedMs).toBeGreaterThan(200)
    expect(await lasted({ timing: { scale: 10 } })).toBeCloseTo(recordedMs / 10, 5)
    expect(await lasted({ timing: 'instant' })).toBe(0)
  })

  test('a session ends in an hour from now, not from then', async ({ realtime }) => {
    using files = shelf()
    await files.record('it', (recorded) => run(talk, recorded), { epoch: 1_500_000_000_000, responses: { any: 'Yes.' } })
    await realtime.replay(files.path('it'))
    const before = Date.now()
    const client = new GoldenClient()
    const { session } = await client.next('session.created')
    client.send({ type: 'session.update', session: { ...text, output_modalities: ['text'] } })
    await client.ask('Are you there?')
    client.close()
    expect((session as unknown as { expires_at: number }).expires_at).toBeCloseTo(before / 1000 + 3600, -1)
  })
})
