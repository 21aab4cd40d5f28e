// Telnyx as a platform: a stream that the test names, or one that the app asks for, by TeXML or by a command.

import type { TelnyxOptions } from '../../api/phone-platforms.ts'
import { RealtimeKitError } from '../../errors.ts'
import type { Platform, PlatformLine } from '../platform.ts'
import { socketUrl } from '../socket-url.ts'
import { parametersOf, readTwiml, streamOf } from '../twilio/twiml.ts'
import { VoiceFlow } from '../twilio/voice-flow.ts'
import { ringApp } from './call-control.ts'
import { answerTelnyxRest, takesTelnyxRest, telnyxHost } from './rest.ts'
import { isTelnyxCodec } from './stream-format.ts'
import { type StreamSettings, TelnyxCall } from './telnyx-call.ts'
import { signedHeaders, timestampOf } from './webhooks.ts'

export const telnyx: Platform = {
  name: 'telnyx',
  async place(line) {
    const { voice, stream, telnyx: options } = line.options
    if (voice === undefined && stream === undefined && options?.webhook !== undefined) {
      const call = new TelnyxCall(line)
      await ringApp(line, call)
      return { peer: call, dial: call.dial }
    }
    const settings = voice === undefined ? fromOptions(line, stream) : await fromTexml(line, voice)
    const peer = new TelnyxCall(line, settings)
    return { peer, dial: peer.dial }
  },
  rest: {
    host: telnyxHost,
    takes: takesTelnyxRest,
    answer: (request, calls) =>
      answerTelnyxRest(
        request,
        calls.filter((call) => call instanceof TelnyxCall),
      ),
  },
}

function fromOptions(line: PlatformLine, stream: string | undefined): StreamSettings {
  const url = socketUrl(line, stream)
  if (!url)
    throw refused(
      'where does the call go? Give voice, the path of the webhook that answers TeXML, or stream, the path of the socket, or' +
        ' telnyx.webhook, the path that gets call.initiated.',
    )
  const { telnyx: options, parameters = {} } = line.options
  return { url, mode: options?.streamBidirectionalMode ?? 'rtp', parameters, ...codecsOf(options) }
}

function codecsOf({
  streamCodec: codec = 'PCMU',
  streamBidirectionalCodec: appCodec = codec,
  samplingRateHz: rateHz = 16_000,
}: TelnyxOptions = {}): Pick<StreamSettings, 'codec' | 'appCodec' | 'rateHz'> {
  return { codec, appCodec, rateHz }
}

/** Asks the webhook, and follows what it says to a stream. */
async function fromTexml(line: PlatformLine, voice: string): Promise<StreamSettings> {
  const flow = new VoiceFlow(line, (url, method) => ask(line, url, method))
  const url = new URL(voice, line.publicUrl)
  const connect = await flow.run((await ask(line, url, 'POST')).verbs, url)
  const stream = connect && streamOf(connect.verb)
  if (!stream)
    throw refused(
      `the TeXML of ${voice} connects no stream: <Response><Connect><Stream url="wss://…" bidirectionalMode="rtp"/></Connect></Response>.`,
    )
  const { attributes } = stream
  const target = socketUrl({ publicUrl: url }, attributes.url)
  if (!target) throw refused(`<Stream> at ${stream.place} has no url.`)
  const rateHz = Number(attributes.bidirectionalSamplingRate ?? 0)
  const texml: TelnyxOptions = {
    ...line.options.telnyx,
    ...(isTelnyxCodec(attributes.codec) && { streamCodec: attributes.codec }),
    ...(isTelnyxCodec(attributes.bidirectionalCodec) && { streamBidirectionalCodec: attributes.bidirectionalCodec }),
    ...((rateHz === 8000 || rateHz === 16_000 || rateHz === 24_000) && { samplingRateHz: rateHz }),
  }
  // What the platform itself does where nothing is said.
  const mode = attributes.bidirectionalMode === 'rtp' ? 'rtp' : 'mp3'
  return { url: target, mode, parameters: parametersOf(stream), ...codecsOf(texml) }
}

async function ask(line: PlatformLine, url: URL, method: 'GET' | 'POST'): Promise<ReturnType<typeof readTwiml>> {
  const { from = '+15550100', to = '+15550199' } = line.options
  const body = new URLSearchParams({
    From: from,
    To: to,
    CallSid: line.hex(32),
    CallStatus: 'ringing',
    Direction: 'inbound',
  }).toString()
  const timestamp = timestampOf(line)
  const signed = signedHeaders(body, timestamp, line.options.telnyx?.signingKey)
  const headers = { 'content-type': 'application/x-www-form-urlencoded', ...signed }
  const answer = await line.request({ method, url, headers, body })
  if (answer.status > 299) throw refused(`${url.pathname} answered HTTP ${answer.status}: ${answer.body.slice(0, 200)}`)
  const texml = readTwiml(answer.body)
  if (texml.verbs.length === 0) throw refused(`${url.pathname} answered no TeXML with verbs: ${answer.body.slice(0, 200)}`)
  return texml
}

function refused(what: string): RealtimeKitError {
  return new RealtimeKitError('RTK_CALL', `phone.dial(…, { platform: 'telnyx' }): ${what}`)
}
