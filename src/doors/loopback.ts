// The loopback server of one service: started on the first look at its URL, for clients that take a URL.

import { RealtimeKitError } from '../errors.ts'
import type { Service } from '../runtime/service.ts'

export class Loopback {
  constructor(_service: Service) {}
  get url(): string {
    throw new RealtimeKitError('RTK_TRANSPORT', 'TEMPORARY')
  }
  get wssUrl(): string {
    return this.url
  }
  get httpUrl(): string {
    return this.url
  }
  async close(): Promise<void> {}
}
