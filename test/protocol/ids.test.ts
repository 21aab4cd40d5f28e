import { describe, expect, test } from 'vitest'
import { createIds, idEpochUnixSeconds } from '../../src/protocol/ids.ts'

/** The second of an id, read back as the live service's ids are: five base62 digits, counted from the end of 2019. */
function unixSecondsOf(id: string): number {
  const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
  const time = /^[a-z]+_([0-9A-Za-z]{5})[0-9A-Za-z]{16}$/.exec(id)?.[1] ?? ''
  return [...time].reduce((sum, digit) => sum * digits.length + digits.indexOf(digit), 0) + 1_576_800_000
}

const at = (unixSeconds: number) => () => unixSeconds

describe('ids', () => {
  test('have the shape of the live service', () => {
    const ids = createIds(1, at(idEpochUnixSeconds))
    for (const kind of ['event', 'sess', 'conv', 'item', 'resp'] as const) {
      expect(ids.id(kind)).toMatch(new RegExp(`^${kind}_[0-9A-Za-z]{21}$`))
    }
    expect(ids.callId()).toMatch(/^call_[0-9A-Za-z]{16}$/)
    expect(ids.rtcCallId()).toMatch(/^rtc_[0-9a-f]{32}$/)
    expect(ids.clientSecret()).toMatch(/^ek_[0-9a-f]{32}$/)
  })

  test('tell their second, as the live ones do', () => {
    // `sess_Ct1OV…` of a public log of 1 January 2026.
    expect(unixSecondsOf('sess_Ct1OVaaaaaaaaaaaaaaaa')).toBe(1_767_229_435)
    expect(createIds(1, at(1_767_229_435)).id('sess')).toMatch(/^sess_Ct1OV/)
    for (const second of [1_576_800_000, 1_576_800_061, 1_800_000_000.9, 2_000_000_000]) {
      expect(unixSecondsOf(createIds(7, at(second)).id('item'))).toBe(Math.floor(second))
    }
  })

  test('follow the clock', () => {
    let now = idEpochUnixSeconds
    const ids = createIds(1, () => now)
    expect(unixSecondsOf(ids.id('item'))).toBe(idEpochUnixSeconds)
    now += 61.5
    expect(unixSecondsOf(ids.id('item'))).toBe(idEpochUnixSeconds + 61)
  })

  test('are equal for equal seeds, and differ for others', () => {
    const run = (seed: number): string[] => {
      const ids = createIds(seed, at(idEpochUnixSeconds))
      return [ids.id('item'), ids.callId(), ids.clientSecret(), ids.obfuscation(), ids.id('event')]
    }
    expect(run(1)).toEqual(run(1))
    const seeds = Array.from({ length: 200 }, (_, seed) => run(seed))
    expect(new Set(seeds.flat()).size).toBe(1_000)
    expect(run(-1)).not.toEqual(run(1))
    expect(run(2 ** 40 + 1)).not.toEqual(run(1))
  })

  test('are written down: another sequence would change every snapshot of our users', () => {
    const ids = createIds(1, at(idEpochUnixSeconds))
    expect([ids.id('item'), ids.id('sess'), ids.callId()]).toEqual([
      'item_F6WW0ou0cWDxUSLkPqteT',
      'sess_F6WW0UGAb0L3qOdKBDaVx',
      'call_RWTVXhlSWb1MRlmR',
    ])
  })

  test('do not repeat, and use all digits about equally', () => {
    const ids = createIds(3, at(idEpochUnixSeconds))
    const many = Array.from({ length: 20_000 }, () => ids.callId().slice('call_'.length))
    expect(new Set(many).size).toBe(20_000)
    const counts = new Map<string, number>()
    for (const digit of many.join('')) counts.set(digit, (counts.get(digit) ?? 0) + 1)
    expect(counts.size).toBe(62)
    const expected = (20_000 * 16) / 62
    for (const count of counts.values()) expect(Math.abs(count - expected) / expected).toBeLessThan(0.1)
  })

  test('obfuscation has 8 to 14 characters, each length at times', () => {
    const ids = createIds(5, at(idEpochUnixSeconds))
    const lengths = new Set(Array.from({ length: 500 }, () => ids.obfuscation().length))
    expect([...lengths].sort((one, other) => one - other)).toEqual([8, 9, 10, 11, 12, 13, 14])
  })
})
