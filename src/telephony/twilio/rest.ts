// The part of Twilio's REST interface that a bridge needs during a call: hang up, send elsewhere, look. Calls that are over are a 404.

import type { PlatformAnswer, RestRequest } from '../platform.ts'
import type { TwilioCall } from './twilio-call.ts'
import { readTwiml } from './twiml.ts'

export const restHost = 'api.twilio.com'

const callPath = /^\/2010-04-01\/Accounts\/(?<account>AC\w+)\/Calls\/(?<call>CA\w+)\.json$/
const maxTwimlLength = 4000

export function takesRest({ pathname }: URL): boolean {
  return callPath.test(pathname)
}

export function answerRest(request: RestRequest, calls: readonly TwilioCall[]): PlatformAnswer {
  const { account = '', call: sid = '' } = callPath.exec(request.url.pathname)?.groups ?? {}
  const call = calls.find(({ callId }) => callId === sid)
  if (!call) return notFound(request.url)
  if (request.method === 'GET') return resource(call, account)
  if (call.isOver) return notFound(request.url)
  const fields = new URLSearchParams(request.body)
  const [status, twiml, url] = ['Status', 'Twiml', 'Url'].map((name) => fields.get(name))
  if (twiml) {
    const { lint } = readTwiml(twiml)
    const broken = lint.find(({ level }) => level === 'error')
    if (twiml.length > maxTwimlLength) return problem(400, 21_624, `Twiml has more than ${maxTwimlLength} characters`)
    if (broken) return problem(400, 12_100, broken.message)
    call.redirect({ source: twiml })
  } else if (url && URL.canParse(url))
    call.redirect({ url: new URL(url), method: fields.get('Method') === 'GET' ? 'GET' : 'POST' })
  else if (status === 'completed' || status === 'canceled') call.complete()
  else return problem(400, 20_001, 'Parameter Status, Twiml or Url is missing, or wrong')
  return resource(call, account)
}

function resource(call: TwilioCall, account: string): PlatformAnswer {
  const uri = `/2010-04-01/Accounts/${account}/Calls/${call.callId}.json`
  const status = call.isOver ? 'completed' : 'in-progress'
  return json(200, { sid: call.callId, account_sid: account, status, direction: 'inbound', api_version: '2010-04-01', uri })
}

function notFound({ pathname }: URL): PlatformAnswer {
  return problem(404, 20_404, `The requested resource ${pathname} was not found`)
}

function problem(status: number, code: number, message: string): PlatformAnswer {
  return json(status, { code, message, more_info: `https://www.twilio.com/docs/errors/${code}`, status })
}

function json(status: number, body: object): PlatformAnswer {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
}
