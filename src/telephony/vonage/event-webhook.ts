// Events of one call for the app: `answered`, `disconnected` and the like, as signed JSON.

import { messageOf } from '../../errors.ts'
import type { PlatformLine } from '../platform.ts'
import { bearerJwt } from './jwt.ts'

export interface CallNames {
  readonly uuid: string
  readonly conversationUuid: string
  readonly from: string
  readonly to: string
}

/** Headers that say who asks; none without a secret. */
export function authorization(line: PlatformLine, body?: string): Record<string, string> {
  const { authToken, signature = 'valid' } = line.options
  if (authToken === undefined || signature === 'missing') return {}
  const claims = { iat: Math.floor(line.unixMs() / 1000), jti: line.hex(32), ...(body !== undefined && { body }) }
  return { Authorization: `Bearer ${bearerJwt(signature === 'wrong' ? 'not-the-secret' : authToken, claims)}` }
}

export class EventWebhook {
  readonly #line: PlatformLine
  readonly #url: URL | undefined
  readonly #names: CallNames

  constructor(line: PlatformLine, url: string | undefined, names: CallNames) {
    this.#line = line
    this.#url = url === undefined ? undefined : new URL(url, line.publicUrl)
    this.#names = names
  }

  async tell(status: string, more: object = {}): Promise<void> {
    const url = this.#url
    if (!url) return
    const { uuid, conversationUuid, from, to } = this.#names
    const timestamp = new Date(this.#line.unixMs()).toISOString()
    const body = JSON.stringify({
      status,
      uuid,
      conversation_uuid: conversationUuid,
      from,
      to,
      direction: 'inbound',
      timestamp,
      ...more,
    })
    const headers = { 'content-type': 'application/json', ...authorization(this.#line, body) }
    const failed = (why: string) =>
      this.#line.finding({ code: 7307, level: 'warning', message: `the webhook ${url.pathname} failed: ${why}` })
    try {
      const answer = await this.#line.request({ method: 'POST', url, headers, body })
      if (answer.status > 299) failed(`HTTP ${answer.status}`)
    } catch (error) {
      failed(messageOf(error))
    }
  }
}
