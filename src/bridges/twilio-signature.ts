// Twilio's signature of a request: base64 of HMAC-SHA1 over the URL and, for forms, the sorted fields.

import { createHmac, timingSafeEqual } from 'node:crypto'

/**
 * The signature that belongs to a request.
 *
 * @param url as Twilio knows it: `wss://…` of a stream, `https://…` of a webhook
 * @param fields of a form; none for an upgrade
 * @example
 * twilioSignature('token', 'wss://voice.example.test/twilio-agent')
 */
export function twilioSignature(authToken: string, url: string, fields: Readonly<Record<string, string>> = {}): string {
  const signed = Object.keys(fields)
    .toSorted()
    .reduce((text, name) => `${text}${name}${fields[name]}`, url)
  return createHmac('sha1', authToken).update(signed).digest('base64')
}

/** Whether two secrets are the same, in a time that tells nothing about them. */
export function isSame(given: string, wanted: string): boolean {
  const [one, other] = [given, wanted].map((text) => createHmac('sha256', 'compared').update(text).digest())
  return one !== undefined && other !== undefined && timingSafeEqual(one, other)
}
