// Failures of the field when the caller takes the turn. Numbers: the list of threads that the scenarios come from.

import { expect } from 'vitest-realtime'
import { fieldFailure } from './scenario.ts'

const menu =
  'Welcome to the clinic. For appointments press one, for prescriptions press two, for the pharmacy press three, or stay on the line for a person.'
const greeting = { when: { maxTurn: 0 } }

fieldFailure('1 the caller interrupts when the model has long said it all', {
  defects: {
    interruptsActiveResponsesOnly: 'never cleared',
    clearsWithoutTruncating: 'The app never sent conversation.item.truncate for',
  },
  async plays({ realtime, dial }) {
    realtime.respond('menu', { ...greeting, text: menu })
    realtime.respond('person', { when: 'person', text: 'One moment please.' })
    const call = await dial()
    await call.interrupts('Can I talk to a person', { afterMs: 3000 })
    expect(realtime.emitted('response.done')[0]!.response.status).toBe('completed')
    await call.hears('One moment')
    await realtime.settled()
    expect(call).toHaveClearedWithin(300)
    expect(realtime.responses[0]).toHaveTruncatedWhereHeard({ toleranceMs: 120 })
    expect(call).not.toHaveHeard('stay on the line')
  },
})

fieldFailure('2 the caller speaks while nothing plays, and is taken for an interruption', {
  defects: { interruptsSilence: /not\.toHaveReceived/ },
  async plays({ realtime, dial }) {
    realtime.respond('hello', { ...greeting, text: 'Hello.' })
    realtime.respond('day', { when: 'appointment', text: 'Which day suits you?' })
    const call = await dial()
    await call.hears('Hello')
    await call.pauses(2000)
    await call.says('I need an appointment')
    await call.hears('Which day suits you?')
    expect(realtime).not.toHaveReceived('conversation.item.truncate')
    expect(call.metrics.discardedBytes).toBe(0)
  },
})

fieldFailure('9 the second answer is truncated as if it had begun with the first', {
  defects: { keepsFirstStart: /refused: .*already shorter than/ },
  async plays({ realtime, dial }) {
    realtime.respond('hello', { ...greeting, text: 'Hello, this is the clinic.' })
    realtime.respond('menu', { when: 'options', text: menu })
    realtime.respond('person', { when: 'person', text: 'One moment please.' })
    const call = await dial()
    await call.hears('clinic')
    await call.pauses(9000)
    await call.says('What are my options?')
    await call.interrupts('A person please', { afterMs: 2000 })
    await call.hears('One moment')
    expect(realtime).toHaveTruncatedWhereHeard({ toleranceMs: 120 })
    expect(realtime).toHaveNoErrors()
  },
})

fieldFailure('10 an answer is truncated by the clock, behind its end', {
  defects: { truncatesByClock: /already shorter than/ },
  async plays({ realtime, dial }) {
    realtime.respond('hello', { ...greeting, text: 'Hello, this is the clinic, what can I do for you?' })
    realtime.respond('person', { when: 'person', text: 'One moment please.' })
    const call = await dial()
    await call.hears('what can I do for')
    // It is heard to its end while this begins.
    await call.pauses(700)
    await call.says('A person please')
    await call.hears('One moment')
    expect(realtime).toHaveNoErrors()
  },
})

fieldFailure('11 truncated at what was sent, and marks that nobody can tell apart', {
  defects: {
    truncatesAtSent: /cut at .* sent, heard .* too late/,
    countsMarksOnly: /cut at .* sent, heard .* too early/,
    namelessMarks: /warning 31951 .*mark.* needs mark/,
  },
  async plays({ realtime, dial }) {
    realtime.respond('menu', { ...greeting, text: menu })
    realtime.respond('person', { when: 'person', text: 'One moment please.' })
    const call = await dial()
    await call.interrupts('A person please', { afterMs: 2000 })
    await call.hears('One moment')
    expect(call).toHaveNoFindings()
    expect(realtime.responses[0]).toHaveTruncatedWhereHeard({ toleranceMs: 120 })
  },
})

fieldFailure('12 nothing is interrupted, since no mark is on its way', {
  defects: { marksAheadOfSound: 'never cleared' },
  async plays({ realtime, dial }) {
    realtime.respond('menu', { when: 'options', text: menu })
    realtime.respond('person', { when: 'person', text: 'One moment please.' })
    realtime.respond('hello', { ...greeting, text: 'Hello.' })
    const call = await dial()
    await call.hears('Hello')
    await call.pauses(1500)
    await call.says('What are my options?')
    await call.interrupts('A person please', { afterMs: 100 })
    expect(call).toHaveClearedWithin(300)
    await call.hears('One moment')
    expect(call).not.toHaveHeard('press two')
  },
})

fieldFailure('13 what waits at the platform is never cleared', {
  defects: { neverClears: 'never cleared' },
  async plays({ realtime, dial }) {
    realtime.respond('menu', { ...greeting, text: menu })
    realtime.respond('person', { when: 'person', text: 'One moment please.' })
    const call = await dial()
    await call.interrupts('A person please', { afterMs: 1500 })
    await call.hears('One moment')
    expect(call).toHaveClearedWithin(300)
  },
})
