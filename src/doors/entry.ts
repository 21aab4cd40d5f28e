// What the light public modules load when the first service is needed: everything heavy hangs on this file.

export { ReplyBook } from '../responses/reply-book.ts'
export { hookVi } from '../runtime/clock/vi-hooks.ts'
export { contexts } from '../runtime/context.ts'
export { checkOptions, mergeOptions } from '../runtime/options.ts'
export { figuresOfTest } from './figures-of-test.ts'
export { repatchGate } from './gatekeeper.ts'
export { createInstance } from './node-surroundings.ts'
export { tellObsolete } from './obsolete-recordings.ts'
export { RealtimeInstance } from './realtime-instance.ts'
export { openStandIn } from './stand-in.ts'
export { addToMessage, storyOfRed, verdictOf } from './story.ts'
