import { afterEach, describe, expect, test, vi } from 'vitest'
import { base64Bytes, decodeBase64, encodeBase64 } from '../../audio/base64.ts'

const everyByte = Uint8Array.from({ length: 70_000 }, (_, index) => (index * 7) & 0xff)

afterEach(() => {
  vi.unstubAllGlobals()
  vi.resetModules()
})

describe('base64', () => {
  test.each([0, 1, 2, 3, 4, 70_000])('%i bytes come back', (count) => {
    const bytes = everyByte.slice(0, count)
    expect(decodeBase64(encodeBase64(bytes))).toEqual(bytes)
  })

  test('encodes a view, not the memory around it', () => {
    expect(encodeBase64(Uint8Array.of(0, 104, 105, 0).subarray(1, 3))).toBe('aGk=')
  })

  test.each(['a', 'abc', 'aGk', 'aG=k', 'aGk$', 'aG k', 'a-bk', 'a_bk', '====', 'aGk=aGk=', '\u0141AAA', 'AAA\u{1f641}'])(
    '%j is refused',
    (text) => {
      expect(decodeBase64(text)).toBeUndefined()
    },
  )

  test('works the same without Buffer, as in a browser', async () => {
    const expected = encodeBase64(everyByte)
    vi.stubGlobal('Buffer', undefined)
    vi.resetModules()
    const browser = await import('../../audio/base64.ts')
    expect(browser.encodeBase64(everyByte)).toBe(expected)
    expect(browser.decodeBase64(expected)).toEqual(everyByte)
    expect(browser.decodeBase64('a$==')).toBeUndefined()
    expect(browser.decodeBase64('aG k')).toBeUndefined()
  })
})

test.each([0, 1, 2, 3, 4, 100, 4800])('%i bytes are counted without decoding them', (count) => {
  expect(base64Bytes(encodeBase64(new Uint8Array(count)))).toBe(count)
})
