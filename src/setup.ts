// Side effect only: registers the matchers with Vitest's `expect`. For `setupFiles`.

import '../fixtures/expect.ts'

export type { RealtimeMatchers } from '../matchers/types.ts'
