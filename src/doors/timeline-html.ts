// The page that a test leaves behind, as text: its timeline in the viewer.

import { renderViewer } from '../report/render-viewer.ts'
import type { Service } from '../runtime/service.ts'
import { isEvent } from '../runtime/timeline.ts'

/** A test's page stays small: reports hold many of them. */
const limits = { maxEntries: 20_000, maxSoundBytes: 2_000_000 } as const

/** Undefined where nothing was connected. `message`: what made the test red. */
export function timelineHtml(service: Service, title: string, message: string | undefined): string | undefined {
  const { entries } = service.timeline
  if (!entries.some(isEvent)) return undefined
  const unit = (service.options.timing ?? 'virtual') === 'virtual' ? 'virtual ms' : 'ms'
  return renderViewer([{ title, entries, ...(message !== undefined && { failure: { message } }) }], { ...limits, unit })
}
