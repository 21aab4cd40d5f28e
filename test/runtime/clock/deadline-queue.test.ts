// The order of deadlines, whatever is added, removed or changed between.

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Mover } from '../../../src/runtime/clock/clock.ts'
import { DeadlineQueue, type QueueEntry } from '../../../src/runtime/clock/deadline-queue.ts'

// The same cases in every run; remove it to look for new ones.
fc.configureGlobal({ seed: 20_261_122 })

function entry(dueMs: number, mover: Mover = 'service', isRef = true): QueueEntry {
  return { dueMs, mover, isRef, run: () => {}, order: 0, place: -1 }
}

function drain(queue: DeadlineQueue): QueueEntry[] {
  const drained: QueueEntry[] = []
  for (let next = queue.first; next; next = queue.first) {
    queue.remove(next)
    drained.push(next)
  }
  return drained
}

describe('DeadlineQueue', () => {
  test('gives what is due first, and at one instant what came first, whoever set it', () => {
    const queue = new DeadlineQueue()
    const entries = [entry(20, 'app'), entry(10, 'idle'), entry(20, 'service'), entry(10, 'app', false), entry(5, 'caller')]
    for (const one of entries) queue.add(one)
    expect(drain(queue).map((one) => entries.indexOf(one))).toEqual([4, 1, 3, 0, 2])
  })

  test('puts the last of an instant behind what is added later', () => {
    const queue = new DeadlineQueue()
    const end = entry(10)
    const later = entry(10, 'app')
    queue.add(end, true)
    queue.add(later)
    expect(drain(queue)).toEqual([later, end])
  })

  test('knows the next of each kind', () => {
    const queue = new DeadlineQueue()
    const [idle, unref, ref, puller] = [entry(1, 'idle'), entry(2, 'app', false), entry(3, 'app'), entry(4, 'caller')] as const
    for (const one of [puller, ref, unref, idle]) queue.add(one)
    expect([queue.first, queue.firstApp, queue.firstRefd, queue.firstPuller]).toEqual([idle, unref, ref, puller])
    queue.setRef(unref, true)
    expect(queue.firstRefd).toBe(unref)
  })

  test('counts the deadlines that a sleeper waits for', () => {
    const queue = new DeadlineQueue()
    const sleeper = { deadlines: 0 }
    const one: QueueEntry = { ...entry(1), sleeper }
    queue.add(one)
    expect(sleeper.deadlines).toBe(1)
    expect(queue.remove(one)).toBe(true)
    expect(queue.remove(one)).toBe(false)
    expect(sleeper.deadlines).toBe(0)
  })

  test('is a sorted list, for any adding, removing and unref-ing', () => {
    const kinds = fc.constantFrom<Mover>('service', 'caller', 'app', 'idle')
    const step = fc.record({
      due: fc.integer({ min: 0, max: 9 }),
      mover: kinds,
      then: fc.constantFrom('keep', 'remove', 'unref', 'shift'),
    })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const queue = new DeadlineQueue()
        const model: QueueEntry[] = []
        for (const { due, mover, then } of steps) {
          const added = entry(due, mover)
          queue.add(added)
          model.push(added)
          const some = model[due % model.length]
          if (!some) continue
          if (then === 'unref') queue.setRef(some, !some.isRef)
          if (then === 'remove' || then === 'shift') queue.remove(some)
          if (then === 'remove') model.splice(model.indexOf(some), 1)
          if (then !== 'shift') continue
          some.dueMs += 3
          queue.add(some)
        }
        model.sort((a, b) => a.dueMs - b.dueMs || a.order - b.order)
        expect(drain(queue)).toEqual(model)
      }),
    )
  })
})
