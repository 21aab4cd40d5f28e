// The viewer at its limits: hostile recordings, ten and a hundred thousand entries, none at all, two timelines, and what axe says.

import { AxeBuilder } from '@axe-core/playwright'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { TimelineEntry } from '../../src/runtime/timeline.ts'
import { bookingEntries, entryOf, longEntries } from './support/conversation.ts'
import { eventually, hasChromium, ViewerBrowser, where } from './support/open-viewer.ts'

declare global {
  var hacked: unknown
  /** Ticks that each canvas drew last. */
  var drawnTicks: Record<number, number>
}

let browser: ViewerBrowser
let booking: readonly TimelineEntry[]
beforeAll(async () => {
  booking = await bookingEntries()
  if (hasChromium) browser = await ViewerBrowser.launch()
})
afterAll(() => browser?.close())

const failure = {
  message:
    'expect(realtime).toHaveEmittedSequence(…)\n\nExpected sequence:\n  ✗ response.cancel\n\nTimeline:\n  > #24 +320ms ← x',
}

const evil = [
  '</script><script>globalThis.hacked = 1</script>',
  '<img src=x onerror="globalThis.hacked = 2">',
  '<!--<script>',
  '"><svg onload=globalThis.hacked=3>',
  '\u2028\u202e\u0000\ud800 {{constructor.constructor("globalThis.hacked=4")()}}',
].join(' ')

