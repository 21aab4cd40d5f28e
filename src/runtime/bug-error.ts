// The error of an invariant of the kit that is broken.

import { messageOf, RealtimeKitError } from '../errors.ts'

/** An exception within the core is a defect of the kit, whatever the app sent. */
export function bugError(cause: unknown): RealtimeKitError {
  // But for a function of the author that the session asks, as `streaming.chunk`.
  if (cause instanceof RealtimeKitError) return cause
  const what = messageOf(cause)
  return new RealtimeKitError(
    'RTK_BUG',
    `the session broke on what it was told: ${what}\nThis is a defect of the kit, not of your test: please report it with the timeline below.`,
    { cause },
  )
}
