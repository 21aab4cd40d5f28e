// What every end of a WebSocket must keep of its handshake and its close: subprotocols and reasons. Runs in a page too.

const maxReasonBytes = 123

/** The subprotocol of the answer: what the doorman wants, else `realtime`; never one that carries a key. */
export function selectProtocol(offered: ReadonlySet<string>, wanted = 'realtime'): string | false {
  return offered.has(wanted) ? wanted : false
}

/** Splits the value of a `sec-websocket-protocol` header. */
export function parseProtocols(header: string | undefined): string[] {
  return (header ?? '')
    .split(',')
    .map((protocol) => protocol.trim())
    .filter((protocol) => protocol !== '')
}

/** Close reasons are limited to 123 bytes by the protocol; cuts at a character's border. */
export function limitReason(reason: string): string {
  const bytes = new TextEncoder().encode(reason)
  if (bytes.length <= maxReasonBytes) return reason
  return new TextDecoder().decode(bytes.subarray(0, maxReasonBytes), { stream: true })
}
