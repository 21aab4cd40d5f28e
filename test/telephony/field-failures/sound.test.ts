// Failures of the field in the sound itself: formats, pace, gaps. Numbers: the list of threads that the scenarios come from.

import { expect } from 'vitest-realtime'
import type { RealtimeBridge } from 'vitest-realtime/telephony'
import { fieldFailure } from './scenario.ts'

const hello = { when: { maxTurn: 0 }, text: 'Hello, this is the clinic.' }
const table = { when: 'table', text: 'For how many?' }
const hours =
  'Our opening hours are from nine to five on weekdays, and from ten to two on Saturdays. On Sundays and on holidays the clinic is closed.'

fieldFailure('3 what the caller says before there is a session is lost', {
  defects: { losesEarlySound: 'toHaveTranscribed' },
  bridge: { greeting: false },
  async plays({ realtime, dial }) {
    realtime.respond('hello', hello)
    realtime.respond('table', table)
    realtime.fail({ handshake: 900 })
    const call = await dial()
    await call.says('A table for tonight please')
    await realtime.settled()
    expect(realtime).toHaveTranscribed('A table for tonight please')
  },
})

let bridge: RealtimeBridge | undefined

fieldFailure('4 after a handoff both sides are noise', {
  defects: { resetsFormatsOnHandoff: /call\.hears\(.*billing.*\)/ },
  bridge: {
    onEvent: (_, of) => {
      bridge = of
    },
    functions: [
      {
        name: 'to_billing',
        description: 'Hands the caller over',
        parameters: { type: 'object', properties: {} },
        run: () => bridge?.updateSession({ instructions: 'You are the billing department.' }),
      },
    ],
  },
  async plays({ realtime, greeted }) {
    realtime.respond('bill', { when: 'bill', call: { name: 'to_billing' }, then: 'This is the billing department.' })
    realtime.respond('paid', { when: 'paid', text: 'Your account is settled.' })
    const call = await greeted()
    await call.pauses(1000)
    await call.says('I have a question about my bill')
    await call.hears('This is the billing department.')
    await call.pauses(1000)
    await call.says('Is it paid?')
    await call.hears('Your account is settled.')
  },
})

fieldFailure('5 the platform leaves silence out, and the turn never ends', {
  defects: { needsFramesOfSilence: 'call.hears(For how many?)' },
  async plays({ realtime, greeted }) {
    realtime.respond('table', table)
    const call = await greeted()
    await call.pauses(1000)
    const said = call.says('A table for tonight please')
    await call.pauses(1900)
    await Promise.all([said, call.mutes(6000), call.hears('For how many?', { timeout: 5000 })])
  },
})

fieldFailure('6 the first word of an answer stutters', {
  defects: { playsFirstPieceAtOnce: /expected \d+ to be \+?0/ },
  options: { streaming: { delayMs: (piece) => (piece === 1 ? 160 : 60) } },
  async plays({ realtime, greeted }) {
    const call = await greeted()
    await realtime.settled()
    expect(call.metrics.underruns).toBe(0)
  },
})

fieldFailure('21 what is done between two frames is heard as a gap', {
  defects: { logsBetweenFrames: /expected \d+ to be \+?0/ },
  async plays({ realtime, dial }) {
    realtime.respond('hours', { when: { maxTurn: 0 }, text: hours })
    const call = await dial()
    await call.hears('closed')
    expect(call.metrics.underruns).toBe(0)
  },
})

fieldFailure('22 one frame for each turn of a timer is slower than speech', {
  defects: { pacesByTimer: /expected \d\d+ to be \+?0/ },
  async plays({ realtime, dial }) {
    realtime.respond('hours', { when: { maxTurn: 0 }, text: hours })
    const call = await dial()
    await call.hears('closed')
    expect(call.metrics.underruns).toBe(0)
  },
})

fieldFailure('26 the model hears the phone three times too fast', {
  defects: { appendsAtWrongRate: 'toHaveTranscribed' },
  async plays({ realtime, greeted }) {
    realtime.respond('table', table)
    const call = await greeted({ noiseDbfs: -60 })
    await call.pauses(1000)
    await call.says('A table for tonight please')
    await realtime.settled()
    expect(realtime).toHaveTranscribed('A table for tonight please')
  },
})

fieldFailure('28 mu-law goes into a session whose input is PCM', {
  defects: { inputLeftPcm: 'call.hears(For how many?)' },
  async plays({ realtime, greeted }) {
    realtime.respond('table', table)
    const call = await greeted()
    await call.pauses(1000)
    await call.says('A table for tonight please')
    await call.hears('For how many?')
  },
})

fieldFailure('29 PCM of the session is played as mu-law: noise', {
  defects: { outputLeftPcm: 'call.hears(clinic)' },
  async plays({ greeted }) {
    const call = await greeted()
    expect(call.heard.durationMs).toBeLessThan(3000)
  },
})

fieldFailure('31 the caller’s sound is collected, and each answer is late', {
  defects: { collectsCallerSound: /expected \d+ to be less than 1500/ },
  async plays({ realtime, greeted }) {
    realtime.respond('table', table)
    const call = await greeted()
    await call.pauses(1000)
    await call.says('A table for tonight please')
    await call.hears('For how many?')
    expect(Math.max(...call.metrics.responseMs)).toBeLessThan(1500)
  },
})
