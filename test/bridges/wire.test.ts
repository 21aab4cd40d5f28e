// What the bridges say to the service, whatever the caller does and in whichever order: nothing of it may be an error, and nothing
// that they say to the platform a finding. A wire error that nobody asserted fails the test by itself.

import { expect, type LocalRealtime, type PhoneCall, test } from 'vitest-realtime'
import { type BridgeServerOptions, createBridgeServer } from 'vitest-realtime/telephony'

const platforms = {
  twilio: { platform: 'twilio', voice: '/twilio/voice', authToken: 'secret' },
  audiocodes: {
    platform: 'audiocodes',
    stream: '/ws/telephony',
    authToken: 'secret',
    audiocodes: { bargeIn: true, sendDTMF: true },
  },
} as const

const menu = 'Welcome to the clinic. For appointments press one, for prescriptions press two, or stay on the line for a person.'

const functions: BridgeServerOptions['functions'] = [
  { name: 'look_up', run: () => new Promise((resolve) => setTimeout(() => resolve({ found: true }), 1200)) },
]

const variants: Readonly<Record<string, BridgeServerOptions>> = {
  plain: {},
  protected: { greeting: { isInterruptible: false } },
  filler: { filler: { afterMs: 300 }, keypad: { stopsPlayback: true } },
  'own turns': { session: { audio: { input: { turn_detection: { type: 'server_vad', create_response: false } } } } },
  'no interruption': { session: { audio: { input: { turn_detection: { type: 'server_vad', interrupt_response: false } } } } },
  semantic: { session: { audio: { input: { turn_detection: { type: 'semantic_vad', eagerness: 'high' } } } } },
  rotating: { rotateAfterMs: 4000 },
}

const actions: readonly ((call: PhoneCall, realtime: LocalRealtime) => Promise<unknown> | unknown)[] = [
  (call) => call.says('Can I talk to a person'),
  (call) => call.says('Please look up my prescription'),
  (call) => call.says('Wait a moment'),
  (call) => call.says('What are my options'),
  (call) => call.pauses(60),
  (call) => call.presses('1'),
  (call) => call.presses('42#'),
  (call) => call.pauses(300),
  (call) => call.pauses(2500),
  (_, realtime) => realtime.sessions.find(({ open }) => open)?.terminate(),
]

/** The order of a seed: the same in each run. */
function* choices(seed: number): Generator<number, never> {
  for (let state = seed * 2_654_435_761; ; ) {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) >>> 0
    yield (state >>> 8) / 2 ** 24
  }
}

for (const [platform, dial] of Object.entries(platforms)) {
  for (const [name, options] of Object.entries(variants)) {
    test.for([2, 8, 10])(`${platform}, ${name}, order %i: no error, no finding`, async (seed, { realtime, phone }) => {
      realtime.respond('greeting', { when: { maxTurn: 0 }, text: menu })
      realtime.respond('look-up', { when: 'look up', call: { name: 'look_up', arguments: {} }, then: 'It is ready for you.' })
      realtime.respond('other', 'One moment, I will see what I can do for you, that may take a little while.')
      const call = await phone.dial(
        createBridgeServer({ twilioAuthToken: 'secret', token: 'secret', functions, ...options }),
        dial,
      )
      const random = choices(seed)
      for (let step = 0; step < 8 && call.isOpen; step++) {
        await actions[Math.floor(random.next().value * actions.length)]?.(call, realtime)
      }
      if (call.isOpen) await call.hangsUp()
      await realtime.settled()
      expect(realtime).toHaveNoErrors()
      expect(call).toHaveNoFindings()
    })
  }
}
