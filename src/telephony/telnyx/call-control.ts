// Calls of a Call Control application: the webhook `call.initiated`, and the app's command that answers with a stream, or starts one later.

import { RealtimeKitError } from '../../errors.ts'
import type { PlatformLine } from '../platform.ts'
import { isTelnyxCodec } from './stream-format.ts'
import type { StreamSettings, TelnyxCall } from './telnyx-call.ts'
import { tell } from './webhooks.ts'

/** How long the platform lets it ring. */
const ringMs = 30_000

/** Rings the app; resolves once it has asked for a stream. */
export async function ringApp(line: PlatformLine, call: TelnyxCall): Promise<void> {
  // Commands name the call before there is a stream.
  line.introduce(call)
  line.identify(call.callId)
  const stopRinging = line.after(ringMs, () => call.giveUp(unanswered(call)), { isTimeout: true })
  const { from = '+15550100', to = '+15550199' } = line.options
  const isTaken = await tell(line, 'call.initiated', {
    ...call.ids,
    ...{ client_state: null, direction: 'incoming', from, to, state: 'parked' },
  })
  if (!isTaken) call.giveUp(`the webhook ${line.options.telnyx?.webhook} did not take call.initiated`)
  try {
    await call.streamAsked
  } finally {
    stopRinging()
  }
}

function unanswered({ callId, isAnswered }: TelnyxCall): string {
  const action = isAnswered ? 'streaming_start' : 'answer'
  return (
    `the app took call.initiated and asked for no stream${isAnswered ? ', though it answered the call' : ''} within ${ringMs / 1000} s.\n` +
    `It does so by POST https://api.telnyx.com/v2/calls/${callId}/actions/${action}` +
    ' { "stream_url": "wss://…", "stream_bidirectional_mode": "rtp" }'
  )
}

/** The stream that a command asks for; undefined where it names none. */
export function streamOfCommand(body: Readonly<Record<string, unknown>>): StreamSettings | undefined {
  const { stream_url: url, stream_codec: named, client_state: clientState } = body
  if (typeof url !== 'string') return undefined
  const codec = isTelnyxCodec(named) ? named : 'PCMU'
  const { stream_bidirectional_codec: appNamed, stream_bidirectional_sampling_rate: rate, custom_parameters: custom } = body
  return {
    url,
    codec,
    // What the platform itself does where nothing is said.
    mode: body.stream_bidirectional_mode === 'rtp' ? 'rtp' : 'mp3',
    appCodec: isTelnyxCodec(appNamed) ? appNamed : codec,
    rateHz: rate === 8000 || rate === 16_000 || rate === 24_000 ? rate : 16_000,
    parameters: parametersOf(custom),
    ...(typeof clientState === 'string' && { clientState }),
  }
}

/** `[{ name, value }]`, as a command has them. */
function parametersOf(custom: unknown): Record<string, string> {
  const list: readonly unknown[] = Array.isArray(custom) ? custom : []
  return Object.fromEntries(
    list.flatMap((one) =>
      typeof one === 'object' && one !== null && 'name' in one && 'value' in one ? [[String(one.name), String(one.value)]] : [],
    ),
  )
}

export function notAnswered(why: string): RealtimeKitError {
  return new RealtimeKitError('RTK_CALL', `phone.dial(…, { platform: 'telnyx' }): ${why}`)
}
