// Twilio as a row of platforms.ts: places calls, and answers the part of its REST interface that ends or redirects them.

import { RealtimeKitError } from '../../errors.ts'
import type { PlacedCall, Platform, PlatformLine } from '../platform.ts'
import { answerRest, restHost, takesRest } from './rest.ts'
import { TwilioCall } from './twilio-call.ts'

async function place(line: PlatformLine): Promise<PlacedCall> {
  const { voice, stream } = line.options
  if (voice === undefined && stream === undefined) {
    throw new RealtimeKitError(
      'RTK_CALL',
      "phone.dial(…): where does the call go? Give `voice`, the path of the app's voice webhook, or `stream`, the path of its socket.",
    )
  }
  const call = new TwilioCall(line)
  await (voice === undefined ? call.dialStream(stream!) : call.ring(voice))
  return { dial: call.dial, peer: call }
}

export const twilio: Platform = {
  name: 'twilio',
  place,
  rest: {
    host: restHost,
    takes: takesRest,
    answer: (request, calls) =>
      answerRest(
        request,
        calls.filter((call) => call instanceof TwilioCall),
      ),
  },
}
