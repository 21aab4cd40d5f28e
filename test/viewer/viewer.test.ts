// The viewer in a real Chromium, from disk: it opens, zooms, plays, finds, filters, and shows where a test and its conversation parted.

import type { Locator, Page } from 'playwright'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { TimelineEntry } from '../../src/runtime/timeline.ts'
import { bookingEntries } from './support/conversation.ts'
import { eventually, hasChromium, type Opened, ViewerBrowser, where } from './support/open-viewer.ts'

let browser: ViewerBrowser
let entries: readonly TimelineEntry[]
let opened: Opened
beforeAll(async () => {
  entries = await bookingEntries()
  if (!hasChromium) return
  browser = await ViewerBrowser.launch()
  opened = await browser.open([{ title: 'books a table', entries }])
})
afterAll(() => browser?.close())

const lanes = (page: Page): Locator => page.getByRole('region', { name: /^Timeline/ })
const shown = async (page: Page): Promise<string> => (await lanes(page).getAttribute('aria-label')) ?? ''
const list = (page: Page): Locator => page.getByRole('listbox')
const chosen = (page: Page): Locator => list(page).getByRole('option', { selected: true })
const place = (type: string): number => entries.find((entry) => 'event' in entry && entry.event.type === type)!.index

describe.skipIf(!hasChromium)(`the viewer${where}`, () => {
  test('opens from disk without asking for anything else, and complains of nothing', async () => {
    const { page, requests, complaints } = opened
    expect(requests).toEqual([page.url()])
    expect(page.url()).toMatch(/^file:/)
    expect(complaints).toEqual([])
    expect(await page.title()).toBe('books a table · timeline')
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('books a table')
  })

  test('has a lane for each thing that happened, and none for what did not', async () => {
    const labels = await opened.page.locator('.lane-labels li').allTextContents()
    expect(labels).toEqual([
      'True speech',
      'Input audio',
      'Detected speech',
      'Client events',
      'Server events',
      'Responses',
      'Output audio',
      'Functions',
      'Notes',
    ])
    await opened.page.getByRole('img', { name: /Session A.*Responses: 3.*Functions: 1/ }).waitFor()
  })

  test('tells the conversation in words before anything is chosen', async () => {
    const { page } = opened
    const talk = page.getByRole('region', { name: 'Conversation of Session A' })
    const rows = await talk.locator('tbody tr').allTextContents()
    expect(rows.map((row) => row.replace(/^\+[\d,]+ ms/, ''))).toEqual([
      'CallerHello there',
      expect.stringMatching(/^ModelHello! How can I help you today\?.*reply “greeting”.*cut off: 9\d\d ms of it was heard$/),
      'CallerA table for two please',
      'Functionbook_table({"seats":2})reply “book” · gave booked',
      expect.stringMatching(/^ModelDone\.reply “book\.then” · first sound after \d+ ms$/),
    ])
    await talk
      .getByRole('button', { name: /response.created/ })
      .first()
      .click()
    await eventually(() => chosen(page).locator('.name').textContent()).toBe('response.created')
    await page.keyboard.press('Escape')
  })

  test('a bar says under the pointer what it is, whole', async () => {
    const { page } = opened
    const canvas = lanes(page).locator('.group canvas')
    const row = (await page.locator('.lane-labels li', { hasText: 'Responses' }).boundingBox())!
    const box = (await canvas.boundingBox())!
    const { atMs } = entries[place('response.created')]!
    const endMs = Math.max(...entries.map((entry) => entry.atMs))
    await page.mouse.move(box.x + ((atMs / endMs + 0.015) / 1.03) * box.width + 8, row.y + row.height / 2)
    await eventually(() => page.locator('.tip:visible').textContent()).toMatch(
      /greeting {2}[\d.]+ m?s\n“Hello! How can I help you today\? We are open until ten\.”$/,
    )
    await page.mouse.move(0, 0)
  })

  test('zooms by wheel, keys and buttons, pans, and shows all again', async () => {
    const { page } = opened
    const whole = await shown(page)
    await lanes(page)
      .locator('canvas')
      .nth(1)
      .hover({ position: { x: 400, y: 100 } })
    await page.mouse.wheel(0, -600)
    await eventually(() => shown(page)).not.toBe(whole)
    const byWheel = await shown(page)
    await page.keyboard.press('+')
    await eventually(() => shown(page)).not.toBe(byWheel)
    await page.keyboard.press('0')
    await eventually(() => shown(page)).toBe(whole)
    await page.getByRole('button', { name: 'Zoom in' }).click()
    await eventually(() => shown(page)).not.toBe(whole)
    await page.getByRole('button', { name: 'Fit' }).click()
    await eventually(() => shown(page)).toBe(whole)
  })

  test('a drag pans: another entry lies under the same point', async () => {
    const { page } = opened
    for (let step = 0; step < 4; step++) await page.getByRole('button', { name: 'Zoom in' }).click()
    const canvas = lanes(page).locator('.group canvas')
    const box = (await canvas.boundingBox())!
    const span = await shown(page)
    const before = await canvas.screenshot()
    await page.mouse.move(box.x + 600, box.y + 20)
    await page.mouse.down()
    await page.mouse.move(box.x + 300, box.y + 20, { steps: 4 })
    await page.mouse.up()
    await eventually(async () => before.equals(await canvas.screenshot())).toBe(false)
    expect(await shown(page)).toBe(span)
    await page.getByRole('button', { name: 'Fit' }).click()
  })

  test('search leaves what fits, says how many, and Escape clears it', async () => {
    const { page } = opened
    await page.keyboard.press('/')
    await page.keyboard.type('book_table')
    const fitting = entries.filter((entry) => JSON.stringify(entry).includes('book_table')).length
    const count = page.locator('.count')
    await eventually(() => count.textContent()).toBe(`${fitting} of ${entries.length}`)
    await page.keyboard.press('Enter')
    await eventually(() => page.getByRole('region', { name: 'Chosen event' }).textContent()).toContain('book_table')
    await page.keyboard.press('Escape')
    await page.keyboard.press('Escape')
    await page.keyboard.press('Escape')
    await eventually(() => count.textContent()).toBe(`${entries.length} entries`)
  })

  test('a search that finds nothing says so and offers the way back', async () => {
    const { page } = opened
    await page.getByRole('searchbox').fill('no such thing')
    await page.getByText('Nothing fits this search').waitFor()
    await page.getByRole('button', { name: 'Clear them' }).click()
    await eventually(() => list(page).getByRole('option').count()).toBeGreaterThan(5)
  })

  test('filters by direction and by type', async () => {
    const { page } = opened
    await page.getByRole('button', { name: 'Server', exact: true }).click()
    await page.getByRole('button', { name: 'Caller', exact: true }).click()
    await page.getByRole('button', { name: 'Notes', exact: true }).click()
    const ours = entries.filter(({ from }) => from === 'app')
    await eventually(() => page.locator('.count').textContent()).toBe(`${ours.length} of ${entries.length}`)
    await page.getByLabel('Type').selectOption('session.')
    expect(await list(page).locator('.name').allTextContents()).toEqual(['session.update', 'session.update'])
    await page.getByRole('button', { name: 'Clear', exact: true }).click()
  })

  test('keys walk through the list; the chosen event shows its JSON, cause and effects', async () => {
    const { page } = opened
    await page.getByRole('searchbox').fill('conversation.item.truncate"')
    await page.getByRole('searchbox').blur()
    await page.keyboard.press('j')
    expect(await chosen(page).locator('.index').textContent()).toBe(`#${place('conversation.item.truncate')}`)
    const details = page.getByRole('region', { name: 'Chosen event' })
    expect(JSON.parse((await details.locator('.json').textContent()) ?? '')).toMatchObject({ type: 'conversation.item.truncate' })
    await details.getByRole('button', { name: /input_audio_buffer.speech_started/ }).waitFor()
    await details.getByRole('button', { name: /conversation.item.truncated/ }).click()
    await eventually(() => details.getByRole('heading').first().textContent()).toContain('conversation.item.truncated')
    await page.keyboard.press('c')
    await eventually(() => details.getByRole('heading').first().textContent()).toMatch(/truncate$/)
    await page.keyboard.press('Escape')
    await page.keyboard.press('Escape')
  })

  test('a click on a tick of the lanes chooses its event', async () => {
    const { page } = opened
    const canvas = lanes(page).locator('.group canvas')
    const label = page.locator('.lane-labels li', { hasText: 'Responses' })
    const [box, row] = [(await canvas.boundingBox())!, (await label.boundingBox())!]
    const { atMs } = entries[place('response.created')]!
    // 1.5 % of the whole is free at both ends.
    const endMs = Math.max(...entries.map((entry) => entry.atMs))
    await page.mouse.click(box.x + ((atMs / endMs + 0.015) / 1.03) * box.width + 8, row.y + row.height / 2)
    await eventually(() => chosen(page).locator('.name').textContent()).toBe('response.created')
    const table = page.getByRole('region', { name: 'Scores of the replies' })
    expect(await table.getByRole('rowheader').allTextContents()).toEqual(['greeting', 'book'])
    expect(await table.getByRole('row').nth(1).textContent()).toContain('10')
    await page.keyboard.press('Escape')
  })

  test('repeats are one row with their text, and can be unfolded', async () => {
    const { page } = opened
    await page.getByRole('searchbox').fill('response.output_audio_transcript.delta')
    const rows = list(page).getByRole('option')
    const texts = entries.flatMap((entry) =>
      'event' in entry && entry.event.type === 'response.output_audio_transcript.delta' ? [String(entry.event.delta)] : [],
    )
    await eventually(() => rows.first().locator('.times').textContent()).toMatch(/×1\d/)
    expect(await rows.first().locator('.details').textContent()).toMatch(/^"Hello! How can I help you/)
    await page.getByRole('button', { name: 'Fold repeats' }).click()
    await eventually(() => rows.first().getAttribute('aria-setsize')).toBe(String(texts.length))
    await page.keyboard.press('r')
    await eventually(() => rows.first().locator('.times').count()).toBe(1)
    await page.keyboard.press('Escape')
    await eventually(() => page.locator('.count').textContent()).toBe(`${entries.length} entries`)
  })

  test('help lists the keys and closes with Escape', async () => {
    const { page } = opened
    await page.keyboard.press('?')
    const help = page.getByRole('dialog', { name: 'Keys' })
    await help.waitFor()
    expect(await help.locator('dd').count()).toBeGreaterThan(15)
    await page.keyboard.press('Escape')
    await help.waitFor({ state: 'hidden' })
  })

  test('what happens is told to screen readers', async () => {
    const { page } = opened
    await page.keyboard.press('End')
    const last = entries.at(-1)!
    await eventually(() => page.locator('p[role=status]').textContent()).toContain(`Entry ${last.index}`)
    await chosen(page).waitFor()
    await eventually(() => list(page).getAttribute('aria-activedescendant')).toBe(await chosen(page).getAttribute('id'))
  })
})
