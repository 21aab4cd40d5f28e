// Whose key may ask for what. Keys are judged as at connect (runtime/admission.ts); a refusal here has a status.

import { keyOf, type Secret } from '../runtime/admission.ts'
import { wrongKey } from '../runtime/diagnosis-connect.ts'
import type { Service } from '../runtime/service.ts'
import type { UpgradeRequest } from '../transports/transport.ts'
import { type RestFault, unauthorized, unauthorizedByAzure } from './rest-fault.ts'

/**
 * The ephemeral key that a request comes with, or undefined for an API key. `takesSecrets`: whether ephemeral keys will do; they
 * open sessions and calls, and nothing else.
 *
 * @throws RestFault 401
 */
export function authorize(
  service: Service,
  request: UpgradeRequest,
  { takesSecrets }: { readonly takesSecrets: boolean },
): Secret | undefined {
  const profile = service.options.profile ?? 'openai'
  const key = keyOf(request, profile)
  if (!key) throw profile === 'azure' ? unauthorizedByAzure() : unauthorized(undefined)
  const secret = service.keys.find(key)
  if (!secret) {
    const { keys } = service.options
    if (keys !== undefined && !keys.includes(key)) throw refused(service, key, { isSpent: false })
    return undefined
  }
  if (secret.expiresAtSeconds <= service.unixSeconds()) throw refused(service, key, { isSpent: true })
  if (takesSecrets) return secret
  service.finding(`${request.url.pathname} was asked with an ephemeral key, which opens sessions and calls only`)
  throw unauthorized(key)
}

function refused(service: Service, key: string, { isSpent }: { readonly isSpent: boolean }): RestFault {
  service.report({ code: 'invalid_api_key', ...wrongKey(isSpent) })
  return unauthorized(key)
}
