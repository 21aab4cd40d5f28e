// What the app made of its webhook, in words: for the error of a call that it did not take. Pure.

import type { WebhookAnswer, WebhookApp } from './webhook-delivery.ts'

const signatureMend =
  'The webhook is signed with `realtime.webhookSecret`: give it to the app (OPENAI_WEBHOOK_SECRET, or new OpenAI({ webhookSecret })),\n' +
  'and let the app verify the body as it came: text that was parsed and printed anew has another signature.'

const urlMend = 'Nothing takes a POST there: is that the path of the webhook?'
const handlerMend =
  'The handler sees http://localhost/webhook. Where an app routes by path, give it its own:\n' +
  "realtime.incomingCall((request) => app.fetch(new Request('http://localhost/my/path', request)))"

/** An answer that is no success: what it was, and the mend where it is known. */
export function refusedWebhook({ status, body }: WebhookAnswer, app: WebhookApp): string {
  const said = body.trim() === '' ? 'an empty body' : body.trim().slice(0, 500)
  return withMend(`the app answered the webhook with HTTP ${status}: ${said}`, mendOf(status, body, app))
}

function mendOf(status: number, body: string, app: WebhookApp): string | undefined {
  if (status === 401 || status === 403 || isAboutSignature(body)) return signatureMend
  if (status === 404 || status === 405) return typeof app === 'function' ? handlerMend : urlMend
  return undefined
}

/** The handler threw, or the URL could not be reached. */
export function failedWebhook(reason: string, app: WebhookApp): string {
  const what =
    typeof app === 'function'
      ? `the app's handler threw ${reason}`
      : `the webhook could not be delivered to ${String(app)}: ${reason}`
  return withMend(what, isAboutSignature(reason) ? signatureMend : undefined)
}

/** Nobody can move any more, and there is no answer. */
export function unansweredWebhook(status: string, app: WebhookApp): string {
  const what = typeof app === 'function' ? "the app's handler has not returned a Response" : `${String(app)} has not answered`
  return (
    `${what}; the call is ${status}.\n` +
    'Answer the webhook when the call is accepted or rejected: the call goes on without it, and the real service soon gives up.'
  )
}

function isAboutSignature(text: string): boolean {
  return /signature|webhook secret/i.test(text)
}

function withMend(what: string, mend: string | undefined): string {
  return mend === undefined ? what : `${what}\n${mend}`
}
