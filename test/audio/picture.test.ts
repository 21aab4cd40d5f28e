import { PNG } from 'pngjs'
import { expect, test } from 'vitest'
import { toPng } from '../../audio/engines/png.ts'
import { concatPcm, pcm, silence } from '../../audio/pcm.ts'
import { toSvg } from '../../audio/picture.ts'
import { speech } from '../../audio/speech.ts'

const block = concatPcm(silence(100), pcm(new Int16Array(2400).fill(16_384), 24_000), silence(200))

test('an SVG shows the outline where the sound is, the speech and the marks', () => {
  const svg = toSvg(block, {
    widthPx: 4,
    heightPx: 40,
    speech: [{ startMs: 100, endMs: 200 }],
    marks: [{ atMs: 300, label: 'a < b' }],
  })
  expect(svg).toMatchInlineSnapshot(`
    "<svg xmlns="http://www.w3.org/2000/svg" width="4" height="40" viewBox="0 0 4 40">
    <rect width="4" height="40" fill="#ffffff"/>
    <rect x="1" y="0" width="1" height="40" fill="#cfe8d5"/>
    <path d="M0.5 20V20.5M1.5 10V20.5M2.5 20V20.5M3.5 20V20.5" stroke="#2b4c7e" fill="none"/>
    <line x1="3" y1="0" x2="3" y2="40" stroke="#b3261e"/><text x="6" y="12" font-size="11" font-family="sans-serif" fill="#b3261e">a &lt; b</text>
    </svg>"
  `)
})

test('true bounds are shown where they are known, and the text is the title', async () => {
  const hello = await speech('Hello & goodbye', { leadMs: 100, trailMs: 100 })
  const svg = toSvg(hello, { widthPx: 100 })
  expect(svg).toContain('<title>Hello &amp; goodbye</title>')
  expect(svg).toMatch(/<rect x="\d+(\.\d)?" y="0" width="\d+(\.\d)?" height="120" fill="#cfe8d5"\/>/)
})

test('a PNG has the same in pixels', async () => {
  const image = PNG.sync.read(
    Buffer.from(
      await toPng(block, { widthPx: 4, heightPx: 40, speech: [{ startMs: 100, endMs: 200 }], marks: [{ atMs: 300, label: '' }] }),
    ),
  )
  const pixel = (x: number, y: number): number[] => [...image.data.subarray((y * 4 + x) * 4, (y * 4 + x) * 4 + 3)]
  expect([image.width, image.height]).toEqual([4, 40])
  expect(pixel(0, 5)).toEqual([255, 255, 255])
  expect(pixel(1, 5), 'speech').toEqual([207, 232, 213])
  expect(pixel(1, 15), 'sound').toEqual([43, 76, 126])
  expect(pixel(3, 0), 'mark').toEqual([179, 38, 30])
})

test.for([0, -1, 1.5, Number.NaN, 1e9])('a width of %s is no picture', async (widthPx) => {
  expect(() => toSvg(block, { widthPx })).toThrow("A picture's widthPx is a whole number from 1 to 20000")
  await expect(toPng(block, { widthPx })).rejects.toThrow("A picture's widthPx")
})

test('signs that XML cannot hold are left out of an SVG', () => {
  const svg = toSvg(pcm(new Int16Array(100), 8000, { text: 'a\u0000b\u0001\ud800c\n\u{1f600}' }))
  expect(svg).toContain('<title>abc\n\u{1f600}</title>')
})
