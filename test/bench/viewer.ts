// The viewer's page of long recordings: how long it takes to write, how big it is, how soon it is there, and what a step of zooming costs.

import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, chromium } from 'playwright'
import { encodeBase64 } from '../../audio/base64.ts'
import { renderViewer } from '../../src/report/render-viewer.ts'
import type { TimelineEntry } from '../../src/runtime/timeline.ts'
import type { Benchmark, Row } from './benchmark.ts'
import { median, quantile, thousands } from './stats.ts'

declare global {
  /** Ms that each frame of the page took to draw. */
  var frameMs: number[]
}

const chromiumPath = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium'
/** A screen that shows 60 frames a second waits no longer. */
const goalFrameMs = 16
const zoomSteps = 30

export const viewer: Benchmark = {
  name: 'viewer',
  async run(size) {
    const counts = [10_000, 100_000].map((count) => size(count, count / 50))
    if (!existsSync(chromiumPath)) return [{ what: `viewer (skipped: no Chromium at ${chromiumPath})`, goal: '', measured: '' }]
    const browser = await chromium.launch({ executablePath: chromiumPath, args: ['--no-sandbox'] })
    const folder = mkdtempSync(join(tmpdir(), 'rtk-bench-'))
    try {
      const rows: Row[] = []
      for (const count of counts) rows.push(...(await measure(browser, join(folder, `${count}.html`), count)))
      return rows
    } finally {
      await browser.close()
      rmSync(folder, { recursive: true, force: true })
    }
  },
}

async function measure(browser: Browser, path: string, count: number): Promise<Row[]> {
  const entries = spokenEntries(count)
  renderViewer([{ title: 'warm', entries: entries.slice(0, 500) }])
  const began = performance.now()
  const html = renderViewer([{ title: 'long', entries }])
  const renderMs = performance.now() - began
  writeFileSync(path, html)
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } })
  await page.addInitScript(timeFrames)
  await page.goto(`file://${path}`)
  await page.locator('[role=option]').first().waitFor()
  const openMs = await page.evaluate(() => performance.now())
  await page.evaluate(() => (globalThis.frameMs = []))
  for (let step = 0; step < zoomSteps; step++) await page.keyboard.press(step < zoomSteps / 2 ? '+' : '-')
  const frames = await page.evaluate(() => globalThis.frameMs)
  await page.close()
  const what = `viewer, ${thousands(count)} entries`
  const [usualMs, slowMs] = [median(frames), quantile(frames, 0.95)]
  return [
    { what: `${what}: page written`, goal: '', measured: `${renderMs.toFixed(0)} ms, ${(html.length / 1e6).toFixed(1)} MB` },
    { what: `${what}: page open`, goal: '', measured: `${openMs.toFixed(0)} ms` },
    {
      what: `${what}: a frame of zooming`,
      goal: `< ${goalFrameMs} ms`,
      measured: `${usualMs.toFixed(1)} ms, p95 ${slowMs.toFixed(1)} ms`,
      ok: slowMs < goalFrameMs,
    },
  ]
}

/** Runs in the page: each drawing is a frame's callback. */
function timeFrames(): void {
  globalThis.frameMs = []
  const request = window.requestAnimationFrame.bind(window)
  window.requestAnimationFrame = (draw) =>
    request((time) => {
      const began = performance.now()
      draw(time)
      globalThis.frameMs.push(performance.now() - began)
    })
}

/** Turns of 100 messages of a microphone and of an answer in 100 deltas, every 20 ms one: as a spoken conversation has them. */
function spokenEntries(count: number): TimelineEntry[] {
  const sound = encodeBase64(Uint8Array.from({ length: 960 }, (_, at) => (at % 2 === 0 ? 0 : 20 * Math.sin(at / 9))))
  return Array.from({ length: count }, (_, index) => {
    const turn = Math.floor(index / 202)
    const ids = { response_id: `resp_${turn}`, item_id: `item_${turn}` }
    const [from, event] = eventAt(index % 202, ids, sound)
    return { index, atMs: index * 20, sessionId: 'sess_1', from, event } as unknown as TimelineEntry
  })
}

function eventAt(place: number, ids: { readonly response_id: string; readonly item_id: string }, sound: string) {
  if (place < 100) return ['app', { type: 'input_audio_buffer.append', audio: sound }] as const
  const response = { id: ids.response_id, status: 'completed', output: [] }
  if (place === 100) return ['service', { type: 'response.created', response }] as const
  if (place === 201) return ['service', { type: 'response.done', response }] as const
  if (place % 2 === 0) return ['service', { type: 'response.output_audio.delta', ...ids, delta: sound }] as const
  return ['service', { type: 'response.output_audio_transcript.delta', ...ids, delta: ' word' }] as const
}
