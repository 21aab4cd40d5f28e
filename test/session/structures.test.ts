// The values under the state: lists and maps whose older versions stay what they were, and base64.

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeBase64, encodeBase64 } from '../../audio/base64.ts'
import { type AppendLog, append, emptyLog, entriesFrom, entryAt } from '../../src/session/append-log.ts'
import { emptyMap, lookUp, type PersistentMap, withEntry, withoutEntry } from '../../src/session/persistent-map.ts'

// The same cases in every run; remove it to look for new ones.
fc.configureGlobal({ seed: 20_261_122 })

describe('append log', () => {
  test('versions branch without touching each other', () => {
    const base = append(append(emptyLog<number>(), 1), 2)
    const left = append(base, 3)
    const right = append(append(base, 4), 5)
    expect([base, left, right].map((log) => entriesFrom(log))).toEqual([
      [1, 2],
      [1, 2, 3],
      [1, 2, 4, 5],
    ])
    expect(entryAt(base, 2)).toBeUndefined()
    expect(entriesFrom(right, 2)).toEqual([4, 5])
  })

  test('appending to the newest version copies nothing', () => {
    let log: AppendLog<number> = emptyLog()
    const { backing } = log
    for (let entry = 0; entry < 1000; entry++) log = append(log, entry)
    expect(log.backing).toBe(backing)
  })
})

describe('persistent map', () => {
  // Few keys, some of which collide in all 32 bits of the hash, so that every branch is met.
  const key = fc.oneof(fc.constantFrom('a', 'b', 'item_1', 'item_2', ...collidingKeys()), fc.string({ maxLength: 3 }))
  const change = fc.record({ key, value: fc.option(fc.integer(), { nil: undefined }) })

  test('is a Map at every version', () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 60 }), (changes) => {
        let map: PersistentMap<number> = emptyMap()
        const model = new Map<string, number>()
        const versions: [PersistentMap<number>, Map<string, number>][] = []
        for (const { key: name, value } of changes) {
          map = value === undefined ? withoutEntry(map, name) : withEntry(map, name, value)
          if (value === undefined) model.delete(name)
          else model.set(name, value)
          versions.push([map, new Map(model)])
        }
        for (const [version, expected] of versions) {
          expect(version.size).toBe(expected.size)
          for (const { key: name } of changes) expect(lookUp(version, name)).toBe(expected.get(name))
        }
      }),
    )
  })

  test('holds many', () => {
    let map: PersistentMap<number> = emptyMap()
    for (let index = 0; index < 20_000; index++) map = withEntry(map, `item_${index}`, index)
    expect(map.size).toBe(20_000)
    expect([lookUp(map, 'item_0'), lookUp(map, 'item_19999'), lookUp(map, 'item_20000')]).toEqual([0, 19_999, undefined])
  })
})

describe('base64', () => {
  test('round trip of any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(decodeBase64(encodeBase64(bytes))).toEqual(Uint8Array.from(bytes))
      }),
      { examples: [[new Uint8Array()]] },
    )
  })

  test('a view on a larger buffer is encoded alone', () => {
    expect(encodeBase64(Uint8Array.of(1, 2, 3, 4).subarray(1, 3))).toBe('AgM=')
  })

  test.each(['A', 'AA', 'AAA', 'A===', '$$$$', 'AA A', 'AA=A', 'AAAA===='])('refuses %j', (input) => {
    expect(decodeBase64(input)).toBeUndefined()
  })
})

/** Two strings of the same FNV-1a hash, found by search once: 'costarring' and 'liquid' collide. */
function collidingKeys(): string[] {
  return ['costarring', 'liquid', 'declinate', 'macallums']
}
