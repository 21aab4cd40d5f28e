// Loads the telephone side when a test first dials: most tests never do, and a page cannot.

import type { Phone } from '../api.ts'
import { loadBeside } from '../builtins.ts'
import { RealtimeKitError } from '../errors.ts'
import type { Service } from '../runtime/service.ts'

type Telephony = typeof import('../telephony/phone.ts')

/** The phone of one service. */
export function createPhone(service: Service): Phone & { close(): Promise<void> } {
  const telephony = loadBeside(import.meta.url, '../telephony/phone') as Telephony | undefined
  if (telephony) return new telephony.TestPhone(service)
  throw new RealtimeKitError('RTK_CALL', 'phone: calls need Node, and this is a page. Dial from a test that runs in Node.')
}
