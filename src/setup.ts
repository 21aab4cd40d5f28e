// Side effects only: registers the matchers with Vitest's `expect`, and sets a placeholder for an unset OPENAI_API_KEY.
// For `setupFiles`.

import '../fixtures/expect.ts'
import { prepareWorker } from '../fixtures/worker.ts'

prepareWorker({ guard: false })

export type { RealtimeMatchers } from '../matchers/types.ts'
