// The detector alone: frames of 32 ms at 24 kHz in, decisions out. Positions are samples; 768 of them make a frame.

import { describe, expect, test } from 'vitest'
import {
  createDetector,
  type DetectionSettings,
  forgetSpeech,
  hearFrame,
  type TurnDecision,
  type TurnDetector,
} from '../../src/session/turn-detection.ts'

const settings: DetectionSettings = { threshold: 0.5, prefixPaddingMs: 300, silenceMs: 200 }
const msOf = (sample: number): number => sample / 24

/** Decisions in ms, with the index of the frame that made them. */
function decide(
  probabilities: readonly number[],
  detector = createDetector(settings, 24_000, 0),
): { decisions: (string | number)[][]; detector: TurnDetector } {
  const decisions: (string | number)[][] = []
  let current = detector
  for (const [index, probability] of probabilities.entries()) {
    const heard = hearFrame(current, { endSample: (index + 1) * 768, probability })
    current = heard.detector
    if (heard.decision) decisions.push([heard.decision.type, positionMs(heard.decision), index])
  }
  return { decisions, detector: current }
}

function positionMs(decision: TurnDecision): number {
  return msOf(decision.type === 'started' ? decision.startSample : decision.endSample)
}

function times(count: number, probability: number): number[] {
  return new Array<number>(count).fill(probability)
}

describe('speech begins', () => {
  test('with the second frame in a row; its start is the onset less the padding, on the grid', () => {
    expect(decide([...times(20, 0), 0.9, 0.9]).decisions).toEqual([['started', 20 * 32 - 300, 21]])
  })

  test('with frames that just reach the threshold', () => {
    expect(decide([...times(20, 0), 0.5, 0.5]).decisions).toHaveLength(1)
  })

  test('never before the session', () => {
    expect(decide([0, 0, 0.9, 0.9]).decisions).toEqual([['started', 0, 3]])
  })

  test('not with one frame, nor below the threshold', () => {
    expect(decide([0, 0.9, 0, 0.9, 0, ...times(10, 0.45)]).decisions).toEqual([])
  })

  test('a dip that stays near the threshold does not start the onset again', () => {
    expect(decide([...times(15, 0), 0.9, 0.4]).decisions).toEqual([['started', 15 * 32 - 300, 16]])
  })
})

describe('speech began', () => {
  const start = (...probabilities: number[]): unknown => decide([...times(20, 0), ...probabilities]).decisions[0]?.[1]

  test('where the probability began to rise: with the first frame in a row of a quarter of the threshold', () => {
    expect(start(0.13, 0.3, 0.9, 0.9)).toBe(20 * 32 - 300)
    expect(start(0.12, 0.3, 0.9, 0.9)).toBe(21 * 32 - 300)
    expect(start(0.3, 0, 0.9, 0.9)).toBe(22 * 32 - 300)
  })

  test('the threshold of the app counts for the rise too', () => {
    const low = createDetector({ ...settings, threshold: 0.9 }, 24_000, 0)
    expect(decide([...times(20, 0), 0.2, 0.95, 0.95], low).decisions).toEqual([['started', 21 * 32 - 300, 22]])
    expect(decide([...times(20, 0), 0.3, 0.85, 0.85], low).decisions).toEqual([])
  })

  test('at most 96 ms before anybody was sure of it', () => {
    expect(start(...times(20, 0.3), 0.9, 0.9)).toBe(40 * 32 - 96 - 300)
  })

  test('not in audio that was committed or cleared', () => {
    const { detector } = decide(times(12, 0.3))
    const forgotten = forgetSpeech(detector, 12 * 768)
    const { decisions } = decide([...times(13, 0.3), 0.9, 0.9], { ...forgotten, heardSample: 0 })
    expect(decisions).toEqual([['started', 12 * 32 - 300, 14]])
  })
})

test('sounds shorter than the least speech begin none', () => {
  const patient = createDetector({ ...settings, minSpeechMs: 150 }, 24_000, 0)
  expect(decide([...times(20, 0), ...times(4, 0.9), 0, 0], patient).decisions).toEqual([])
  expect(decide([...times(20, 0), ...times(5, 0.9)], patient).decisions).toEqual([['started', 20 * 32 - 300, 24]])
})

describe('speech ends', () => {
  test('when silence has lasted, at the end of that silence', () => {
    const frames = [...times(15, 0), ...times(10, 0.9), ...times(10, 0)]
    expect(decide(frames).decisions).toEqual([
      ['started', 180, 16],
      ['stopped', 32 * (25 + 7), 31],
    ])
  })

  test('not for pauses shorter than the silence', () => {
    const frames = [...times(15, 0), ...times(5, 0.9), ...times(6, 0), ...times(5, 0.9), ...times(6, 0), 0.9]
    expect(decide(frames).decisions).toHaveLength(1)
  })

  test('frames between release and threshold neither end nor renew it', () => {
    const held = [0.9, 0.9, 0, ...times(20, 0.4)]
    expect(decide(held).decisions).toHaveLength(1)
    expect(decide([...held, 0]).decisions).toHaveLength(2)
  })

  test('speech that was forgotten does not end; frames before that position are no news', () => {
    const { detector } = decide(times(5, 0.9))
    const forgotten = forgetSpeech(detector, 10 * 768)
    const { decisions } = decide([...times(10, 0.9), ...times(4, 0), 0.9, 0.9], { ...forgotten, heardSample: 0 })
    expect(decisions).toEqual([['started', 14 * 32 - 300, 15]])
  })
})

describe('speech that is judged', () => {
  const judged: DetectionSettings = { ...settings, silenceMs: 1200, judged: { finishedMs: 600, unfinishedMs: 4000 } }
  /** Ms of silence after which the speech ends, the judgement of each silent frame in turn; the last one goes on. */
  const endsAfter = (...judgements: (boolean | undefined)[]): number => {
    let detector = createDetector(judged, 24_000, 0)
    for (let frame = 1; frame < 400; frame++) {
      const isSpeech = frame <= 10
      const isFinished = judgements[Math.min(frame - 11, judgements.length - 1)]
      const heard = hearFrame(detector, {
        endSample: frame * 768,
        probability: isSpeech ? 0.9 : 0,
        ...(isSpeech || isFinished === undefined ? {} : { isFinished }),
      })
      detector = heard.detector
      if (heard.decision?.type === 'stopped') return (frame - 10) * 32
    }
    return 0
  }

  test('ends soon after a whole sentence, late after one that trails off, in between where nobody knows', () => {
    expect([endsAfter(true), endsAfter(undefined), endsAfter(false)]).toEqual([608, 1216, 4000])
  })

  test('ends at once when the silence is long and the sentence turns out to be whole', () => {
    expect(endsAfter(...new Array<boolean>(40).fill(false), true)).toBe(41 * 32)
  })

  test('server_vad does not look at it', () => {
    const { detector } = decide(times(5, 0.9))
    let current = detector
    for (let frame = 6; frame <= 11; frame++) {
      current = hearFrame(current, { endSample: frame * 768, probability: 0, isFinished: false }).detector
    }
    expect(hearFrame(current, { endSample: 12 * 768, probability: 0, isFinished: false }).decision?.type).toBe('stopped')
  })
})

test('positions count from where the stream began', () => {
  const { decisions } = decide([0.9, 0.9], createDetector({ ...settings, prefixPaddingMs: 32 }, 24_000, 24_000))
  expect(decisions).toEqual([['started', 968, 1]])
})
