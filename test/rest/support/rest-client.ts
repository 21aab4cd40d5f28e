// Asks a service's REST app without any HTTP, made of the sources.

import type { RealtimeOptions } from '../../../src/api.ts'
import { restApp } from '../../../src/rest/rest-app.ts'
import { type OpenService, openService } from '../../runtime/support/open-service.ts'

export interface RestAnswer {
  readonly status: number
  readonly headers: Headers
  /** Parsed where it is JSON. */
  readonly body: any
}

export interface RestClient extends OpenService {
  /** `path` is below `https://api.openai.com`, or a whole URL. An object is sent as JSON. */
  ask(path: string, body?: BodyInit | object, init?: RequestInit & { key?: string }): Promise<RestAnswer>
}

export function openRest(options: RealtimeOptions = {}): RestClient {
  const open = openService({ latency: 'instant', ...options })
  const app = restApp(open.service)
  return {
    ...open,
    async ask(path, body, { key = 'sk-x', ...init } = {}) {
      const isPlain = typeof body === 'object' && Object.getPrototypeOf(body) === Object.prototype
      const response = await app.fetch(
        new Request(new URL(path, 'https://api.openai.com'), {
          method: 'POST',
          body: isPlain ? JSON.stringify(body) : ((body as BodyInit | undefined) ?? null),
          ...init,
          headers: {
            ...(isPlain && { 'content-type': 'application/json' }),
            ...(key && { authorization: `Bearer ${key}` }),
            ...(init.headers as Record<string, string>),
          },
        }),
      )
      return { status: response.status, headers: response.headers, body: parsed(await response.text()) }
    },
    [Symbol.asyncDispose]: () => open[Symbol.asyncDispose](),
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/** The standard error body. */
export function errorBody(
  code: string | null,
  message: unknown,
  param: string | null = null,
  type = 'invalid_request_error',
): object {
  return { error: { message, type, param, code } }
}
