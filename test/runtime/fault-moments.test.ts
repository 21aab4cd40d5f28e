// When a fault strikes: at an event of the service, at one of the app, or, naming none, at once.

import { describe } from 'vitest'
import { expect, test } from 'vitest-realtime'
import { connectTextApp, type TextApp } from '../support/text-app.ts'

const closeCode = (app: TextApp): Promise<number> => new Promise((resolve) => app.socket.socket.once('close', resolve))

describe('a close', () => {
  test('before anything connects: once the session has greeted', async ({ realtime }) => {
    realtime.fail({ close: 4242, reason: 'away' })
    const app = await connectTextApp()
    expect(await closeCode(app)).toBe(4242)
    expect(realtime.emitted('session.created')).toHaveLength(1)
    const next = await connectTextApp()
    await realtime.settled()
    expect(next.socket.socket.readyState).toBe(1)
  })

  test('on an open session: at once', async ({ realtime }) => {
    const app = await connectTextApp()
    const closed = closeCode(app)
    realtime.fail({ close: 1006 })
    expect(realtime.session.open).toBe(false)
    expect(await closed).toBe(1006)
  })

  test('at an event of the app', async ({ realtime }) => {
    realtime.respond('any', 'Yes.')
    realtime.fail({ close: 1011 }, { at: 'response.create' })
    const app = await connectTextApp()
    const closed = closeCode(app)
    app.tell('hello')
    expect(await closed).toBe(1011)
    expect(realtime.received('response.create')).toHaveLength(1)
    expect(realtime.responses).toEqual([])
  })

  test('at an event of the service', async ({ realtime }) => {
    realtime.respond('any', 'Yes.')
    realtime.fail({ close: 1011 }, { at: 'response.output_text.delta' })
    const app = await connectTextApp()
    const closed = closeCode(app)
    app.tell('hello')
    expect(await closed).toBe(1011)
    expect(realtime.emitted('response.output_item.added')).toHaveLength(1)
    expect(realtime.emitted('response.output_text.delta')).toEqual([])
  })
})

describe('an error', () => {
  test('is told as often as asked for, and is nobody’s fault', async ({ realtime }) => {
    realtime.respond('any', { text: 'Yes.', times: 3 })
    realtime.fail({ error: 'server_error', message: 'Sorry.' }, { at: 'response.create', times: 2 })
    const app = await connectTextApp()
    for (let turn = 0; turn < 3; turn++) await app.ask(`hello ${turn}`)
    expect(realtime.emitted('error').map(({ error }) => [error.code, error.message])).toEqual([
      ['server_error', 'Sorry.'],
      ['server_error', 'Sorry.'],
    ])
    expect(realtime.responses).toHaveLength(3)
  })

  test('in the sessions of a view alone', async ({ realtime }) => {
    const clerk = realtime.for({ instructions: /clerk/ })
    clerk.fail({ error: 'server_error' })
    const other = await connectTextApp()
    const app = await connectTextApp()
    app.socket.send({ type: 'session.update', session: { type: 'realtime', instructions: 'You are a clerk.' } })
    await realtime.settled()
    expect(clerk.emitted('error')).toHaveLength(1)
    expect(realtime.emitted('error')).toHaveLength(1)
    other.socket.close()
  })
})
