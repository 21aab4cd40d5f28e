// Webhooks of Telnyx: JSON with an id and a time, signed with Ed25519 over `timestamp|body`.

import { createPrivateKey, sign } from 'node:crypto'
import { messageOf } from '../../errors.ts'
import type { PlatformLine } from '../platform.ts'

/** Headers of a signed webhook; none without a key. */
export function signedHeaders(body: string, timestamp: string, signingKey: string | undefined): Record<string, string> {
  if (signingKey === undefined) return {}
  const signature = sign(null, Buffer.from(`${timestamp}|${body}`), createPrivateKey(signingKey))
  return { 'telnyx-signature-ed25519': signature.toString('base64'), 'telnyx-timestamp': timestamp }
}

export function timestampOf(line: PlatformLine): string {
  return String(Math.floor(line.unixMs() / 1000))
}

/** One event of the call, for whoever asked for them. What the app answers is of no consequence, but that it answers: whether it did. */
export async function tell(line: PlatformLine, eventType: string, payload: object): Promise<boolean> {
  const { webhook, signingKey } = line.options.telnyx ?? {}
  if (webhook === undefined) return false
  const data = {
    record_type: 'event',
    event_type: eventType,
    id: line.hex(32),
    occurred_at: new Date(line.unixMs()).toISOString(),
    payload,
  }
  const body = JSON.stringify({ data, meta: { attempt: 1, delivered_to: webhook } })
  const timestamp = timestampOf(line)
  const headers = { 'content-type': 'application/json', ...signedHeaders(body, timestamp, signingKey) }
  const url = new URL(webhook, line.publicUrl)
  const failed = (why: string) =>
    line.finding({ code: 7202, level: 'warning', message: `the webhook ${url.pathname} failed: ${why}` })
  try {
    const { status } = await line.request({ method: 'POST', url, headers, body })
    if (status < 300) return true
    failed(`HTTP ${status}`)
  } catch (error) {
    failed(messageOf(error))
  }
  return false
}
