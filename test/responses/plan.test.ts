import { describe, expect, test } from 'vitest'
import { endStep, maxReplyDepth, planChunk, planReply, replyFailure } from '../../src/responses/plan.ts'
import { createTurn } from '../../src/responses/turn.ts'
import { request, userText } from './requests.ts'

const turn = createTurn(request([userText('hello')]), () => undefined, new AbortController().signal)
const end = { type: 'end', finish: 'completed' }
const plan = (value: unknown) => planReply('one', value, turn)

describe('steps of a reply', () => {
  const sound = { samples: new Int16Array(2), rateHz: 8000, text: 'Ding' }
  test.each<[string, unknown, unknown[]]>([
    ['a text', 'Hi', [{ type: 'say', text: 'Hi' }, end]],
    [
      'a text of the turn',
      { text: ({ text }: typeof turn) => `You said ${text}` },
      [{ type: 'say', text: 'You said hello' }, end],
    ],
    ['a function', ({ number }: typeof turn) => `Turn ${number}`, [{ type: 'say', text: 'Turn 1' }, end]],
    ['a delay first', { text: 'Hi', delayMs: 300 }, [{ type: 'pause', ms: 300 }, { type: 'say', text: 'Hi' }, end]],
    [
      'a finish',
      { text: 'Hi', finish: 'max_output_tokens' },
      [
        { type: 'say', text: 'Hi' },
        { type: 'end', finish: 'max_output_tokens' },
      ],
    ],
    ['no delay', { text: 'Hi', delayMs: 0 }, [{ type: 'say', text: 'Hi' }, end]],
    ['sound with words', { text: 'Ding dong', audio: 'a.wav' }, [{ type: 'say', text: 'Ding dong', audio: 'a.wav' }, end]],
    ['sound that knows its words', { audio: sound }, [{ type: 'say', text: 'Ding', audio: sound }, end]],
    ['a sound file alone', { audio: 'a.wav' }, [{ type: 'say', text: '', audio: 'a.wav' }, end]],
    ['a call', { call: { name: 'f', arguments: { a: 1 } } }, [{ type: 'call', name: 'f', arguments: '{"a":1}' }, end]],
    [
      'words, then calls',
      { text: 'Hi', call: [{ name: 'f' }, { name: 'g' }] },
      [
        { type: 'say', text: 'Hi', phase: 'commentary' },
        { type: 'call', name: 'f', arguments: '{}' },
        { type: 'call', name: 'g', arguments: '{}' },
        end,
      ],
    ],
    [
      'a preamble, in a message of its own',
      { preamble: ({ text }: typeof turn) => `On ${text}:`, text: 'Hi' },
      [{ type: 'say', text: 'On hello:', phase: 'commentary' }, { type: 'close' }, { type: 'say', text: 'Hi' }, end],
    ],
    [
      'several texts, a message each',
      { text: ['One', 'Two'] },
      [{ type: 'say', text: 'One' }, { type: 'close' }, { type: 'say', text: 'Two' }, end],
    ],
    ['several texts of the turn', { text: () => ['One'] }, [{ type: 'say', text: 'One' }, end]],
    [
      'a call of a server',
      { call: { name: 'f', server: 'weather' } },
      [{ type: 'call', name: 'f', arguments: '{}', server: 'weather' }, end],
    ],
    ['an end alone', { finish: 'content_filter' }, [{ type: 'end', finish: 'content_filter' }]],
  ])('%s', (_, reply, steps) => {
    expect(plan(reply)).toEqual({ type: 'steps', steps })
  })

  test('come with what follows the call, also when that is a function', () => {
    const then = () => 'Done.'
    expect(plan(() => ({ call: { name: 'f' }, then }))).toMatchObject({ type: 'steps', then })
  })
})

test('a promise is handed back, and planned when it is there', () => {
  const promise = Promise.resolve('late')
  const pending = plan(() => promise)
  expect(pending).toEqual({ type: 'pending', value: promise, depth: 2 })
  expect(planReply('one', 'late', turn, 2)).toEqual({ type: 'steps', steps: [{ type: 'say', text: 'late' }, endStep] })
})

test('a stream is handed back, and its chunks are texts', () => {
  async function* words() {
    yield 'Hi'
  }
  const stream = words()
  expect(plan(() => stream)).toEqual({ type: 'stream', chunks: stream })
})

describe('chunks of a stream', () => {
  const chunk = (value: unknown) => planChunk('one', value, turn)

  test.each<[string, unknown, unknown[]]>([
    ['a text', 'Hi', [{ type: 'say', text: 'Hi' }]],
    ['a config', { text: ({ text }: typeof turn) => `You said ${text}` }, [{ type: 'say', text: 'You said hello' }]],
    ['a call', { call: { name: 'f' } }, [{ type: 'call', name: 'f', arguments: '{}' }]],
    ['a message of its own', { text: ['Hi'] }, [{ type: 'close' }, { type: 'say', text: 'Hi' }]],
    ['an end of its own', { finish: 'content_filter' }, [{ type: 'end', finish: 'content_filter' }]],
  ])('%s goes on until the stream ends', (_, value, steps) => {
    expect(chunk(value)).toEqual({ type: 'steps', steps })
  })

  test('carry what follows their call', () => {
    expect(chunk({ call: { name: 'f' }, then: 'Done.' })).toMatchObject({ then: 'Done.' })
  })

  test('of another kind are refused', () => {
    expect(() => chunk(5)).toThrow("reply 'one' streamed 5: a stream yields texts and configs")
    expect(() => chunk({ txt: 'Hi' })).toThrow('`txt` is no option. Did you mean `text`?')
  })
})

test('functions of functions end', () => {
  const again = (): unknown => again
  expect(() => plan(again)).toThrow(`reply 'one' gave functions of functions, ${maxReplyDepth} deep`)
})

test("an author's error is named, with its cause", () => {
  const cause = new TypeError('no day in undefined')
  const throwing = () => {
    throw cause
  }
  expect(() => plan(throwing)).toThrow(
    expect.objectContaining({
      code: 'RTK_REPLY',
      cause,
      message: "[RTK_REPLY] the function of reply 'one' failed: TypeError: no day in undefined",
    }),
  )
  expect(() => plan({ text: throwing })).toThrow("the `text` of reply 'one' failed: TypeError")
  expect(() => plan({ text: async () => 'x' })).toThrow('gave a Promise, not a text; make the whole reply an async function')
  expect(() => plan(() => 5)).toThrow("what the function of reply 'one' returned: must be a text, a config or a function, got 5")
  expect(() => plan(() => ({ txt: 'x' }))).toThrow('Did you mean `text`?')
  const own = replyFailure('one', cause)
  expect(replyFailure('two', own)).toBe(own)
})
