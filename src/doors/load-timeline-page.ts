// Loads the writer of timeline pages for the first test that leaves one: others, and pages of a browser, pay nothing.

import { loadBeside } from '../builtins.ts'

type TimelinePage = typeof import('./timeline-page.ts')

/** The writer; undefined in a page, which has no files. */
export function loadTimelinePage(): TimelinePage | undefined {
  return loadBeside(import.meta.url, './timeline-page') as TimelinePage | undefined
}
