// Opens the viewer's page from disk in a real Chromium, and notes all that the page asks for and complains about.

import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright'
import { expect } from 'vitest'
import { renderViewer } from '../../../src/report/render-viewer.ts'
import type { ViewedTimeline } from '../../../src/report/view-model.ts'

export const chromiumPath = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium'
export const hasChromium = existsSync(chromiumPath)
/** Stands behind the names of tests that need it. */
export const where = hasChromium ? '' : ` (skipped: no Chromium at ${chromiumPath})`

/** A page follows its events in its own time; a busy machine may take long. */
export const eventually: typeof expect.poll = (look, options) => expect.poll(look, { timeout: 15_000, ...options })

export interface Opened {
  readonly page: Page
  /** URLs that the page asked for, itself included. */
  readonly requests: readonly string[]
  /** Errors, refusals of its content policy, and what it printed. */
  readonly complaints: readonly string[]
}

/** A browser and the pages that it opened; all of it goes with `close`. */
export class ViewerBrowser {
  readonly #folder = mkdtempSync(join(tmpdir(), 'vitest-realtime-viewer-'))
  readonly #browser: Browser
  #count = 0

  private constructor(browser: Browser) {
    this.#browser = browser
  }

  static async launch(): Promise<ViewerBrowser> {
    const args = ['--no-sandbox', '--autoplay-policy=no-user-gesture-required']
    return new ViewerBrowser(await chromium.launch({ executablePath: chromiumPath, args }))
  }

  /** `prepare` runs in the page before anything else. */
  async open(timelines: readonly ViewedTimeline[], options: BrowserContextOptions = {}, prepare?: () => void): Promise<Opened> {
    const path = join(this.#folder, `${++this.#count}.html`)
    writeFileSync(path, renderViewer(timelines))
    const context = await this.#browser.newContext({ viewport: { width: 1280, height: 900 }, offline: true, ...options })
    if (prepare) await context.addInitScript(prepare)
    const page = await context.newPage()
    const requests: string[] = []
    const complaints: string[] = []
    page.on('request', (request) => requests.push(request.url()))
    page.on('console', (message) => complaints.push(message.text()))
    page.on('pageerror', (error) => complaints.push(error.message))
    page.on('dialog', (dialog) => complaints.push(`dialog: ${dialog.message()}`))
    await page.goto(`file://${path}`)
    await page.getByRole('region', { name: /^Timeline/ }).waitFor()
    return { page, requests, complaints }
  }

  async close(): Promise<void> {
    await this.#browser.close()
    rmSync(this.#folder, { recursive: true, force: true })
  }
}
