// How Twilio signs what it sends: HMAC-SHA1 with the account's auth token over the URL, and over the fields of a form behind it.

import { createHmac } from 'node:crypto'

/** @example signatureOf('secret', 'wss://voice.example.test/media-stream') */
export function signatureOf(authToken: string, url: string, fields: Readonly<Record<string, string>> = {}): string {
  const sorted = Object.keys(fields).sort()
  const signed = url + sorted.map((name) => name + fields[name]!).join('')
  return createHmac('sha1', authToken).update(signed).digest('base64')
}
