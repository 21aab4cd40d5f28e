// Checks of what only one platform has: Twilio's webhook, the formats, validation and resume of AudioCodes.

import type { AudioCodesFormat } from '../../api/phone-platforms.ts'
import { type Check, skipped, well, wrong } from './check.ts'
import { hearsEnd, hearsSound, nowMs } from './heard.ts'

const formats: readonly AudioCodesFormat[] = ['raw/mulaw', 'raw/lpcm16']

export const platformChecks: readonly Check[] = [
  {
    name: 'webhook',
    depth: 'standard',
    only: 'twilio',
    expected: 'the voice webhook answers TwiML that connects a stream, without a finding',
    mend: 'Answer <Connect><Stream url="wss://…"/></Connect> without a query, and nothing after it; parameters go into <Parameter>.',
    async run({ dial, voice, authToken }) {
      if (voice === undefined) return skipped('no --voice was given')
      const call = await dial({ voice, ...(authToken !== undefined && { authToken }) })
      await hearsSound(call, 0, 1000)
      await call.hangsUp()
      const [first] = call.findings
      return first ? wrong(`${first.code} ${first.message}`) : well('connected')
    },
  },
  {
    name: 'validates',
    depth: 'standard',
    only: 'audiocodes',
    expected: 'connection.validate is answered with connection.validated',
    mend: 'Answer { "type": "connection.validated", "success": true }: the integration wizard asks for it.',
    async run({ dial }) {
      const call = await dial({ audiocodes: { validateOnly: true } })
      const { reason } = await call.ended({ timeout: 10_000 })
      const [first] = call.findings
      return first ? wrong(`${first.code} ${first.message}`) : well(reason)
    },
  },
  {
    name: 'formats',
    depth: 'standard',
    only: 'audiocodes',
    expected: 'whichever format is offered alone is accepted and used',
    mend: 'Accept a format of supportedMediaFormats, and convert both ways where the model has another one.',
    async run({ dial, patienceMs }) {
      for (const format of formats) {
        const call = await dial({ audiocodes: { formats: [format], bargeIn: true } })
        const heardMs = await hearsSound(call, 0, patienceMs)
        await call.hangsUp()
        const [first] = call.findings
        if (first) return wrong(`${format}: ${first.code} ${first.message}`)
        if (heardMs === undefined) return wrong(`${format}: nothing was heard`)
      }
      return well(formats.join(', '))
    },
  },
  {
    name: 'resumes',
    depth: 'standard',
    only: 'audiocodes',
    expected: 'a lost connection is taken up again by session.resume',
    mend: 'Keep conversations by conversationId for some seconds after their socket is lost, and answer session.resume with session.accepted.',
    async run({ dial, patienceMs }) {
      const call = await dial({ audiocodes: { bargeIn: true } })
      await hearsSound(call, 0, patienceMs)
      await hearsEnd(call)
      await call.losesConnection({ resumeAfterMs: 500 })
      await call.says('Hello, are you still there?')
      const heardMs = call.isOpen ? await hearsSound(call, nowMs(call), patienceMs) : undefined
      if (call.isOpen) await call.hangsUp()
      return heardMs === undefined
        ? wrong(`not resumed: ${call.findings.map(({ message }) => message).join('; ') || 'no answer'}`)
        : well('resumed, and answered')
    },
  },
]
