// The model at work on replies that are functions: sync, async, streamed; and what becomes of them when nobody listens any more.

import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { describe, expect, test } from 'vitest'
import type { Reply, Turn } from '../../src/api.ts'
import { installAppTime } from '../../src/runtime/clock/app-time.ts'
import { doneOf, talk, texts } from './support/talk.ts'

describe('a reply function', () => {
  test('sees the turn', async () => {
    let seen: Turn | undefined
    await using talking = await talk((turn) => {
      seen = turn
      return `You said ${turn.text}.`
    })
    talking.ask('hello')
    const response = await talking.realtime.nextResponse()
    expect(response.text).toBe('You said hello.')
    expect(seen).toMatchObject({
      number: 1,
      text: 'hello',
      metadata: {},
      calls: [],
      conversation: [{ role: 'user', text: 'hello' }],
    })
    expect(seen?.signal.aborted).toBe(false)
  })

  test.for<[string, Reply]>([
    [
      'sync, with a function as `then`',
      ({ text }) => ({ call: { name: 'look_up', arguments: { text } }, then: ({ result }: Turn) => `Found ${result}.` }),
    ],
    ['async, with a text as `then`', async ({ text }) => ({ call: { name: 'look_up', arguments: { text } }, then: 'Found 42.' })],
  ])('may be %s of a call', async ([, reply]) => {
    await using talking = await talk(reply)
    talking.ask('the answer')
    const call = await talking.realtime.nextResponse()
    expect(call.calls).toMatchObject([{ name: 'look_up', arguments: { text: 'the answer' } }])
    const callId = talking.service.responses.get(call.id)?.calls[0]?.callId
    talking.app.send({ type: 'conversation.item.create', item: { type: 'function_call_output', call_id: callId, output: '42' } })
    talking.app.send({ type: 'response.create' })
    const answer = await talking.realtime.nextResponse()
    expect([answer.name, answer.text]).toEqual(['brain.then', 'Found 42.'])
  })

  test('that is async and gives a function as `then` is a promise without end: a finding says so', async () => {
    // @ts-expect-error TypeScript refuses it, JavaScript does not
    await using talking = await talk(async () => ({ call: { name: 'look_up' }, then: () => 'Found.' }))
    talking.ask('the answer')
    await talking.realtime.nextResponse({ timeout: 5 }).catch(() => {})
    const findings = talking.service.timeline.entries.flatMap((entry) =>
      'note' in entry && entry.note.type === 'finding' ? [entry.note.message] : [],
    )
    expect(findings).toContainEqual(expect.stringMatching(/the promise of reply 'brain' is still pending.*JavaScript takes/))
  })

  test('may give a function that gives a text', async () => {
    await using talking = await talk(() => async () => () => 'Deep.')
    talking.ask('hello')
    expect((await talking.realtime.nextResponse()).text).toBe('Deep.')
  })
})

describe.for(['text', 'audio'] as const)('a stream of texts, as %s', (modality) => {
  test('is one message, piece by piece', async () => {
    await using talking = await talk(
      async function* ({ text }) {
        yield 'You said '
        yield `${text}, `
        yield 'I think.'
      },
      { modality },
    )
    talking.ask('hello')
    const response = await talking.realtime.nextResponse()
    expect(response.text).toBe('You said hello, I think.')
    expect(texts(talking).join('')).toBe('You said hello, I think.')
    expect(doneOf(talking)?.output).toHaveLength(1)
    const audio = talking.realtime.emitted('response.output_audio.delta')
    expect(audio.length > 0).toBe(modality === 'audio')
  })

  test('goes out while it is still being made', async () => {
    const gate = Promise.withResolvers<void>()
    await using talking = await talk(
      async function* () {
        yield 'First. '
        await gate.promise
        yield 'Second.'
      },
      { modality },
    )
    talking.ask('hello')
    await talking.realtime.waitFor(modality === 'text' ? 'response.output_text.delta' : 'response.output_audio.delta')
    expect(texts(talking).join('')).toMatch(/^First\./)
    expect(doneOf(talking)).toBeUndefined()
    gate.resolve()
    expect((await talking.realtime.nextResponse()).text).toBe('First. Second.')
  })

  test.each(['openai', 'instant'] as const)(
    'may be without end: it waits for its reader, who may cancel: %s',
    async (latency) => {
      let pulled = 0
      let isOver = false
      await using talking = await talk(
        async function* () {
          try {
            for (;;) {
              if (++pulled === 10_000) throw new Error('nobody waited for the reader')
              yield `word ${pulled} `
            }
          } finally {
            isOver = true
          }
        },
        { latency },
      )
      talking.ask('talk')
      await talking.realtime.waitFor('response.output_text.delta')
      const pulledSoFar = pulled
      talking.app.send({ type: 'response.cancel' })
      expect((await talking.realtime.nextResponse()).status).toBe('cancelled')
      expect(pulledSoFar).toBeLessThan(2000)
      expect(pulled - pulledSoFar).toBeLessThanOrEqual(64)
      expect(isOver).toBe(true)
    },
  )

  test('that is longer than what is planned ahead goes on as it is sent', async () => {
    await using talking = await talk(
      async function* () {
        for (let count = 1; count <= 3000; count++) yield ' ha'
      },
      { latency: 'openai' },
    )
    talking.ask('laugh')
    const { text } = await talking.realtime.nextResponse()
    expect(text).toBe(' ha'.repeat(3000))
    // 10 ms to the beginning, 200 ms to the first word, 6 ms for each word.
    expect(talking.service.clock.now()).toBe(10 + 200 + 3000 * 6)
  })

  test('may be empty', async () => {
    await using talking = await talk(async function* () {}, { modality })
    talking.ask('hello')
    expect(await talking.realtime.nextResponse()).toMatchObject({ status: 'completed', text: '' })
  })
})

