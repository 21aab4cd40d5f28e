// What a service asks of a recording that answers its app. The recording itself is read and replayed in src/recording.

import type { UpgradeRequest } from '../transports/transport.ts'
import type { SessionCore } from './session-core.ts'

export interface Replaying {
  /** The session that answers this connection; undefined where the app is not to be answered any more. */
  begin(request: UpgradeRequest): SessionCore | undefined
  /** What was recorded and not used, once the test is over; undefined where all was, or the app left the recording before. */
  problem(): Error | undefined
}
