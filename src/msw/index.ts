// `vitest-realtime/msw`: handlers in the manner of msw, and the user's own msw server beside the kit. The only entry that needs
// msw 3 (an optional peer).

export type { LinkEvents, LinkListener, LinkParams, LinkRequest } from '../runtime/link-handlers.ts'
export { attach, type SetupServerApi } from './attach.ts'
export { link, type RealtimeLink } from './link.ts'
export type { RealtimeHandler } from './realtime-handler.ts'
