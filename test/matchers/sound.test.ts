import { expect, test } from 'vitest'
import { withEffects } from '../../audio/effects/chain.ts'
import { gain, noisy } from '../../audio/effects/level-effects.ts'
import { telephone } from '../../audio/effects/line.ts'
import { concatPcm, pcm, silence } from '../../audio/pcm.ts'
import { speech } from '../../audio/speech.ts'
import { registerMatchers } from '../../matchers/register.ts'
import { failureOf } from '../support/failure-of.ts'

registerMatchers(expect)

const hello = await speech('We are open until ten tonight.')
const other = await speech('Your parcel is on its way to you.')

test('audible or silent, by the loudest moment', () => {
  expect(hello).toBeAudible()
  expect(hello).not.toBeSilent()
  expect(silence(300)).toBeSilent()
  expect(silence(300)).not.toBeAudible()
  const whisper = withEffects(hello, [gain(-40)])
  expect(whisper).toBeAudible({ minDbfs: -60 })
  expect(whisper).not.toBeAudible({ minDbfs: -40 })
  expect(withEffects(hello, [gain(-80)])).toBeSilent()
  expect(pcm(new Int16Array(0))).toBeSilent()
  expect({ heard: hello }).toEqual({ heard: expect.toBeAudible() })
})

test('the message shows the level, the picture and where it was loudest', async () => {
  expect(await failureOf(() => expect(hello).toBeSilent())).toMatchInlineSnapshot(`
    "
    expect(sound).toBeSilent()

    Expected:
      no sound above -60 dB

    Loudest at 1340 ms: -7.9 dB.
      sound of "We are open until ten tonight.": 2690 ms at 24000 Hz, level -13 dB, peak -3.1 dB (0 dB is full scale)
      |····▅▇▇▇▆▆▆▆▆▆▆▂▅▇▇▇▇▆▃▆▆▆·▄▆▇▇▅▃▅▆▆▆▆▆▆▆▆▆▄················|
    "
  `)
  expect(await failureOf(() => expect(silence(500)).toBeAudible())).toMatchInlineSnapshot(`
    "
    expect(sound).toBeAudible()

    Expected:
      sound of -50 dB or more

    All of it is digital silence.
      500 ms of sound: 500 ms at 24000 Hz, level digital silence, peak digital silence (0 dB is full scale)
      |····························································|
    "
  `)
})

test('like the same sound: later, softer, over a telephone, with noise', () => {
  const heard = concatPcm(silence(120), withEffects(hello, [telephone(), gain(-9), noisy({ snrDb: 15 })]))
  expect(heard).toSoundLike(hello)
  expect(heard).toSoundLike(hello, { maxLagMs: 130, maxGainDb: 10, minSnrDb: 8 })
  expect(heard).not.toSoundLike(hello, { maxLagMs: 100 })
  expect(heard).not.toSoundLike(hello, { maxGainDb: 3 })
  expect(heard).not.toSoundLike(other)
  expect(silence(500)).not.toSoundLike(hello)
})

test('the message says what was found and what was wanted', async () => {
  const heard = concatPcm(silence(120), withEffects(hello, [gain(-9)]))
  expect(await failureOf(() => expect(heard).toSoundLike(hello, { maxLagMs: 40, minSnrDb: 20 }))).toMatchInlineSnapshot(`
    "
    expect(sound).toSoundLike(sound of "We are open until ten tonight.", { maxLagMs: 40, minSnrDb: 20 })

    Expected:
      the sound of "We are open until ten tonight."

      ✓ correlation: 1 (at least 0.8)
      ✗ lag: 120 ms (at most 40 ms)  <<<<<
        gain: -9 dB
      ✓ signal to noise: 77.7 dB (at least 20 dB)
        signal to noise, 20 ms by 20 ms: 35 dB
        spectral distance: 1.2 dB
        longer by: 120 ms
      sound of "We are open until ten tonight.": 2810 ms at 24000 Hz, level -22 dB, peak -12.1 dB (0 dB is full scale)
      |······▁▅▅▅▅▅▅▄▅▅▅·▄▅▅▅▅▃▄▅▅▂▁▅▅▆▅▁▃▅▅▅▅▄▄▅▅▄▂···············|
      Compared with
      sound of "We are open until ten tonight.": 2690 ms at 24000 Hz, level -13 dB, peak -3.1 dB (0 dB is full scale)
      |····▅▇▇▇▆▆▆▆▆▆▆▂▅▇▇▇▇▆▃▆▆▆·▄▆▇▇▅▃▅▆▆▆▆▆▆▆▆▆▄················|
    "
  `)
})

test('a slip of the author is named', () => {
  expect(() => expect(speech('Hello')).toBeAudible()).toThrow('did you forget `await`')
  expect(() => expect('hello').toBeSilent()).toThrow('received value must be a sound')
  expect(() => expect(hello).toSoundLike('hello' as never)).toThrow("it takes a sound to compare with, got 'hello'")
  expect(() => expect(hello).toSoundLike(other, { minSnr: 3 } as never)).toThrow(
    "there is no option 'minSnr'; it takes minCorrelation",
  )
  expect(() => expect(hello).toBeAudible({ minDbfs: '3' } as never)).toThrow("'minDbfs' is a number, got '3'")
})

test('options that are none are named', () => {
  const slip = 'the options are an object with'
  expect(() => expect(hello).toBeAudible(null as never)).toThrow(slip)
  expect(() => expect(hello).toBeSilent(null as never)).toThrow(slip)
  expect(() => expect(hello).toSoundLike(hello, null as never)).toThrow(slip)
})
