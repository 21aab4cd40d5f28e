// Faults that a test injects, on the wire: what goes out instead, how often, and to whom.

import { describe, expect, test } from 'vitest'
import type { Fault } from '../../src/api.ts'
import type { ServerEvent } from '../../src/protocol/server-events.ts'
import { type MemoryApp, type OpenService, openService } from './support/open-service.ts'

async function oneTurn(script: (opened: OpenService) => void): Promise<{ opened: OpenService; app: MemoryApp }> {
  const opened = openService({ latency: 'instant', responses: { any: 'one two three four' } })
  script(opened)
  const app = await opened.open()
  app.say('hello')
  await opened.realtime.settled()
  return { opened, app }
}

const deltas = (app: MemoryApp): string[] =>
  app.got.flatMap((event) => (typeof event !== 'string' && event.type === 'response.output_text.delta' ? [event.delta] : []))

async function textTurn(script: (opened: OpenService) => void): Promise<MemoryApp> {
  const { opened, app } = await oneTurn((service) => {
    script(service)
  })
  app.send({ type: 'session.update', session: { type: 'realtime', output_modalities: ['text'] } })
  app.say('again')
  await opened.realtime.settled()
  await opened.service.close()
  return app
}

describe('an event of the service', () => {
  test('is dropped, once', async () => {
    const app = await textTurn(({ realtime }) => realtime.fail({ drop: 'response.output_text.delta' }))
    expect(deltas(app).join('')).toBe(' two three four')
  })

  test('is dropped as often as asked', async () => {
    const app = await textTurn(({ realtime }) => realtime.fail({ drop: 'response.output_text.delta' }, { times: 3 }))
    expect(deltas(app)).toEqual([' four'])
  })

  test('is sent twice', async () => {
    const app = await textTurn(({ realtime }) => realtime.fail({ duplicate: 'response.output_text.delta' }))
    expect(deltas(app).join('')).toBe('oneone two three four')
  })

  test('is held back until after the next one', async () => {
    const app = await textTurn(({ realtime }) => realtime.fail({ reorder: 'response.output_text.delta' }))
    expect(deltas(app).join('')).toBe(' twoone three four')
  })

  test('held back twice in a row is not lost', async () => {
    const app = await textTurn(({ realtime }) => realtime.fail({ reorder: 'response.output_text.delta' }, { times: 2 }))
    expect(deltas(app).join('')).toBe(' threeone two four')
  })

  test('comes later by the clock', async () => {
    const app = await textTurn(({ realtime }) => realtime.fail({ delay: 'response.output_text.delta', ms: 500 }))
    expect(deltas(app).join('')).toBe(' two three fourone')
  })

  test('is no JSON', async () => {
    const app = await textTurn(({ realtime }) => realtime.fail({ malformed: 'response.output_text.delta' }))
    expect(app.got.filter((event) => typeof event === 'string')).toEqual([
      expect.stringMatching(/^\{"type":"response\.output_text\.delta".*[^}]$/),
    ])
    expect(deltas(app).join('')).toBe(' two three four')
  })
})

describe('a response whose beginning a fault keeps from the app', () => {
  test.each<[string, Fault, number]>([
    ['never told', { drop: 'response.created' }, 0],
    ['told as no JSON', { malformed: 'response.created' }, 0],
    ['told twice', { duplicate: 'response.created' }, 0],
    ['told after its end', { delay: 'response.created', ms: 10_000 }, 10_000],
  ])('%s: it is known all the same, and nobody waits for it for ever', async (_, fault, settledAtMs) => {
    const { opened } = await oneTurn(({ realtime }) => realtime.fail(fault))
    expect(opened.realtime.responses.map(({ status, text }) => [status, text])).toEqual([['completed', 'one two three four']])
    expect((await opened.realtime.nextResponse()).name).toBe('any')
    expect(opened.service.clock.now()).toBe(settledAtMs)
    await opened.service.close()
  })

  test.each<Fault>([{ drop: 'response.output_text.delta' }, { duplicate: 'response.output_text.delta' }])(
    'what it says does not depend on what becomes of its deltas: %o',
    async (fault) => {
      const opened = openService({ latency: 'instant', responses: { any: 'one two three four' } })
      const app = await opened.open()
      app.send({ type: 'session.update', session: { type: 'realtime', output_modalities: ['text'] } })
      opened.realtime.fail(fault)
      app.say('hello')
      expect((await opened.realtime.nextResponse()).text).toBe('one two three four')
      await opened.service.close()
    },
  )
})

