// What the light public modules load when the first service is needed: everything heavy hangs on this file.

export { contexts } from './context.ts'
export { hookVi } from './clock/vi-hooks.ts'
export { repatchGate } from './gatekeeper.ts'
export { checkOptions, mergeOptions } from './options.ts'
export { createInstance, RealtimeInstance } from './realtime-instance.ts'
export { storyOf, verdictOf } from './story.ts'
