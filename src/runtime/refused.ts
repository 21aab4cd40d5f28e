// A connection that is refused as the real service does: taken (101), told one `error`, closed in the same instant.

import type { ConnectFault } from '../protocol/connect-faults.ts'
import { errorEvent } from '../protocol/faults.ts'
import type { UpgradeRequest, Wire, WireListener } from '../transports/transport.ts'
import { keyOf } from './admission.ts'
import { diagnoseConnect } from './diagnosis-connect.ts'
import type { Service } from './service.ts'
import { isEvent } from './timeline.ts'

/** Whether the key is one that the service gave out: then it was refused for its age. */
function isSpent(service: Service, request: UpgradeRequest): boolean {
  const key = keyOf(request, 'openai')
  return key !== undefined && service.keys.find(key) !== undefined
}

export class RefusedListener implements WireListener {
  constructor(service: Service, options: { wire: Wire; request: UpgradeRequest; fault: ConnectFault; isInjected: boolean }) {
    const { wire, request, fault, isInjected } = options
    const atMs = service.clock.now()
    const { code, reason } = fault.close
    service.timeline.append({ atMs, sessionId: '', from: 'kit', note: { type: 'connected', url: request.url.href } })
    const event = errorEvent(fault.fault, service.ids.id('event'))
    const entry = service.timeline.append({ atMs, sessionId: '', from: 'service', event })
    if (isInjected && isEvent(entry)) service.verdict.excuse(entry)
    const finding = isInjected ? undefined : diagnoseConnect(fault, request, isSpent(service, request))
    if (finding) service.report(finding, { cause: entry.index })
    for (const text of service.createDialect().encode(event)) wire.send(text)
    wire.close(code, reason)
    service.timeline.append({ atMs, sessionId: '', from: 'kit', note: { type: 'closed', code, reason, by: 'service' } })
    service.clock.activity()
  }

  onMessage(): void {}
  onClose(): void {}
}
