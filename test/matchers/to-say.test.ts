import { existsSync } from 'node:fs'
import { expect, test } from 'vitest'
import { speech } from '../../audio/speech.ts'
import type { TranscriptionEngine } from '../../audio/types.ts'
import { registerMatchers } from '../../matchers/register.ts'
import { failureOf } from '../support/failure-of.ts'

registerMatchers(expect)

const hello = await speech('We are open until ten tonight.')

const deaf: TranscriptionEngine = {
  name: 'deaf',
  load: async () => {},
  transcribe: async () => ({ text: 'we are broken until tonight' }),
}

test('sound that speech() made is known again', async () => {
  await expect(hello).toSay('We are open until ten tonight')
  await expect(hello).not.toSay('Your parcel is on its way')
})

test('an engine that is given hears by itself, and the message aligns the words', async () => {
  await expect(hello).toSay('We are open until ten tonight', { engine: deaf, maxWer: 0.5 })
  expect(await failureOf(() => expect(hello).toSay('We are open until ten tonight.', { engine: deaf }))).toMatchInlineSnapshot(`
    "
    expect(sound).toSay('We are open until ten tonight.', { engine: { name: 'deaf', load: function load, transcribe: function transcribe } })

    Expected:
      these words, WER 0.15 or less

    The engine 'deaf' heard "we are broken until tonight": WER 0.33  <<<<<
      we are [open→broken] until [-ten] tonight
      1 replaced, 1 missing, 0 added, of 6
      sound of "We are open until ten tonight.": 2690 ms at 24000 Hz, level -13 dB, peak -3.1 dB (0 dB is full scale)
      |····▅▇▇▇▆▆▆▆▆▆▆▂▅▇▇▇▇▆▃▆▆▆·▄▆▇▇▅▃▅▆▆▆▆▆▆▆▆▆▄················|
    "
  `)
})

test.skipIf(!existsSync('/usr/share/pocketsphinx/model/en-us'))('PocketSphinx hears it', { timeout: 60_000 }, async () => {
  await expect(hello).toSay('We are open until ten tonight.', { engine: 'pocketsphinx' })
  await expect(hello).not.toSay('We are closed today.', { engine: 'pocketsphinx' })
})

test('slips of the author are named', () => {
  expect(() => expect(hello).toSay('')).toThrow('a string that is not empty')
  expect(() => expect(hello).toSay('x', { wer: 1 } as never)).toThrow("there is no option 'wer'")
  expect(() => expect(hello).toSay('x', { engine: 'google' } as never)).toThrow("'engine' is 'pocketsphinx' or an object")
})

test('a text without words, and options that are none, are slips as well', () => {
  expect(() => expect(hello).toSay('…!')).toThrow('at least one word')
  expect(() => expect(hello).toSay('x', null as never)).toThrow('the options are an object with maxWer, engine, got null')
})

test('an engine that fails is loaded again and asked once more; then it has failed', async () => {
  const loads: number[] = []
  let failures = 1
  const shaky: TranscriptionEngine = {
    name: 'shaky',
    load: async () => void loads.push(failures),
    async transcribe() {
      if (failures-- > 0) throw new Error('out of memory')
      return { text: 'we are open until ten tonight' }
    },
  }
  await expect(hello).toSay('We are open until ten tonight.', { engine: shaky })
  expect(loads).toHaveLength(2)
  failures = 2
  await expect(async () => expect(hello).toSay('We are open.', { engine: shaky })).rejects.toThrow(
    "[RTK_ENGINE] Engine 'shaky' failed: out of memory",
  )
  failures = 1
  await expect(async () => expect(hello).toSay('We are open.', { engine: { ...shaky, restarts: false } })).rejects.toThrow(
    "Engine 'shaky' failed: out of memory",
  )
  const silentEngine = { ...shaky, transcribe: async () => undefined as never }
  await expect(async () => expect(hello).toSay('We are open.', { engine: silentEngine })).rejects.toThrow(
    "Engine 'shaky' failed: it must give { text }, got undefined",
  )
})
