// The REST side of the Realtime API as one pure fetch app: the table of its routes. Node mounts it in doors/rest-mount.ts; in a
// page it answers the app's `fetch`.

import { type Context, Hono } from 'hono'
import { cors } from 'hono/cors'
import type { Secret } from '../runtime/admission.ts'
import type { Service } from '../runtime/service.ts'
import type { UpgradeRequest } from '../transports/transport.ts'
import { authorize } from './authorize.ts'
import { type CallRequest, callActions, findCall, openCall } from './call-routes.ts'
import { readJson } from './request-body.ts'
import { brokenApp, errorBody, invalidMethod, RestFault, unknownUrl } from './rest-fault.ts'
import { routeOf } from './rest-urls.ts'
import { giveBetaSession, giveSecret, giveTranslationSecret } from './secret-routes.ts'

export interface RestApp {
  /** Answers a request, whatever base its URL has. Never rejects. */
  fetch(request: Request): Response | Promise<Response>
}

/**
 * The routes of a service. Each request runs as part of the service's test.
 *
 * @param transport by which the requests come, as the sessions of calls will tell
 * @example
 * const response = await restApp(service).fetch(new Request('https://api.openai.com/v1/realtime/client_secrets', init))
 */
export function restApp(service: Service, transport: UpgradeRequest['transport'] = 'memory'): RestApp {
  const app = new Hono({ getPath: ({ url }) => routePath(new URL(url).pathname) })
  const enter = (context: Context, takesSecrets = false): Visit => {
    const upgrade = upgradeOf(context.req.raw, transport)
    const secret = authorize(service, upgrade, { takesSecrets })
    return { service, request: context.req.raw, upgrade, secret }
  }

  // Pages ask too, and read where their call is.
  app.use(cors({ exposeHeaders: ['Location'] }))
  app.use((_context, next) => service.run(next))

  app.post('/realtime/client_secrets', async (context) => {
    const { request } = enter(context)
    return context.json(giveSecret(service, await readJson(request)))
  })
  app.post('/realtime/translations/client_secrets', async (context) => {
    const { request } = enter(context)
    return context.json(giveTranslationSecret(service, await readJson(request)))
  })
  if (service.options.behavior?.betaRest !== false) {
    app.post('/realtime/sessions', async (context) => {
      const { request } = enter(context)
      return context.json(giveBetaSession(service, await readJson(request), 'realtime'))
    })
    app.post('/realtime/transcription_sessions', async (context) => {
      const { request } = enter(context)
      return context.json(giveBetaSession(service, await readJson(request), 'transcription'))
    })
  }
  // The second path is the beta's.
  app.on('POST', ['/realtime/calls', '/realtime'], (context) => {
    const visit = enter(context, true)
    return openCall(visit, visit.secret)
  })
  for (const [name, act] of Object.entries(callActions)) {
    app.post(`/realtime/calls/:id/${name}`, async (context) => {
      const visit = enter(context)
      await act(findCall(service, context.req.param('id')), visit)
      return context.body(null, 200)
    })
  }

  app.notFound((context) => refuse(service, context, notServed(context.req.raw)))
  app.onError((error, context) => {
    if (error instanceof RestFault) return refuse(service, context, error)
    service.connectionWorld().broke(error)
    return refuse(service, context, brokenApp(error))
  })
  return app
}

interface Visit extends CallRequest {
  readonly secret: Secret | undefined
}

/** Routes are the same below every base. */
function routePath(pathname: string): string {
  return routeOf(pathname) ?? pathname
}

function upgradeOf({ url, headers }: Request, transport: UpgradeRequest['transport']): UpgradeRequest {
  return { url: new URL(url), headers: Object.fromEntries(headers), protocols: [], transport }
}

function notServed({ url, method }: Request): RestFault {
  const { pathname } = new URL(url)
  const isKnown = method !== 'POST' && routeOf(pathname) !== undefined
  return isKnown ? invalidMethod(method, pathname) : unknownUrl(method, pathname)
}

/** The timeline tells it: what the app made of the answer may hide why. */
function refuse(service: Service, context: Context, { status, fault }: RestFault): Response {
  const { method, url } = context.req
  service.finding(`${method} ${new URL(url).pathname} was answered with HTTP ${status}: ${fault.message}`)
  return context.json(errorBody(fault), status)
}
