// Failures of the field when the caller takes the turn. Numbers: the list of threads that the scenarios come from.

import { expect } from 'vitest-realtime'
import { fieldFailure } from './scenario.ts'

const menu =
  'Welcome to the clinic. For appointments press one, for prescriptions press two, for the pharmacy press three, or stay on the line for a person.'

fieldFailure('1 the caller interrupts when the model has long said it all', {
  defects: {
    interruptsActiveResponsesOnly: 'never cleared',
    clearsWithoutTruncating: 'The app never sent conversation.item.truncate for',
  },
  async plays({ realtime, dial }) {
    realtime.respond('menu', { when: { maxTurn: 0 }, text: menu })
    realtime.respond('person', { when: 'person', text: 'One moment please.' })
    const call = await dial()
    await call.interrupts('Can I talk to a person', { afterMs: 3000 })
    expect(realtime.emitted('response.done')).toHaveLength(1)
    await call.hears('One moment')
    await realtime.settled()
    expect(call).toHaveClearedWithin(200)
    expect(realtime.responses[0]).toHaveTruncatedWhereHeard({ toleranceMs: 120 })
    expect(call).not.toHaveHeard('stay on the line')
  },
})
