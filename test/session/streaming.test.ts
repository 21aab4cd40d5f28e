import { describe, expect, test } from 'vitest'
import { graphemesOf, joinGraphemes } from '../../src/session/graphemes.ts'
import { planStreaming, type Streaming } from '../../src/session/streaming.ts'
import { splitTokens } from '../../src/session/tokens.ts'

const family = '👨‍👩‍👧‍👦'
const accent = 'e\u0301'
const gapsOf = (streaming: Streaming, count: number, seed = 1, response = 1) => {
  const plan = planStreaming(streaming, seed, response)
  return Array.from({ length: count }, (_, index) => plan.gapMs(index, 6))
}

describe('chunks', () => {
  test.each<[Streaming['chunk'], string, readonly string[]]>([
    ['character', `a${family}${accent}!`, ['a', family, accent, '!']],
    ['character', '日本', ['日', '本']],
    ['word', ' Hello  big world! ', [' Hello', '  big', ' world!', ' ']],
    ['token', 'Hello! How', ['Hello', '!', ' How']],
    [(text) => text.match(/.{1,4}/gsu) ?? [], 'abcdefghij', ['abcd', 'efgh', 'ij']],
    [(text) => [...text], `${family}x`, [family, 'x']],
    [() => [], '', []],
  ])('%s of %j', (chunk, text, pieces) => {
    expect(planStreaming(chunk === undefined ? {} : { chunk }, 1, 1).split(text)).toEqual(pieces)
  })

  test('that lose some of the text are refused', () => {
    expect(() => planStreaming({ chunk: (text) => [text.trim()] }, 1, 1).split('a ')).toThrow(
      '[RTK_OPTION] streaming.chunk: the pieces',
    )
  })

  test('and delays of functions that throw are told by their option', () => {
    const fail = () => {
      throw new TypeError('no text')
    }
    expect(() => planStreaming({ chunk: fail }, 1, 1).split('a ')).toThrow(
      '[RTK_OPTION] streaming.chunk threw TypeError: no text',
    )
    expect(() => planStreaming({ delayMs: fail }, 1, 1).gapMs(1, 5)).toThrow(
      '[RTK_OPTION] streaming.delayMs threw TypeError: no text',
    )
    expect(() => planStreaming({ delayMs: () => Number.NaN }, 1, 1).gapMs(1, 5)).toThrow(
      '[RTK_OPTION] streaming.delayMs gave NaN',
    )
  })

  test.each([
    `${family.repeat(3)} and ${accent.repeat(9)}`,
    'Flags 🇩🇪🇫🇷🇮🇹🇪🇸, keys 1️⃣2️⃣3️⃣, skin 👍🏽👍🏿, ❤️‍🔥',
    'नमस्ते दुनिया, สวัสดีชาวโลก, 안녕하세요',
    'Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢L̠ͨͧͩ͘G̴̻͈͍͔̹̑͗̎̅͛́Ǫ̵̹̻̝̳͂̌̌͘!͖̬̰̙̗̿̋ͥͥ̂ͣ̐́́͜͞',
    'Plain ASCII, nothing odd.\r\nReally.',
  ])('by default never cut a character: %s', (text) => {
    const pieces = splitTokens(text)
    expect(pieces.join('')).toBe(text)
    expect(pieces.flatMap(graphemesOf)).toEqual(graphemesOf(text))
  })

  test('keep what is after the last border', () => {
    expect(joinGraphemes('日👩‍👧', ['日', '👩', '\u200d👧'])).toEqual(['日', '👩‍👧'])
  })
})

describe('a schedule', () => {
  test.each<[string, Streaming, readonly number[]]>([
    ['as the latency says', {}, [0, 6, 6, 6]],
    ['one delay', { delayMs: 20 }, [0, 20, 20, 20]],
    ['several in turn', { delayMs: [10, 30] }, [0, 10, 30, 10, 30]],
    ['a function', { delayMs: (delta) => delta * 5 - 5 }, [0, 0, 5, 10]],
    ['bursts', { delayMs: 10, burst: 3 }, [0, 0, 0, 30, 0, 0, 30]],
    ['a stall', { delayMs: 10, stall: { after: 2, ms: 500 } }, [0, 10, 510, 10, 10]],
    ['stalls', { stall: { after: 2, ms: 500, repeat: true } }, [0, 6, 506, 6, 506]],
    ['a stall within a burst', { delayMs: 0, burst: 2, stall: { after: 3, ms: 50 } }, [0, 0, 50, 0, 0]],
  ])('%s', (_, streaming, gaps) => {
    expect(gapsOf(streaming, gaps.length)).toEqual(gaps)
  })

  test('has jitter within its bound, the same for a seed, another for another seed or response', () => {
    const gaps = gapsOf({ delayMs: 10, jitterMs: 40 }, 200)
    expect(gaps).toEqual(gapsOf({ delayMs: 10, jitterMs: 40 }, 200))
    expect(Math.min(...gaps.slice(1))).toBeGreaterThanOrEqual(10)
    expect(Math.max(...gaps)).toBeLessThan(50)
    expect(new Set(gaps.map(Math.round)).size).toBeGreaterThan(25)
    expect(gapsOf({ delayMs: 10, jitterMs: 40 }, 5, 2)).not.toEqual(gaps.slice(0, 5))
    expect(gapsOf({ delayMs: 10, jitterMs: 40 }, 5, 1, 2)).not.toEqual(gaps.slice(0, 5))
  })
})
