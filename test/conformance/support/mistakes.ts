// What a check of one of the mistakes of protocol.md 8 consists of: a talk, what must hold of its log, and mutants of the log that
// make the mistake. A check is worth its name if it passes on the log and fails on each mutant.

import type { EventLog, LoggedClient, Mutant } from './event-log.ts'
import type { OpenOptions } from './wire-client.ts'

export interface Mistake {
  /** As in protocol.md 8. */
  readonly number: number
  readonly mistake: string
  readonly open?: OpenOptions
  readonly talk: (logged: LoggedClient) => Promise<void>
  /** Throws where the mistake was made. */
  readonly check: (log: EventLog) => void
  readonly mutants: Readonly<Record<string, Mutant>>
}
