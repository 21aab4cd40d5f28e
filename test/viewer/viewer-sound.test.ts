// The viewer plays both sides from any point: each piece of sound is scheduled when it sounded, and what was cut is not played.

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { viewDataOf } from '../../src/report/view-model.ts'
import type { TimelineEntry } from '../../src/runtime/timeline.ts'
import { bookingEntries, longEntries } from './support/conversation.ts'
import { eventually, hasChromium, ViewerBrowser, where } from './support/open-viewer.ts'

declare global {
  /** What the page scheduled: seconds on the clock of its sound, place in its buffer, length, loudest sample of the buffer. */
  var scheduled: { when: number; offset: number; duration: number; loudest: number }[]
}

/** Runs in the page. */
function watchSources(): void {
  globalThis.scheduled = []
  const { start } = AudioBufferSourceNode.prototype
  AudioBufferSourceNode.prototype.start = function (when = 0, offset = 0, duration = 0) {
    const loudest = Math.max(...(this.buffer?.getChannelData(0).slice(0, 48_000) ?? []))
    globalThis.scheduled.push({ when, offset, duration, loudest })
    return start.call(this, when, offset, duration)
  }
}

let browser: ViewerBrowser
let entries: readonly TimelineEntry[]
beforeAll(async () => {
  entries = await bookingEntries()
  if (hasChromium) browser = await ViewerBrowser.launch()
})
afterAll(() => browser?.close())

describe.skipIf(!hasChromium)(`the viewer${where}`, () => {
  test('plays what was heard, when it was heard, and moves the play head', async () => {
    const { page, complaints } = await browser.open([{ title: 'books', entries }], {}, watchSources)
    await page.getByRole('button', { name: 'Play' }).click()
    await page.getByRole('button', { name: 'Pause' }).waitFor()
    const clock = page.getByLabel('Play head')
    await eventually(() => clock.textContent()).not.toMatch(/^0:00\.0/)
    const [group] = viewDataOf([{ title: '', entries }]).groups
    const sounds = [...group!.input.sounds, ...group!.output.sounds]
    expect(sounds.some(({ heardMs, durationMs }) => heardMs !== undefined && heardMs < durationMs - 100)).toBe(true)
    const scheduled = await page.evaluate(() => globalThis.scheduled)
    const [first] = scheduled
    expect(scheduled).toHaveLength(sounds.length)
    for (const [at, { startMs, trackMs, heardMs, durationMs }] of sounds.entries()) {
      const { when, offset, duration } = scheduled[at]!
      expect(when - first!.when).toBeCloseTo((startMs - sounds[0]!.startMs) / 1000, 3)
      expect([offset, duration].map((seconds) => Math.round(seconds * 1000))).toEqual(
        [trackMs, heardMs ?? durationMs].map(Math.round),
      )
    }
    expect(Math.min(...scheduled.map(({ loudest }) => loudest))).toBeGreaterThan(0.05)
    await page.keyboard.press(' ')
    await page.getByRole('button', { name: 'Play' }).waitFor()
    expect(complaints).toEqual([])
  })

  test('plays from a click on the ruler, without a side that is switched off', async () => {
    const { page } = await browser.open([{ title: 'books', entries }], {}, watchSources)
    await page.getByRole('button', { name: 'Input', exact: true }).click()
    await page.locator('.ruler').click({ position: { x: 700, y: 10 } })
    await eventually(() => page.getByLabel('Play head').textContent()).not.toMatch(/^0:00\.0/)
    await page.keyboard.press(' ')
    await page.getByRole('button', { name: 'Pause' }).waitFor()
    const [group] = viewDataOf([{ title: '', entries }]).groups
    const scheduled = await page.evaluate(() => globalThis.scheduled)
    expect(scheduled).toHaveLength(1)
    // The greeting was over by then: only the last answer is left.
    expect(scheduled[0]!.offset).toBeCloseTo(group!.output.sounds.at(-1)!.trackMs / 1000, 1)
  })

  test('without sound there is nothing to play, and it says so', async () => {
    const { page } = await browser.open([{ title: 'text', entries: longEntries(20) }])
    expect(await page.getByRole('button', { name: 'Play' }).isDisabled()).toBe(true)
    await page.getByText('no sound in this timeline').waitFor()
  })
})
