// The model at work on replies that are functions: sync, async, streamed; what becomes of them when nobody listens any more, and
// when they throw.

import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { describe, expect, test } from 'vitest'
import type { RealtimeOptions, Reply, Turn } from '../../src/api.ts'
import type { ServerEvent } from '../../src/protocol/server-events.ts'
import { installAppTime } from '../../src/runtime/clock/app-time.ts'
import { type MemoryApp, type OpenService, openService } from './support/open-service.ts'

type Modality = 'text' | 'audio'
type Done = Extract<ServerEvent, { type: 'response.done' }>

interface Talk extends OpenService {
  readonly app: MemoryApp
  ask(text: string): void
}

async function talk(
  reply: Reply,
  { modality = 'text', ...options }: RealtimeOptions & { modality?: Modality } = {},
): Promise<Talk> {
  const opened = openService({ latency: 'instant', ...options, responses: { brain: reply } })
  const app = await opened.open()
  const session = { type: 'realtime', output_modalities: [modality] }
  app.send({ type: 'session.update', session })
  return {
    ...opened,
    [Symbol.asyncDispose]: () => opened.service.close(),
    app,
    ask: (text) => opened.service.run(() => app.say(text)),
  }
}

const doneOf = ({ app }: Talk): Done['response'] | undefined =>
  app.got.findLast((event): event is Done => typeof event !== 'string' && event.type === 'response.done')?.response

const texts = ({ app }: Talk): string[] =>
  app.got.flatMap((event) =>
    typeof event !== 'string' &&
    (event.type === 'response.output_text.delta' || event.type === 'response.output_audio_transcript.delta')
      ? [event.delta]
      : [],
  )

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

describe('what goes wrong', () => {
  const failing: [string, Reply, RegExp][] = [
    ['a function that throws', () => raise('no brain'), /RTK_REPLY.*the function of reply 'brain' failed: Error: no brain/],
    ['an async function that rejects', async () => raise('no brain'), /RTK_REPLY.*reply 'brain' failed: Error: no brain/],
    ['a stream that throws', throwingStream, /RTK_REPLY.*reply 'brain' failed: Error: no brain/],
    ['a function that gives nothing', () => undefined as never, /RTK_REPLY.*'brain'/],
    ['a stream of something else', () => streamOf(7) as never, /RTK_REPLY.*'brain' streamed 7/],
    ['a sound that is not there', () => ({ audio: '/nowhere/at/all.wav' }), /RTK_AUDIO.*\/nowhere\/at\/all\.wav/],
  ]

  test.for(failing)('%s fails the response on the wire, and the test', async ([, reply, message]) => {
    await using talking = await talk(reply, { modality: 'audio' })
    talking.ask('hello')
    const wait = talking.realtime.nextResponse()
    await expect(wait).rejects.toThrow(message)
    await talking.service.clock.quiet()
    expect(doneOf(talking)).toMatchObject({
      status: 'failed',
      status_details: { type: 'failed', error: { code: 'server_error' } },
    })
    expect(talking.service.verdict.problems.map(({ message: told }) => told)).toEqual([expect.stringMatching(message)])
    talking.ask('and now?')
    await talking.service.clock.quiet()
    expect(talking.app.types().filter((type) => type === 'response.done')).toHaveLength(2)
  })

  test('a predicate that throws names its reply', async () => {
    await using talking = await talk({ when: () => raise('no idea'), text: 'Yes.' })
    talking.ask('hello')
    await expect(talking.realtime.nextResponse()).rejects.toThrow(/RTK_REPLY[\s\S]*brain[\s\S]*no idea/)
  })

  test('a turn that no reply fits rejects the wait with the table of scores', async () => {
    await using talking = await talk({ when: 'goodbye', text: 'Bye.' })
    talking.ask('hello')
    await expect(talking.realtime.nextResponse()).rejects.toThrow(/RTK_NO_MATCH.*"hello"[\s\S]*brain/)
    await talking.service.clock.quiet()
    expect(doneOf(talking)?.status).toBe('failed')
  })

  test('a fallback takes the turn that no reply fits', async () => {
    await using talking = await talk({ when: 'goodbye', text: 'Bye.' }, { fallback: ({ text }) => `What is ${text}?` })
    talking.ask('hello')
    expect(await talking.realtime.nextResponse()).toMatchObject({ name: 'fallback', text: 'What is hello?' })
  })

  test('and the default brain does, where it is asked for', async () => {
    await using talking = await talk({ when: 'goodbye', text: 'Bye.' }, { onUnmatched: 'fallback' })
    talking.ask('hello')
    const response = await talking.realtime.nextResponse()
    expect(response.status).toBe('completed')
    expect(response.text).not.toBe('')
  })
})

function raise(message: string): never {
  throw new Error(message)
}

async function* throwingStream(): AsyncGenerator<string> {
  yield 'So far '
  raise('no brain')
}

async function* streamOf(value: unknown): AsyncGenerator<unknown> {
  yield value
}