describe.skipIf(!hasChromium)(`the viewer${where}`, () => {
  test('marks where test and conversation parted, and goes there', async () => {
    const { page } = await browser.open([{ title: 'books', entries: booking, failure }])
    await page.getByRole('region', { name: 'Failure' }).getByText('expect(realtime).toHaveEmittedSequence').first().waitFor()
    await page.getByRole('button', { name: 'Go to #24, +320 ms' }).click()
    const row = page.getByRole('listbox').getByRole('option', { selected: true })
    expect(await row.textContent()).toContain('failed here')
    expect(await row.locator('.index').textContent()).toBe('#24')
    // Also when the list is scrolled elsewhere, or a filter hides it.
    await page.keyboard.press('End')
    await page.getByRole('searchbox').fill('response.done')
    await page.getByRole('searchbox').blur()
    await page.keyboard.press('f')
    await eventually(() => row.locator('.index').textContent()).toBe('#24')
    await eventually(() =>
      row.evaluate((element) => {
        const [own, list] = [element.getBoundingClientRect(), element.closest('.list')!.getBoundingClientRect()]
        return own.top >= list.top && own.bottom <= list.bottom
      }),
    ).toBe(true)
  })

  test('nothing that a recording says is executed', async () => {
    const entries = [
      entryOf(0, { type: 'session.created', session: { model: evil } }),
      entryOf(1, { type: evil, __proto__: { x: 1 }, constructor: evil }, 'app'),
      entryOf(2, { type: 'response.created', response: { id: evil } }),
      entryOf(3, { type: 'response.output_text.delta', response_id: evil, delta: evil }),
      entryOf(4, {
        type: 'response.done',
        response: { id: evil, status: evil, output: [{ type: 'message', content: [{ text: evil }] }] },
      }),
      { index: 5, atMs: 50, sessionId: evil, from: 'kit', note: { type: 'finding', message: evil } },
      { index: 7, atMs: 70, sessionId: '__proto__', from: 'kit', note: { type: 'connected', url: evil } },
      { index: 8, atMs: 80, sessionId: '__proto__', from: 'kit', note: { type: 'phone', callId: evil, by: evil, what: evil } },
      {
        ...{ index: 9, atMs: 90, sessionId: '__proto__', from: 'kit' },
        note: { type: 'phone', callId: evil, by: 'app', what: 'mark', message: { mark: { name: evil } } },
      },
      {
        ...{ index: 10, atMs: 100, sessionId: '__proto__', from: 'caller' },
        note: { type: 'said', text: evil, startMs: 0, endMs: 90, injected: false },
      },
      { index: 11, atMs: 110, sessionId: '', from: 'kit', note: { type: 'injected', fault: null } },
      { index: 12, atMs: 120, sessionId: '', from: 'kit', note: { type: 'engine', part: evil, name: evil, modelSha256: 5 } },
      {
        ...{ index: 6, atMs: 60, sessionId: 'sess_1', from: 'kit' },
        note: {
          type: 'selected',
          responseId: evil,
          name: evil,
          why: { chosen: evil, candidates: [{ name: evil, score: evil, parts: evil }] },
        },
      },
    ] as unknown as TimelineEntry[]
    const { page, requests, complaints } = await browser.open([{ title: evil, entries, failure: { message: evil } }])
    for (const _ of entries) await page.keyboard.press('j')
    await page.getByRole('region', { name: 'Scores of the replies' }).waitFor()
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toContain(
      '</script><script>globalThis.hacked = 1</script>',
    )
    expect(await page.evaluate(() => [globalThis.hacked, document.querySelectorAll('img, svg, script').length])).toEqual([
      undefined,
      2,
    ])
    expect(requests).toHaveLength(1)
    expect(complaints).toEqual([])
  })

  test('even markup that got into the page could not run or load anything', async () => {
    const { page, complaints } = await browser.open([{ title: 'books', entries: booking }])
    await page.evaluate(() => {
      const script = document.createElement('script')
      script.textContent = 'globalThis.hacked = 1'
      document.body.append(script)
      document.body.insertAdjacentHTML('beforeend', '<img src="https://127.0.0.1:9/x.png" onerror="globalThis.hacked = 1">')
    })
    const refused = (what: RegExp) => complaints.some((text) => /Content Security Policy/.test(text) && what.test(text))
    await eventually(() => refused(/inline script/)).toBe(true)
    await eventually(() => refused(/https:\/\/127\.0\.0\.1:9\/x\.png/)).toBe(true)
    expect(await page.evaluate(() => globalThis.hacked)).toBeUndefined()
  })

  test.for([10_000, 100_000])('%i entries: the page holds only what is on the screen', async (count) => {
    const { page } = await browser.open([{ title: 'long', entries: longEntries(count) }])
    await page.getByRole('button', { name: 'Fold repeats' }).click()
    const height = (await page.getByRole('region', { name: 'Events' }).boundingBox())!.height
    const size = () => page.evaluate(() => document.querySelectorAll('*').length)
    expect(await size()).toBeLessThan(1200)
    await page.keyboard.press('End')
    const last = page.getByRole('listbox').getByRole('option', { selected: true })
    await eventually(() => last.getAttribute('aria-posinset')).toBe(String(count))
    expect(await size()).toBeLessThan(1200)
    // The panes do not move, whatever is shown in them.
    expect((await page.getByRole('region', { name: 'Events' }).boundingBox())!.height).toBe(height)
    // A tick per pixel of the lane at most, however many entries.
    const width = (await page.locator('.group canvas').boundingBox())!.width
    expect(await page.evaluate(() => globalThis.drawnTicks[0])).toBeLessThanOrEqual(width + 8)
    for (let step = 0; step < 20; step++) await page.keyboard.press('+')
    await eventually(() => page.evaluate(() => globalThis.drawnTicks[0])).toBeLessThan(200)
    await page.getByRole('searchbox').fill(`word ${count - 7} `)
    await eventually(() => page.locator('.count').textContent()).toMatch(/^1 of/)
  })

  test('two timelines stand on one axis, each with its own lanes and its own failure', async () => {
    const { page } = await browser.open([
      { title: 'before', entries: booking },
      { title: 'after', entries: booking.slice(0, 150), failure },
    ])
    expect(await page.locator('.group-title').allTextContents()).toEqual([
      'before · Session A gpt-realtime',
      'after · Session A gpt-realtime',
    ])
    await page.keyboard.press('f')
    expect(await page.getByRole('listbox').getByRole('option', { selected: true }).textContent()).toContain('failed here')
    await page.getByLabel('Session', { exact: true }).selectOption({ label: 'after · Session A gpt-realtime' })
    await eventually(() => page.locator('.group').count()).toBe(1)
    expect(await page.locator('.count').textContent()).toBe(`150 of ${booking.length + 150}`)
  })

  test('of many sessions, the one that failed is in sight, the ruler too, and what is chosen later', async () => {
    const entries = Array.from({ length: 12 }, (_, at) => ({
      ...entryOf(at, { type: 'session.created', session: { model: 'gpt-realtime' } }),
      sessionId: `sess_${at}`,
    })) as TimelineEntry[]
    const { page } = await browser.open([{ title: 'twelve', entries, failure: { message: 'no', index: 11 } }])
    await page.getByRole('button', { name: 'Go to #11, +110 ms, Session L' }).waitFor()
    const isInSight = (letter: string) =>
      page.evaluate((title) => {
        const [area, own] = [
          document.querySelector('.zoomed')!,
          [...document.querySelectorAll('.group')].find((group) => group.textContent?.startsWith(title))!,
        ].map((element) => element.getBoundingClientRect())
        return own!.top >= area!.top && own!.bottom <= area!.bottom + 1
      }, `Session ${letter}`)
    await eventually(() => isInSight('L')).toBe(true)
    expect(await isInSight('A')).toBe(false)
    const [ruler, area] = [await page.locator('.ruler').boundingBox(), await page.locator('.zoomed').boundingBox()]
    expect(ruler!.y).toBeCloseTo(area!.y, 0)
    await page.keyboard.press('Home')
    await eventually(() => isInSight('A')).toBe(true)
    expect(await page.evaluate(() => document.scrollingElement!.scrollTop)).toBe(0)
  })

  test('the overview stands below the lanes: the same moment, the same place', async () => {
    const { page } = await browser.open([{ title: 'books', entries: booking, failure }])
    const red = (selector: string) =>
      page.locator(selector).evaluate((element) => {
        const canvas = element as HTMLCanvasElement
        const { data } = canvas.getContext('2d')!.getImageData(0, Math.floor(canvas.height / 2), canvas.width, 1)
        // The line of the failure: --fault.
        return Array.from({ length: canvas.width }, (_, x) => x).filter((x) => data[x * 4] === 0xbf && data[x * 4 + 1] === 0x26)
      })
    await eventually(async () => (await red('.group canvas')).length).toBe(2)
    expect((await red('.minimap'))[0]).toBeCloseTo((await red('.group canvas'))[0]!, -0.5)
  })

  test('what differs between two recordings is listed, marked and gone to', async () => {
    const differences = Array.from({ length: 6 }, (_, at) => ({
      message: `text ${at}\n  recorded  a\n  now       b`,
      index: at + 3,
    }))
    const { page } = await browser.open([
      { title: 'before', entries: booking },
      { title: 'after', entries: booking, differences },
    ])
    const list = page.getByRole('region', { name: 'Differences' })
    expect(await list.locator('strong:visible').allTextContents()).toEqual(['text 0', 'text 1', 'text 2', 'text 3'])
    await list.getByText('and 2 more').click()
    await list.getByRole('button', { name: /^Go to #8, .*, after · Session A$/ }).click()
    const row = page.getByRole('listbox').getByRole('option', { selected: true })
    await eventually(() => row.textContent()).toContain('differs here')
    expect(await row.locator('.of').textContent()).toBe('2A')
  })

  test('an empty timeline says that there is nothing', async () => {
    const { page, complaints } = await browser.open([{ title: 'nothing', entries: [] }])
    await page.getByText('No session was connected').waitFor()
    await page.getByText('This timeline has no entries').waitFor()
    for (const key of ['j', 'c', 'f', '+', '0', ' ', 'Enter', 'End']) await page.keyboard.press(key)
    expect(complaints).toEqual([])
  })

  test.for(['light', 'dark'] as const)('axe finds nothing against it, %s', { timeout: 60_000 }, async (colorScheme) => {
    const { page } = await browser.open([{ title: 'books', entries: booking, failure }], { colorScheme })
    const violations = async () =>
      (await new AxeBuilder({ page }).analyze()).violations.map(
        ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`,
      )
    expect(await violations()).toEqual([])
    await page.keyboard.press('f')
    expect(await violations()).toEqual([])
    await page.keyboard.press('Escape')
    await page.getByRole('searchbox').fill('selected')
    await page.getByRole('searchbox').blur()
    await page.keyboard.press('j')
    expect(await violations()).toEqual([])
    await page.keyboard.press('?')
    expect(await violations()).toEqual([])
  })

  test.for([320, 480])('fits a window of %i px without scrolling sideways', async (width) => {
    const { page } = await browser.open([{ title: 'books', entries: booking, failure }], { viewport: { width, height: 800 } })
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width)
  })

  test('follows the theme of the system, and its own switch', async () => {
    const { page } = await browser.open([{ title: 'books', entries: booking }], { colorScheme: 'dark' })
    const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor)
    const dark = await background()
    await page.getByRole('button', { name: 'Dark' }).click()
    expect(await background()).not.toBe(dark)
  })
})
