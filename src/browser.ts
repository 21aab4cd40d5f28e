// The main door in a page (export condition `browser`): it brings the runtime along, since a page loads nothing synchronously.

import { provideMatchers } from '../fixtures/lazy-matchers.ts'
import * as matchers from '../matchers/index.ts'
import { isNode } from './builtins.ts'
import { provideRuntime } from './doors/load-runtime.ts'
import * as pageRuntime from './doors/page-entry.ts'
import { armPage } from './doors/page-surroundings.ts'

// Tools that bundle for jsdom take this condition too; there it is Node that runs.
if (!isNode()) {
  provideRuntime(pageRuntime)
  provideMatchers(matchers)
  armPage()
}

export * from './index.ts'