describe('a session', () => {
  test('is closed at an event, which never goes out; nothing of it is left to do', async () => {
    await using opened = openService({ responses: { any: 'one two three four' } })
    opened.realtime.fail({ close: 4001, reason: 'gone' }, { at: 'response.output_text.delta' })
    const app = await opened.open()
    app.send({ type: 'session.update', session: { type: 'realtime', output_modalities: ['text'] } })
    app.say('hello')
    await opened.realtime.settled()
    expect(app.closed).toEqual({ code: 4001, reason: 'gone' })
    expect(app.types()).not.toContain('response.output_text.delta')
    expect(opened.realtime.sessions[0]?.open).toBe(false)
    // 10 ms to response.created, 200 ms to the first word; the others would have come 6 ms after each other.
    expect(opened.service.clock.now()).toBe(210)
  })

  test('is dropped without a close frame with 1006', async () => {
    const { opened, app } = await oneTurn(({ realtime }) => realtime.fail({ close: 1006 }, { at: 'response.output_item.added' }))
    expect(app.closed).toEqual({ code: 1006, reason: '' })
    await opened.service.close()
  })

  test('is told an error before an event, which goes out', async () => {
    const { opened, app } = await oneTurn(({ realtime }) =>
      realtime.fail({ error: 'server_error', message: 'Oops.' }, { at: 'response.created' }),
    )
    const types = app.types()
    expect(types.indexOf('error')).toBe(types.indexOf('response.created') - 1)
    expect(opened.service.verdict.wireErrorProblem([])).toBeUndefined()
    await opened.service.close()
  })

  test('is closed as soon as it is open, when no event is named', async () => {
    await using opened = openService()
    opened.realtime.fail({ close: 1001, reason: 'restart' })
    const app = opened.connect()
    await opened.service.clock.advance(0)
    expect(app.types()).toEqual(['session.created'])
    expect(app.closed).toEqual({ code: 1001, reason: 'restart' })
  })

  test('is closed when the app sends an event', async () => {
    const { opened, app } = await oneTurn(({ realtime }) => realtime.fail({ close: 4002 }, { at: 'response.create' as never }))
    expect(app.closed).toEqual({ code: 4002, reason: '' })
    await opened.service.close()
  })
})

describe('a response', () => {
  test.for([
    ['rate_limit_exceeded', 'tokens'],
    ['insufficient_quota', 'insufficient_quota'],
    ['server_error', 'server_error'],
    ['made_up', 'invalid_request_error'],
  ] as const)('fails with %s', async ([code, type]) => {
    const { opened, app } = await oneTurn(({ realtime }) => realtime.fail({ response: code }))
    const done = app.got.find(
      (event): event is Extract<ServerEvent, { type: 'response.done' }> =>
        typeof event !== 'string' && event.type === 'response.done',
    )
    expect(done?.response).toMatchObject({
      status: 'failed',
      output: [],
      status_details: { type: 'failed', error: { type, code, message: expect.any(String) } },
    })
    app.say('and now?')
    await opened.realtime.settled()
    expect(opened.realtime.responses.map(({ status }) => status)).toEqual(['failed', 'completed'])
    await opened.service.close()
  })
})

describe('a connection', () => {
  test('is refused with an HTTP status', async () => {
    await using opened = openService()
    opened.realtime.fail({ connect: 429 })
    await expect(opened.connect().client.opened).rejects.toMatchObject({ status: 429 })
    await opened.open()
  })

  test.for(['invalid_api_key', 'model_not_found'])('is refused after the upgrade with %s', async (code) => {
    await using opened = openService()
    opened.realtime.fail({ connect: code })
    const app = opened.connect()
    await app.client.opened
    await opened.service.clock.advance(0)
    expect(app.types()).toEqual(['error'])
    expect(app.closed?.reason).toBe(`invalid_request_error.${code}`)
    expect(opened.service.verdict.wireErrorProblem([])).toBeUndefined()
  })

  test('opens and hears nothing: a timeout', async () => {
    await using opened = openService()
    opened.realtime.fail({ connect: 'timeout' })
    const app = opened.connect()
    await app.client.opened
    await opened.service.clock.advance(60_000)
    expect(app.got).toEqual([])
    expect(app.closed).toBeUndefined()
  })
})

describe('how often, and to whom', () => {
  test('by probability, the same in every run of a seed', async () => {
    const outcomes = async (seed: number): Promise<string> => {
      const opened = openService({ latency: 'instant', responses: { any: 'Yes.' }, seed })
      opened.realtime.fail({ response: 'server_error' }, { probability: 0.5, times: 100 })
      const app = await opened.open()
      for (let turn = 0; turn < 20; turn++) {
        app.say(`question ${turn}`)
        await opened.realtime.nextResponse()
      }
      await opened.service.close()
      return opened.realtime.responses.map(({ status }) => status[0]).join('')
    }
    const first = await outcomes(1)
    expect(first).toMatch(/^(?=.*f)(?=.*c)[fc]{20}$/)
    expect(await outcomes(1)).toBe(first)
    expect(await outcomes(2)).not.toBe(first)
  })

  test('only in the sessions of a view', async () => {
    await using opened = openService({ latency: 'instant', responses: { any: 'Yes.' } })
    const first = await opened.open()
    const [session] = opened.realtime.sessions
    const second = opened.connect()
    await opened.realtime.settled()
    session?.fail({ drop: 'response.done' }, { times: 9 })
    for (const app of [first, second]) app.say('hello')
    await opened.realtime.nextResponse()
    await opened.service.clock.quiet()
    expect([first, second].map((app) => app.types().includes('response.done'))).toEqual([false, true])
  })
})
