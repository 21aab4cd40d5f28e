// Loads the telephone side when a test first dials: most tests never do, and a page cannot.

import type { Phone } from '../api.ts'
import { builtin } from '../builtins.ts'
import { RealtimeKitError } from '../errors.ts'
import type { Service } from '../runtime/service.ts'

type Telephony = typeof import('../telephony/phone.ts')

/** The phone of one service. */
export function createPhone(service: Service): Phone & { close(): Promise<void> } {
  const here = import.meta.url
  const node = builtin('node:module')
  if (!node)
    throw new RealtimeKitError('RTK_CALL', 'phone: calls need Node, and this is a page. Dial from a test that runs in Node.')
  const { TestPhone } = node.createRequire(here)(`../telephony/phone.${here.endsWith('.ts') ? 'ts' : 'js'}`) as Telephony
  return new TestPhone(service)
}
