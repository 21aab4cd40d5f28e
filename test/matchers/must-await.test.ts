import { afterEach, describe, expect, test } from 'vitest'
import { takeForgottenWaits } from '../../matchers/must-await.ts'
import { registerMatchers } from '../../matchers/register.ts'
import { type Context, contexts } from '../../src/runtime/context.ts'
import { sessionCreated, textTurn } from '../support/sample-events.ts'
import { World } from '../support/world.ts'

registerMatchers(expect)
afterEach(() => void takeForgottenWaits())

function world(): World {
  return textTurn(new World().connect().service(sessionCreated()))
}

describe('nothing is forgotten', () => {
  test.for<[string, () => PromiseLike<unknown>]>([
    ['by await', () => expect(world().subject()).toEmit('response.done')],
    ['by Promise.all', () => Promise.all([expect(world().subject()).toEmit('response.done')])],
    [
      'by then',
      () =>
        expect(world().subject())
          .toEmit('response.done')
          .then(() => 1),
    ],
    [
      'by finally',
      () =>
        expect(world().subject())
          .toEmit('response.done')
          .finally(() => {}),
    ],
    ['by await of soft', () => expect.soft(world().subject()).toEmit('response.done')],
    ['by resolves', () => expect(Promise.resolve(world().subject())).resolves.toEmit('response.done')],
    [
      'by a failure that was caught',
      () => {
        const own = world()
        const wait = expect(own.subject())
          .toEmit('error')
          .catch(() => {})
        own.endWaits()
        return wait
      },
    ],
  ])('%s', async ([, wait]) => {
    await wait()
    expect(takeForgottenWaits()).toEqual([])
  })
})

describe('a forgotten await', () => {
  test('is told once, at the line of the author', () => {
    expect(world().subject()).toEmit('response.done')
    const [forgotten, ...more] = takeForgottenWaits()
    expect(more).toEqual([])
    expect(forgotten?.what).toBe("expect(realtime).toEmit('response.done')")
    expect(forgotten?.error.message).toBe(
      "[RTK_NOT_AWAITED] expect(realtime).toEmit('response.done') was not awaited.\nWrite: await expect(realtime).toEmit('response.done')",
    )
    const ours = forgotten?.error.stack
      ?.split('\n')
      .filter((line) => line.includes('/matchers/') && !line.includes('node_modules'))
    expect(ours?.[0]).toMatch(/must-await\.test\.ts:\d+/)
    expect(takeForgottenWaits()).toEqual([])
  })
  test('of expect.soft', () => {
    expect.soft(world().subject()).toReceive('response.create')
    expect(takeForgottenWaits()).toHaveLength(1)
  })
  test('that fails later rejects nowhere', async () => {
    const own = world()
    expect(own.subject()).toEmit('error')
    own.endWaits()
    expect(takeForgottenWaits()).toHaveLength(1)
    await new Promise((resolve) => setImmediate(resolve))
  })
  test('belongs to the test that made it', () => {
    const context = (id: string) => ({ id, name: id, closed: false }) as Context
    contexts.storage.run(context('one'), () => void expect(world().subject()).toEmit('response.done'))
    contexts.storage.run(context('two'), () => {
      expect(takeForgottenWaits()).toEqual([])
    })
    expect(takeForgottenWaits('one')).toHaveLength(1)
  })
})

test('a failure points at the line of the author', async () => {
  const own = world()
  const wait = expect(own.subject()).toEmit('error')
  own.endWaits()
  const error = await wait.then(
    () => undefined,
    (why: unknown) => why,
  )
  const ours =
    error instanceof Error ? error.stack?.split('\n').filter((line) => line.includes('/matchers/') && line.includes(' at ')) : []
  expect(ours?.[0]).toMatch(/must-await\.test\.ts:\d+/)
})
