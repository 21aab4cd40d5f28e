// The webhook `realtime.call.incoming`: what it says and how it is signed (Standard Webhooks). How it gets to the app is
// webhook-delivery.ts.

import { decodeBase64, encodeBase64 } from '../../audio/base64.ts'
import { seededRandom } from '../../audio/noise.ts'
import { builtin } from '../builtins.ts'
import { RealtimeKitError } from '../errors.ts'

const secretPrefix = 'whsec_'

/** A webhook ready to be sent. */
export interface Webhook {
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

export interface SipHeader {
  readonly name: string
  readonly value: string
}

export interface IncomingCall {
  readonly callId: string
  /** Number or SIP address. */
  readonly from: string
  readonly to: string
  /** More headers of the invitation. */
  readonly headers: Readonly<Record<string, string>>
  /** 32 hexadecimal digits each. */
  readonly eventHex: string
  readonly dialogHex: string
  readonly unixSeconds: number
}

/** The signed webhook of a call that rings. `secret` is `whsec_` and base64, or any text, which is then the key itself. */
export async function incomingCallWebhook(call: IncomingCall, secret: string): Promise<Webhook> {
  const { callId, eventHex, unixSeconds } = call
  const body = JSON.stringify({
    object: 'event',
    id: `evt_${eventHex}`,
    type: 'realtime.call.incoming',
    created_at: unixSeconds,
    data: { call_id: callId, sip_headers: sipHeaders(call) },
  })
  const id = `wh_${eventHex}`
  const signature = await sign(`${id}.${unixSeconds}.${body}`, secret)
  const headers = {
    'content-type': 'application/json',
    'user-agent': 'OpenAI/1.0 (+https://platform.openai.com/docs/webhooks)',
    'webhook-id': id,
    'webhook-timestamp': String(unixSeconds),
    'webhook-signature': `v1,${signature}`,
  }
  return { headers, body }
}

/** The secret of a test that names none: the same for the same seed. */
export function secretOfSeed(seed: number): string {
  const random = seededRandom(seed)
  return `${secretPrefix}${encodeBase64(Uint8Array.from({ length: 32 }, () => Math.floor(random() * 256)))}`
}

/** Base64 of the HMAC. By Web Crypto, which pages have too. */
async function sign(text: string, secret: string): Promise<string> {
  // Node's own under jsdom too, which lends a lesser one. Its types and the page's name the same thing twice.
  const { subtle } = (builtin('node:crypto')?.webcrypto as Crypto | undefined) ?? globalThis.crypto
  const algorithm = { name: 'HMAC', hash: 'SHA-256' }
  const key = await subtle.importKey('raw', keyOf(secret), algorithm, false, ['sign'])
  return encodeBase64(new Uint8Array(await subtle.sign(algorithm.name, key, utf8(text))))
}

function keyOf(secret: string): Uint8Array<ArrayBuffer> {
  const bytes = secret.startsWith(secretPrefix) ? decodeBase64(secret.slice(secretPrefix.length)) : utf8(secret)
  if (bytes?.length) return bytes
  throw new RealtimeKitError('RTK_OPTION', `a webhook secret is 'whsec_' and base64, or any other text, got '${secret}'.`)
}

function utf8(text: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(new TextEncoder().encode(text))
}

/** Of the INVITE: who, whom, the dialog; then the author's own, which take the place of ours of the same name. */
function sipHeaders({ from, to, headers, dialogHex }: IncomingCall): SipHeader[] {
  const own = Object.entries(headers).map(([name, value]) => ({ name, value }))
  const named = new Set(own.map(({ name }) => name.toLowerCase()))
  const ours: SipHeader[] = [
    { name: 'From', value: `${address(from, 'sip.example.com')};tag=${dialogHex.slice(0, 8)}` },
    { name: 'To', value: address(to, 'sip.api.openai.com') },
    { name: 'Call-ID', value: uuid(dialogHex) },
  ]
  return [...ours.filter(({ name }) => !named.has(name.toLowerCase())), ...own]
}

/** `<sip:+15550100@sip.example.com>`; what is an address already stays one. */
function address(who: string, host: string): string {
  if (who.includes('<')) return who
  if (/^(?:sips?|tel):/i.test(who)) return `<${who}>`
  return `<sip:${who.includes('@') ? who : `${who.replaceAll(' ', '')}@${host}`}>`
}

function uuid(hex: string): string {
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-')
}
