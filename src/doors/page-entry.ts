// What the light public modules load in a page: as entry.ts does in Node, without what a page cannot have.

import { RealtimeKitError } from '../errors.ts'

export { ReplyBook } from '../responses/reply-book.ts'
export { hookVi } from '../runtime/clock/vi-hooks.ts'
export { contexts } from '../runtime/context.ts'
export { checkOptions, mergeOptions } from '../runtime/options.ts'
export { figuresOfTest } from './figures-of-test.ts'
export { tellObsolete } from './obsolete-recordings.ts'
export { createInstance } from './page-surroundings.ts'
export { RealtimeInstance } from './realtime-instance.ts'
export { addToMessage, storyOfRed, verdictOf } from './story.ts'

/** Nobody puts a class over the page's own again. */
export function repatchGate(): void {}

export function openStandIn(): never {
  throw new RealtimeKitError(
    'RTK_HANDLER',
    'vitest-realtime/msw attaches to servers of msw/node, and this is a page.\nGive its handlers to the option `handlers`.',
  )
}
