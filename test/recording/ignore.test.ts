// Names in `ignore` that are none are refused with the one that was probably meant; what the protocol knows is taken, whether a
// recording has it or not.

import { expect, test } from 'vitest'
import { checkIgnore } from '../../src/recording/ignore-check.ts'
import { Sampler } from './sample.ts'

const { entries } = new Sampler()
  .connect()
  .app({ type: 'session.update', session: { type: 'realtime', instructions: 'Be brief.', x_own: { deep: 1 } } })
  .service({ type: 'odd.event', colour: 'red' })

const check = (name: string, takesTypes = true): string => {
  try {
    checkIgnore([name], { entries, takesTypes, ...(!takesTypes && { also: ['url.model'] }) })
    return ''
  } catch (error) {
    return String(error)
  }
}

test.for([
  'rate_limits.updated',
  'session.tools',
  'session',
  'session.audio.input.turn_detection.silence_duration_ms',
  'session.tools.0.parameters.properties.seats',
  'item.content.0.text',
  'conversation.item.create/item.output',
  'response.create/response.metadata.anything',
  'response.usage.input_token_details',
  'session.x_own.deep',
  'odd.event',
  'odd.event/colour',
  'url.model',
])('%s is taken', (name) => {
  expect(check(name, name !== 'url.model')).toBe('')
})

test.for([
  [
    'session.instuctions',
    "ignore: 'session.instuctions' is no type of event and no field of one. Did you mean 'session.instructions'?",
  ],
  ['rate_limit.updated', "Did you mean 'rate_limits.updated'?"],
  ['session.update/session.instruction', "is no field of session.update. Did you mean 'session.update/session.instructions'?"],
  ['sesion.update/session.instructions', "begins with no type of event. Did you mean 'session.update/session.instructions'?"],
  ['session.x_own.deeep', "Did you mean 'session.x_own.deep'?"],
  ['session.audio.voice', 'is no type of event and no field of one'],
  ['item.content.text', "Did you mean 'item.content.0.text'?"],
  ['response.create/instructions', "Did you mean 'response.create/response.instructions'?"],
  ['nonsense', 'Fields are named by dots, as session.audio.output.voice.'],
  ['', 'is no type of event'],
] as const)('%s is refused', ([name, says]) => {
  expect(check(name)).toContain(says)
})

test.for([
  ['url.modell', "Did you mean 'url.model'?"],
  ['response.cancel', "is a type of event; name a field of it: 'response.cancel/…'."],
  ['item.outpu', "is no field of an event. Did you mean 'item.output'?"],
] as const)('in a replay, %s', ([name, says]) => {
  expect(check(name, false)).toContain(says)
})
