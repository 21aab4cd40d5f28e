// The public types of the kit, with their hover texts. No code: the runtime implements these.

export type { Pcm, WordTime } from '../audio/types.ts'
export type * from './api/caller.ts'
export type * from './api/calls.ts'
export type * from './api/events.ts'
export type * from './api/flows.ts'
export type * from './api/mcp.ts'
export type * from './api/options.ts'
export type * from './api/plugins.ts'
export type * from './api/realtime.ts'
export type * from './api/replies.ts'
export type * from './api/session-state.ts'
