// Vonage as a platform: asks the answer webhook for an NCCO, or dials the socket that the test names.

import { RealtimeKitError } from '../../errors.ts'
import type { PlacedCall, Platform, PlatformDial, PlatformLine } from '../platform.ts'
import { socketUrl } from '../socket-url.ts'
import { authorization, type CallNames, EventWebhook } from './event-webhook.ts'
import { type Ncco, readNcco, type WebsocketEndpoint } from './ncco.ts'
import { answerVonageRest, takesVonageRest, vonageHost } from './rest.ts'
import { VonageCall } from './vonage-call.ts'

export const vonage: Platform = {
  name: 'vonage',
  async place(line) {
    const { voice, stream, from = '+15550100', to = '+15550199' } = line.options
    const names: CallNames = { uuid: uuid(line), conversationUuid: `CON-${uuid(line)}`, from, to }
    if (voice === undefined) return placed(line, names, fromOptions(line, stream))
    const ncco = await fetchNcco(line, names, voice)
    for (const { action, text } of ncco.before) {
      if (action === 'talk' && typeof text === 'string') await line.say(text)
      else line.note('platform', `${action} is passed over`)
    }
    return placed(line, names, ncco)
  },
  rest: {
    host: vonageHost,
    takes: takesVonageRest,
    answer: (request, calls) =>
      answerVonageRest(
        request,
        calls.filter((call) => call instanceof VonageCall),
      ),
  },
}

function placed(line: PlatformLine, names: CallNames, { endpoint, after, eventUrl }: Ncco): PlacedCall {
  const webhook = new EventWebhook(line, eventUrl ?? line.options.vonage?.eventUrl, names)
  const peer = new VonageCall(line, { uuid: names.uuid, endpoint, after, dial: dialOf(line, endpoint), webhook })
  return { peer, dial: peer.dial }
}

function dialOf(line: PlatformLine, { uri, authorization: asked }: WebsocketEndpoint): PlatformDial {
  if (asked?.type === 'custom') return { url: uri, headers: { Authorization: asked.value ?? '' } }
  return { url: uri, headers: authorization(line) }
}

function fromOptions(line: PlatformLine, stream: string | undefined): Ncco {
  const uri = socketUrl(line, stream)
  if (!uri)
    throw refused('where does the call go? Give voice, the path of the answer webhook, or stream, the path of the socket.')
  const rateHz = line.options.vonage?.rateHz ?? 16_000
  return {
    before: [],
    after: [],
    eventUrl: undefined,
    endpoint: { uri, rateHz, headers: line.options.parameters ?? {}, authorization: undefined },
  }
}

async function fetchNcco(line: PlatformLine, { uuid, conversationUuid, from, to }: CallNames, voice: string): Promise<Ncco> {
  const url = new URL(voice, line.publicUrl)
  const fields = { from, to, uuid, conversation_uuid: conversationUuid, region_url: 'https://api-us-1.nexmo.com' }
  const isPost = line.options.vonage?.answerMethod === 'POST'
  const body = isPost ? JSON.stringify(fields) : ''
  if (!isPost) for (const [name, value] of Object.entries(fields)) url.searchParams.set(name, value)
  const headers = { ...(isPost && { 'content-type': 'application/json' }), ...authorization(line, isPost ? body : undefined) }
  const answer = await line.request({ method: isPost ? 'POST' : 'GET', url, headers, body })
  if (answer.status > 299) throw refused(`${url.pathname} answered HTTP ${answer.status}: ${answer.body.slice(0, 200)}`)
  const ncco = readNcco(answer.body)
  if ('wrong' in ncco) throw refused(`${url.pathname} answered ${ncco.wrong}.`)
  return ncco
}

function uuid({ hex }: PlatformLine): string {
  return [8, 4, 4, 4, 12].map((length) => hex(length)).join('-')
}

function refused(what: string): RealtimeKitError {
  return new RealtimeKitError('RTK_CALL', `phone.dial(…, { platform: 'vonage' }): ${what}`)
}
