// Brings a webhook to the app: to a URL by a real POST, or to the app's own handler. Runs as part of the test, like all that the
// kit calls of the app.

import { messageOf, RealtimeKitError } from '../errors.ts'
import type { Webhook } from './call-webhook.ts'
import { failedWebhook } from './webhook-answer.ts'

/** Where the app takes its webhooks. */
export type WebhookApp = string | URL | ((request: Request) => Response | Promise<Response>)

export interface WebhookAnswer {
  readonly status: number
  readonly body: string
}

/** Seen by handlers only: they have no server. */
const handlerUrl = 'http://localhost/webhook'

/** Delivers, and waits for the answer. `called` is the public call, for messages. */
export async function deliverWebhook(app: WebhookApp, webhook: Webhook, called: string): Promise<WebhookAnswer> {
  const request = { method: 'POST', headers: webhook.headers, body: webhook.body }
  const response = await answerOf(app, request).catch((error: unknown) => {
    throw new RealtimeKitError('RTK_CALL', `${called}: ${failedWebhook(reasonOf(error), app)}`, { cause: error })
  })
  if (isResponse(response)) return { status: response.status, body: await response.text() }
  throw new RealtimeKitError(
    'RTK_CALL',
    `${called}: the app's handler gave ${response === null ? 'null' : typeof response}, not a Response.\nReturn one, for example: return new Response()`,
  )
}

async function answerOf(app: WebhookApp, request: RequestInit): Promise<unknown> {
  return typeof app === 'function' ? app(new Request(handlerUrl, request)) : fetch(app, request)
}

/** By shape: a framework may bring a class of its own. */
function isResponse(value: unknown): value is Response {
  return typeof value === 'object' && value !== null && 'status' in value && 'text' in value && typeof value.text === 'function'
}

/** With the name of the error where it tells something. `fetch` hides why it failed. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return messageOf(error)
  const { cause, name, message } = error
  if (cause instanceof Error && cause.message) return `${message} (${cause.message})`
  return name === 'Error' ? message : `${name}: ${message}`
}