describe('time', () => {
  test('passes while a function sleeps on the clock of its test', async () => {
    const uninstall = installAppTime()
    try {
      await using talking = await talk(async function* () {
        yield 'One '
        await new Promise((resolve) => setTimeout(resolve, 5000))
        yield 'two.'
      })
      talking.ask('hello')
      const response = await talking.realtime.nextResponse()
      expect(response.text).toBe('One two.')
      expect(talking.service.clock.now() - response.createdAtMs).toBe(5000)
    } finally {
      uninstall()
    }
  })

  test('stands still while a function reads a file or asks a server', async () => {
    const server = createServer((_, answer) => void answer.end('from a server'))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as { port: number }
    await using talking = await talk(async function* () {
      yield `${(await readFile(new URL(import.meta.url), 'utf8')).slice(0, 8)} `
      yield await (await fetch(`http://127.0.0.1:${port}`)).text()
    })
    talking.ask('hello')
    const response = await talking.realtime.nextResponse()
    server.close()
    server.closeAllConnections()
    expect(response.text).toBe('// The m from a server')
    expect(talking.service.clock.now()).toBe(response.createdAtMs)
  })
})

describe('nobody listens any more', () => {
  /** Streams until it is told to stop, and says what became of it. */
  function endless(): { reply: Reply; ended: Promise<string>; signals: AbortSignal[] } {
    const { promise: ended, resolve } = Promise.withResolvers<string>()
    const signals: AbortSignal[] = []
    const reply: Reply = async function* ({ signal }) {
      signals.push(signal)
      try {
        for (let count = 1; count < 1000; count++) {
          yield `${count} `
          await new Promise((next) => setImmediate(next))
        }
        resolve('ran to its end')
      } finally {
        resolve(signal.aborted ? 'stopped' : 'returned')
      }
    }
    return { reply, ended, signals }
  }

  test('when the app cancels: the stream ends, the signal tells', async () => {
    const { reply, ended, signals } = endless()
    await using talking = await talk(reply)
    talking.ask('count')
    await talking.realtime.waitFor('response.output_text.delta')
    talking.app.send({ type: 'response.cancel' })
    expect(await talking.realtime.nextResponse()).toMatchObject({ status: 'cancelled' })
    expect(await ended).toBe('stopped')
    expect(signals[0]?.aborted).toBe(true)
    expect(talking.service.verdict.problems).toEqual([])
  })

  test('when the session closes', async () => {
    const { reply, ended } = endless()
    await using talking = await talk(reply)
    talking.ask('count')
    await talking.realtime.waitFor('response.output_text.delta')
    talking.app.client.close(1000)
    expect(await ended).toBe('stopped')
  })

  test('when the service closes', async () => {
    const { reply, ended } = endless()
    const talking = await talk(reply)
    talking.ask('count')
    await talking.realtime.waitFor('response.output_text.delta')
    await talking.service.close()
    expect(await ended).toBe('stopped')
  })

  test.each<[string, Reply]>([
    ['a function', () => new Promise<string>(() => {})],
    [
      'a stream',
      async function* () {
        yield 'Well, '
        await new Promise<void>(() => {})
      },
    ],
  ])('%s that never goes on holds up nothing after it', async (_, reply) => {
    await using talking = await talk(reply)
    talking.ask('hello')
    await talking.realtime.waitFor('response.created')
    talking.app.send({ type: 'response.cancel' })
    expect((await talking.realtime.nextResponse()).status).toBe('cancelled')
    await talking.service.clock.advance(60_000)
    const notes = talking.service.timeline.entries.flatMap((entry) => ('note' in entry ? [entry.note.type] : []))
    expect(notes).not.toContain('finding')
  })

  test('a function that throws for it is no failure', async () => {
    await using talking = await talk(
      ({ signal }) =>
        new Promise((_, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason))
        }),
    )
    talking.ask('wait')
    await talking.realtime.waitFor('response.created')
    talking.app.send({ type: 'response.cancel' })
    expect(await talking.realtime.nextResponse()).toMatchObject({ status: 'cancelled' })
    await talking.realtime.settled()
    expect(talking.service.verdict.problems).toEqual([])
  })
})
