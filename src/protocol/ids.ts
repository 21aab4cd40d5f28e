// Identifiers in the shape of the live service: a prefix, five base62 digits of time, sixteen of chance.
// Both time and chance are given, so that a run repeats itself.

const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/** Ids count seconds from here: 2019-12-20T00:00:00Z. */
const idTimeZero = 1_576_800_000
const timeDigitCount = 5

/** Where the time of ids starts in tests, so that runs are equal whatever the date is: 2027-01-15T08:00:00Z. */
export const idEpochUnixSeconds = 1_800_000_000

/** What an id may name; the prefix on the wire. */
export type IdKind = 'event' | 'sess' | 'conv' | 'item' | 'resp' | 'mcp' | 'mcpr' | 'mcpl' | 'seg'

const idKinds: ReadonlySet<string> = new Set<IdKind>(['event', 'sess', 'conv', 'item', 'resp', 'mcp', 'mcpr', 'mcpl', 'seg'])

export function isIdKind(prefix: string): prefix is IdKind {
  return idKinds.has(prefix)
}

/** A seeded source of everything random on the wire. */
export interface Ids {
  /** `item_` and 21 digits. */
  id(kind: IdKind): string
  /** `call_` and 16 digits: no time. */
  callId(): string
  /** `rtc_` and 32 hexadecimal digits. */
  rtcCallId(): string
  /** `ek_` and 32 hexadecimal digits. */
  clientSecret(): string
  /** The padding of text deltas: 8 to 14 characters. */
  obfuscation(): string
}

/**
 * Ids from a seed. `now` is in Unix seconds, counted from a fixed epoch where runs are to be equal.
 *
 * @example
 * const ids = createIds(1, () => idEpochUnixSeconds + clock.now() / 1000)
 * ids.id('item')   // 'item_F6WW0' and 16 more
 */
export function createIds(seed: number, now: () => number): Ids {
  const next = randomSource(seed)
  let second = -1
  let timeText = ''
  const time = (): string => {
    const current = Math.floor(now())
    if (current !== second) {
      second = current
      timeText = timeDigits(current)
    }
    return timeText
  }
  const chance = (): string => {
    let text = ''
    for (let draw = 0; draw < 4; draw += 1) text += fourDigits(next())
    return text
  }
  const hex = (): string => Array.from({ length: 4 }, () => next().toString(16).padStart(8, '0')).join('')
  return {
    id: (kind) => `${kind}_${time()}${chance()}`,
    callId: () => `call_${chance()}`,
    rtcCallId: () => `rtc_${hex()}`,
    clientSecret: () => `ek_${hex()}`,
    obfuscation: () => chance().slice(0, 8 + (next() % 7)),
  }
}

function timeDigits(unixSeconds: number): string {
  let rest = Math.max(0, unixSeconds - idTimeZero)
  let text = ''
  for (let place = 0; place < timeDigitCount; place += 1) {
    text = digits.charAt(rest % digits.length) + text
    rest = Math.floor(rest / digits.length)
  }
  return text
}

/** All pairs of digits: two lookups give four digits, where one at a time would take four divisions. */
const pairs = [...digits].flatMap((first) => [...digits].map((second) => first + second))

function fourDigits(random: number): string {
  const low = random % pairs.length
  const high = Math.floor(random / pairs.length) % pairs.length
  return `${pairs[low]}${pairs[high]}`
}

/** Unsigned 32-bit numbers: the small fast counter generator (sfc32), stirred from one seed. */
function randomSource(seed: number): () => number {
  let a = seed | 0
  let b = Math.floor(seed / 0x1_0000_0000) | 0
  let c = 0x9e3779b9 | 0
  let counter = 1
  const next = (): number => {
    const sum = (a + b + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = ((c << 21) | (c >>> 11)) + sum
    return sum >>> 0
  }
  for (let stir = 0; stir < 16; stir += 1) next()
  return next
}
