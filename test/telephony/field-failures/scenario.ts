// One failure of the field as tests: what is expected of a call is wrong in an app that has the defect, and right in the same app without
// it, and in our bridges.

import { describe } from 'vitest'
import { expect, type LocalRealtime, type RealtimeOptions, test } from 'vitest-realtime'
import type { BridgeServerOptions } from 'vitest-realtime/telephony'
import { createBridgeServer, type DialOptions, type Phone, type PhoneCall } from 'vitest-realtime/telephony'
import { authToken, createBrokenBridge } from './broken-bridge.ts'
import type { Defect } from './defects.ts'

export interface World {
  readonly realtime: LocalRealtime
  readonly phone: Phone
  /** Phones the app, or the bridge. */
  dial(options?: DialOptions): Promise<PhoneCall>
  /** The same, for an agent who says hello; resolves when the caller has heard it. */
  greeted(options?: DialOptions): Promise<PhoneCall>
}

interface Failure {
  /** What the app of the field did: each of them alone makes the expectation wrong, and the message says so. */
  readonly defects: Partial<Record<Defect, string | RegExp>>
  /** Options of our bridges. */
  readonly bridge?: BridgeServerOptions
  /** Which bridges of ours can be in this situation. Default both. */
  readonly ours?: readonly ('twilio' | 'audiocodes')[]
  readonly options?: RealtimeOptions
  /** Plays the call and expects what a user expects. */
  plays(world: World): Promise<void>
}

const doors = {
  app: { voice: '/incoming-call', authToken },
  twilio: { voice: '/twilio/voice', authToken },
  audiocodes: { platform: 'audiocodes', stream: '/ws/telephony', authToken, audiocodes: { bargeIn: true, sendDTMF: true } },
} as const satisfies Record<string, DialOptions>

/** What goes wrong besides is no matter where something must go wrong. */
const forgiving: RealtimeOptions = { onWireError: 'ignore', onUnmatched: 'fallback', fallback: 'Pardon?' }

function worldOf({ realtime, phone, dial }: Omit<World, 'greeted'>): World {
  const greeted: World['greeted'] = async (options) => {
    realtime.respond('hello', { when: { maxTurn: 0 }, text: 'Hello, this is the clinic.' })
    const call = await dial(options)
    await call.hears('clinic')
    return call
  }
  return { realtime, phone, dial, greeted }
}

export function fieldFailure(title: string, failure: Failure): void {
  const { defects, bridge = {}, ours = ['twilio', 'audiocodes'], options = {}, plays } = failure
  describe(title, () => {
    describe('is told of an app that', () => {
      test.override('realtimeOptions', { ...options, ...forgiving })
      test.for(Object.entries(defects) as [Defect, string | RegExp][])('%s', async ([defect, message], { realtime, phone }) => {
        const app = createBrokenBridge(defect)
        const dial: World['dial'] = (options) => phone.dial(app, { ...doors.app, ...options })
        await expect(plays(worldOf({ realtime, phone, dial }))).rejects.toThrow(message)
      })
    })
    describe('does not happen', () => {
      test.override('realtimeOptions', options)
      test('in that app without the defect', async ({ realtime, phone }) => {
        const app = createBrokenBridge()
        const dial: World['dial'] = (options) => phone.dial(app, { ...doors.app, ...options })
        await plays(worldOf({ realtime, phone, dial }))
      })
      test.for(ours)('in our bridge to %s', async (platform, { realtime, phone }) => {
        const server = createBridgeServer({ twilioAuthToken: authToken, token: authToken, ...bridge })
        const dial: World['dial'] = (options) => phone.dial(server, { ...doors[platform], ...options })
        await plays(worldOf({ realtime, phone, dial }))
      })
    })
  })
}
