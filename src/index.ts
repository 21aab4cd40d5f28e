// The main door: re-exports only. Importing it loads nothing heavy (a test measures it).

export { silence } from '../audio/pcm.ts'
export { speech } from '../audio/speech.ts'
export { expect } from '../fixtures/expect.ts'
export { type RealtimeFixtures, test, withRealtime } from '../fixtures/index.ts'
export { useLocalRealtime } from '../fixtures/use-local-realtime.ts'
export type { RealtimeMatchers } from '../matchers/types.ts'
export type * from './api.ts'
export { createLocalRealtime } from './doors/create-local-realtime.ts'
export { AudioEngineUnavailable, RealtimeKitError } from './errors.ts'
