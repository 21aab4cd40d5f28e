import { expect, test } from 'vitest'
import * as matchers from '../../matchers/index.ts'
import { registerMatchers } from '../../matchers/register.ts'

test('exports matchers only: each name becomes one', () => {
  expect(Object.keys(matchers).sort()).toMatchInlineSnapshot(`
    [
      "toBeAudible",
      "toBeSilent",
      "toEmit",
      "toEmitSequence",
      "toHaveBeenInterrupted",
      "toHaveCalledFunction",
      "toHaveClearedWithin",
      "toHaveConversation",
      "toHaveDetectedSpeech",
      "toHaveEmitted",
      "toHaveEmittedSequence",
      "toHaveHeard",
      "toHaveHungUp",
      "toHaveNoErrors",
      "toHaveNoFindings",
      "toHaveReceived",
      "toHaveRespondedWithin",
      "toHaveReturnedFromFunction",
      "toHaveSaid",
      "toHaveTranscribed",
      "toHaveTruncatedWhereHeard",
      "toMatchRecording",
      "toReceive",
      "toSay",
      "toSelectResponse",
      "toSoundLike",
    ]
  `)
})

test('registers all of them, also through the module itself', () => {
  const registered: string[] = []
  registerMatchers({ extend: (added) => void registered.push(...Object.keys(added)) })
  expect(registered.sort()).toEqual(Object.keys(matchers).sort())
  expect.extend(matchers)
})
