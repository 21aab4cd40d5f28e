// A response of a client: its config, and what it is chosen by.

import type { ReplyConfig } from '../api.ts'
import type { LocalResponseConfig } from './response-config.ts'

export interface RegisteredResponse {
  readonly config: LocalResponseConfig
  readonly chosenBy: ReplyConfig
}
