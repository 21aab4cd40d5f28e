// The page that a test leaves behind: its timeline in the viewer, as a file. Loaded for the first test that is red, or that is green
// where the reporter asks for all pages; only in Node.

import { createHash } from 'node:crypto'
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Service } from '../runtime/service.ts'
import { timelineHtml } from './timeline-html.ts'

export interface TestOfPage {
  /** Its project, file and full name: the page of a test takes the place of the one before. */
  readonly id: string
  readonly title: string
  /** What made it red. */
  readonly message?: string | undefined
}

/** Writes the page to a temporary file and gives its path; undefined where nothing was connected. */
export function writeTimelinePage(service: Service, { id, title, message }: TestOfPage): string | undefined {
  const html = timelineHtml(service, title, message)
  if (html === undefined) return undefined
  const folder = join(tmpdir(), 'vitest-realtime')
  mkdirSync(folder, { recursive: true })
  const path = join(folder, `${createHash('sha256').update(id).digest('hex').slice(0, 16)}.html`)
  // Whole or not at all: another run of the same test may be at it.
  writeFileSync(`${path}.${process.pid}`, html)
  renameSync(`${path}.${process.pid}`, path)
  return path
}

/** Once Vitest has its copy. */
export function removeTimelinePage(path: string): void {
  rmSync(path, { force: true })
}
