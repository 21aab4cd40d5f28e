// The bearer token of Vonage: a JWT, signed with the account's signature secret (HS256).

import { createHash, createHmac } from 'node:crypto'

export interface JwtClaims {
  /** Unix seconds. */
  readonly iat: number
  readonly jti: string
  /** Body of the request that it belongs to, where there is one. */
  readonly body?: string
}

/** A token that is one already is taken as it is. */
export function bearerJwt(secret: string, { iat, jti, body }: JwtClaims): string {
  if (/^[\w-]+\.[\w-]+\.[\w-]+$/.test(secret)) return secret
  const hash = body ? { payload_hash: createHash('sha256').update(body).digest('hex') } : {}
  const claims = { iat, exp: iat + 3600, jti, iss: 'Vonage', application_id: 'vitest-realtime', ...hash }
  const signed = [{ alg: 'HS256', typ: 'JWT' }, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.')
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`
}
