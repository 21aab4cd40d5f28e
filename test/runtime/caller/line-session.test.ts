import { expect, test } from 'vitest'
import { LineSession, type SessionTraces } from '../../../src/runtime/caller/line-session.ts'

function world(open: string[]) {
  const listeners = new Set<(sessionId: string, audio: string) => void>()
  const traces: SessionTraces = {
    openSessions: () => open,
    senderOf: (eventId) => (eventId.startsWith('event_of_') ? eventId.slice(9) : undefined),
    onAppend(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
  const arrive = (sessionId: string, audio: string): void => {
    for (const listener of listeners) listener(sessionId, audio)
  }
  return { line: new LineSession(traces), arrive, listeners }
}

test('the only open session is it; none is none', () => {
  const open: string[] = []
  const { line, listeners } = world(open)
  expect(line.id).toBeUndefined()
  open.push('a')
  expect(line.id).toBe('a')
  line.sends('AQID')
  expect(listeners.size).toBe(0)
})

test('an event that the app got tells among several', () => {
  const { line } = world(['a', 'b'])
  expect(line.id).toBeUndefined()
  line.sawEvent('event_of_b')
  line.sawEvent('event_of_a')
  expect(line.id).toBe('b')
})

test('events that the service never sent tell nothing', () => {
  const { line } = world(['a', 'b'])
  line.sawEvent('other')
  line.sawEvent(undefined)
  expect(line.id).toBeUndefined()
})

test('a frame that arrives tells, silence does not', () => {
  const { line, arrive, listeners } = world(['a', 'b'])
  const silence = Buffer.alloc(960).toString('base64')
  const muLawSilence = Buffer.alloc(160, 255).toString('base64')
  const loud = Buffer.from([1, 2, 3, 4, 5, 6, 7, 8, 9]).toString('base64')
  for (const frame of [silence, muLawSilence, loud]) line.sends(frame)
  arrive('a', silence)
  arrive('a', muLawSilence)
  expect(line.id).toBeUndefined()
  arrive('b', loud)
  expect(line.id).toBe('b')
  for (let later = 0; later < 10; later++) line.sends(`${loud}${later}`)
  expect(listeners.size).toBe(0)
  expect(line.isShared).toBe(false)
})

test('a frame that arrives in two sessions tells that both are spoken to', () => {
  const { line, arrive, listeners } = world(['a', 'b', 'c'])
  const [one, two] = ['one frame of sound', 'another one'].map((text) => Buffer.from(text).toString('base64'))
  line.sends(one!)
  arrive('b', one!)
  line.sends(two!)
  expect([line.id, line.isShared]).toEqual(['b', false])
  arrive('c', one!)
  expect([line.id, line.isShared]).toEqual(['b', true])
  expect(listeners.size).toBe(0)
})

test('a session that closed is forgotten', () => {
  const open = ['a', 'b']
  const { line } = world(open)
  line.sawEvent('event_of_b')
  open.splice(0, 2, 'c', 'd')
  expect(line.id).toBeUndefined()
  line.sawEvent('event_of_d')
  expect(line.id).toBe('d')
})

test('frames that never arrive are forgotten, the oldest first', () => {
  const { line, arrive } = world(['a', 'b'])
  const frames = Array.from({ length: 100 }, (_, i) => Buffer.from(`frame number ${i}`).toString('base64'))
  for (const frame of frames) line.sends(frame)
  arrive('a', frames[0] ?? '')
  expect(line.id).toBeUndefined()
  arrive('b', frames[99] ?? '')
  expect(line.id).toBe('b')
})
