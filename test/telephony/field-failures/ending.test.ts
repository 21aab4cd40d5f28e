// Failures of the field at the end of a call, and where one of its ends is lost. Numbers: the list of threads that the scenarios come from.

import { expect } from 'vitest-realtime'
import { fieldFailure } from './scenario.ts'

const goodbye =
  'Thank you very much for calling the clinic today. We are looking forward to seeing you on Tuesday morning at nine. Goodbye!'

/** The agent hangs up by its function, and says this along with it. */
const saysBye = (then: string) => ({ when: 'all', call: { name: 'end_call', arguments: { reason: 'done' } }, then })

fieldFailure('17 hanging up cuts the goodbye', {
  defects: { hangsUpOnDone: 'toHaveHeard' },
  async plays({ realtime, greeted }) {
    realtime.respond('bye', saysBye(goodbye))
    const call = await greeted()
    await call.pauses(1000)
    await call.says('Thank you, that is all')
    await call.ended()
    expect(call).toHaveHungUp('app')
    expect(call).toHaveHeard(goodbye)
  },
})

fieldFailure('18 a pause behind the stream is dead air after the agent has gone', {
  defects: { pausesAfterConnect: 'call.ended()' },
  async plays({ realtime, greeted }) {
    realtime.respond('bye', saysBye('Goodbye!'))
    const call = await greeted()
    await call.pauses(1000)
    await call.says('Thank you, that is all')
    await call.hears('Goodbye')
    await call.ended({ timeout: 3000 })
  },
})

fieldFailure('19 the agent says goodbye, and nobody hangs up', {
  defects: { cannotHangUp: 'call.ended()' },
  async plays({ realtime, greeted }) {
    realtime.respond('bye', saysBye('Goodbye!'))
    const call = await greeted()
    await call.pauses(1000)
    await call.says('Thank you, that is all')
    await call.hears('Goodbye')
    await call.ended()
    expect(call).toHaveHungUp('app')
  },
})

fieldFailure('20 a redirect that presses keys ends the stream', {
  defects: { redirectsForKeys: /the call is over/ },
  // Ours press no keys: nothing to lose.
  ours: [],
  async plays({ realtime, greeted }) {
    realtime.respond('menu', {
      when: 'extension',
      call: { name: 'press_keys', arguments: { keys: '42' } },
      then: 'You are through to the ward.',
    })
    const call = await greeted()
    await call.pauses(1000)
    await call.says('Extension forty two please')
    await call.hears('through to the ward')
    expect(call.isOpen).toBe(true)
  },
})

fieldFailure('25 the session ends before the call, in silence', {
  defects: { diesWithSession: 'call.hears(For how many?)' },
  options: { limits: { sessionMinutes: 0.2 }, allowErrors: ['session_expired'] },
  async plays({ realtime, greeted }) {
    realtime.respond('table', { when: 'table', text: 'For how many?' })
    const call = await greeted()
    await call.pauses(13_000)
    expect(realtime.sessions.map(({ open }) => open)[0]).toBe(false)
    await call.says('A table for tonight please')
    await call.hears('For how many?')
  },
})

fieldFailure('30 the line is connected and carries nothing any more, and the session is paid for', {
  defects: { neverWatchesTheLine: /open/ },
  async plays({ realtime, greeted }) {
    const call = await greeted()
    await call.drops({ halfOpen: true })
    await call.pauses(120_000)
    expect(realtime.sessions).toMatchObject([{ open: false }])
  },
})
