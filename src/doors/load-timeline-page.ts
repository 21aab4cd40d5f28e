// Loads the writer of timeline pages for the first test that leaves one: others, and pages of a browser, pay nothing.

import { builtin } from '../builtins.ts'

type TimelinePage = typeof import('./timeline-page.ts')

/** The writer; undefined in a page, which has no files. */
export function loadTimelinePage(): TimelinePage | undefined {
  const here = import.meta.url
  const node = builtin('node:module')
  return node && (node.createRequire(here)(`./timeline-page.${here.endsWith('.ts') ? 'ts' : 'js'}`) as TimelinePage)
}
