// What an author scripts for a service: replies by name and once, for all sessions or some, and what became of them.

import { describe, expect, test } from 'vitest'
import { type OpenService, openService } from './support/open-service.ts'

async function ask(opened: OpenService, app: { say(text: string): void }, text: string): Promise<string> {
  app.say(text)
  return (await opened.realtime.nextResponse()).name
}

test('what a reply gave is listed with it, in order', async () => {
  await using opened = openService({ latency: 'instant' })
  const hello = opened.realtime.respond('hello', { when: 'hello', text: 'Hello!' })
  const other = opened.realtime.respond('other', 'Well.')
  const app = await opened.open()
  for (const text of ['hello', 'and', 'hello again']) await ask(opened, app, text)
  expect(hello.used.map(({ text }) => text)).toEqual(['Hello!', 'Hello!'])
  expect(hello.used[0]).toBe(opened.realtime.responses[0])
  expect(other.used.map(({ name }) => name)).toEqual(['other'])
})

test('a removed reply is not chosen any more, and keeps what it gave', async () => {
  await using opened = openService({ latency: 'instant' })
  const hello = opened.realtime.respond('hello', { when: 'hello', text: 'Hello!' })
  opened.realtime.respond('other', 'Well.')
  const app = await opened.open()
  expect(await ask(opened, app, 'hello')).toBe('hello')
  hello.remove()
  expect(await ask(opened, app, 'hello')).toBe('other')
  expect(hello.used).toHaveLength(1)
})

describe('replies that are used once', () => {
  test('come first, in order, named or not', async () => {
    await using opened = openService({ latency: 'instant', responses: { any: 'Well.' } })
    opened.realtime.respondOnce('First.')
    opened.realtime.respondOnce('second', 'Second.')
    const app = await opened.open()
    const names = [await ask(opened, app, 'a'), await ask(opened, app, 'b'), await ask(opened, app, 'c')]
    expect(opened.realtime.responses.map(({ text }) => text)).toEqual(['First.', 'Second.', 'Well.'])
    expect(names.slice(1)).toEqual(['second', 'any'])
    expect(opened.service.script.unusedProblem()).toBeUndefined()
  })

  test('that nothing used are a problem, with the line of their author', async () => {
    await using opened = openService()
    opened.realtime.respondOnce('never', 'Never.')
    expect(opened.service.script.unusedProblem()?.message).toMatch(/RTK_UNUSED_REPLY.*never[\s\S]*script\.test\.ts:\d+/)
  })

  test('must be a reply', async () => {
    await using opened = openService()
    expect(() => opened.realtime.respondOnce({ text: 'a' } as never, 'b')).toThrow(/RTK_REPLY.*the name must be a text/)
    expect(() => opened.realtime.respond('bad', { txt: 'a' } as never)).toThrow(/RTK_REPLY.*'bad'.*txt/)
  })
})

test.each<[string, (opened: OpenService) => void]>([
  ['respond', ({ realtime }) => realtime.respond('bad', { when: { saying: 'x' } } as never)],
  ['respondOnce', ({ realtime }) => realtime.respondOnce({ txt: 'x' } as never)],
  ['flow', ({ realtime }) => realtime.flow('bad', { states: { a: [{ reply: { when: { priority: 1 } } as never }] } })],
])('what %s refuses is thrown at the line of its author', async (_, write) => {
  await using opened = openService()
  const stack = errorOf(() => write(opened)).stack ?? ''
  expect(stack.split('\n').find((line) => line.trim().startsWith('at '))).toContain('script.test.ts')
})

function errorOf(work: () => void): Error {
  try {
    work()
  } catch (error) {
    if (error instanceof Error) return error
  }
  throw new Error('nothing was thrown')
}

test('a reply of a session is for that session only', async () => {
  await using opened = openService({ latency: 'instant', responses: { any: 'Well.' } })
  const apps = [await opened.open(), opened.connect()]
  await opened.realtime.settled()
  opened.realtime.sessions[1]?.respond('second', { when: 'hello', text: 'Hello, second.' })
  const names: string[] = []
  for (const app of apps) names.push(await ask(opened, app, 'hello'))
  expect(names).toEqual(['any', 'second'])
})
