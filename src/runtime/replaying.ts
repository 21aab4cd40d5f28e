// What a service asks of a recording that answers its app. The recording itself is read and replayed in src/recording.

import type { UpgradeAnswer, UpgradeRequest } from '../transports/transport.ts'
import type { SessionCore } from './session-core.ts'

export type Refusal = Extract<UpgradeAnswer, { status: unknown }>

export interface Replaying {
  /** The session that answers this connection, or the refusal that it got; undefined where the app is not to be answered any more. */
  begin(request: UpgradeRequest): SessionCore | Refusal | undefined
  /** What was recorded and not used, once the test is over; undefined where all was, or the app left the recording before. */
  problem(): Error | undefined
  /**
   * Why nothing happens any more, when nothing has passed for so long; undefined where something recorded is still to come, or the app
   * has no socket open.
   */
  standstill(quietMs: number): Error | undefined
}
