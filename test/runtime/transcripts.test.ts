// What `transcribeOnce` takes and refuses, and what streaming models make of it.

import { describe, expect, test } from 'vitest'
import type { Transcript } from '../../src/api.ts'
import type { Connection } from '../../src/runtime/connection.ts'
import { Transcripts } from '../../src/runtime/transcripts.ts'
import type { Scope } from '../../src/runtime/view.ts'

const everywhere: Scope = { kind: 'realtime', title: 'realtime', includes: () => true }
const connection = {} as Connection

function scripted(as: unknown): Transcripts {
  const transcripts = new Transcripts()
  transcripts.push(as as Transcript, everywhere)
  return transcripts
}
const resultOf = (as: Transcript) => scripted(as).take(connection)

describe('becomes a result', () => {
  test.for([
    ['Hello', { type: 'completed', text: 'Hello' }],
    [
      { text: 'Hallo', languages: ['de'] },
      { type: 'completed', text: 'Hallo', languages: ['de'] },
    ],
    [{ deltas: ['Hel', 'lo'] }, { type: 'completed', text: 'Hello', deltas: ['Hel', 'lo'] }],
    [
      { fail: 'busy', message: 'Later.' },
      { type: 'failed', code: 'busy', message: 'Later.' },
    ],
    [{ fail: 'busy' }, { type: 'failed', code: 'busy', message: 'Input transcription failed for item: busy' }],
    [
      {
        segments: [
          { speaker: 'A', text: 'Hi.', start: 0, end: 0.5 },
          { speaker: 'B', text: 'Hello.' },
        ],
      },
      {
        type: 'completed',
        text: 'Hi. Hello.',
        segments: [
          { speaker: 'A', text: 'Hi.', startMs: 0, endMs: 500 },
          { speaker: 'B', text: 'Hello.' },
        ],
      },
    ],
  ] as const)('%j', ([as, result]) => {
    expect(resultOf(as as Transcript)).toEqual(result)
  })
})

test.for([
  [7, 'must be a text, { text }'],
  [{}, 'must be a text, { text }'],
  [{ fail: '' }, '`fail` must be an error code'],
  [{ fail: undefined }, 'must be a text, { text }'],
  [{ fail: 'busy', messages: 'x' }, 'Did you mean `message`?'],
  [{ deltas: 'Hello' }, '`deltas` must be an array of texts'],
  [{ text: 'Hi', languages: 'de' }, '`languages` must be an array of language codes'],
  [{ segments: [] }, '`segments` must be an array of { speaker, text }, one at least'],
  [{ segments: ['Hi'] }, '`segments[0]` must be { speaker, text }'],
  [{ segments: [{ speaker: 'A' }] }, '`segments[0]` must be { speaker, text }'],
  [{ segments: [{ speaker: 'A', text: 'Hi', stop: 1 }] }, '`stop` is no option of `segments[0]`'],
  [{ segments: [{ speaker: 'A', text: 'Hi', start: -1 }] }, '`segments[0].start` must be seconds'],
  [{ segments: [{ speaker: 'A', text: 'Hi', start: 2, end: 1 }] }, '`end` not before `start`'],
] as const)('%j is refused at the line of the author', ([as, message]) => {
  expect(() => scripted(as)).toThrow(message)
  expect(() => scripted(as)).toThrow(expect.objectContaining({ code: 'RTK_OPTION' }))
})

describe('while the speech goes on', () => {
  test('has as many words as were spoken', () => {
    const transcripts = scripted('One two  three')
    expect([0, 1, 2, 9].map((count) => transcripts.piecesFor(connection, count)?.join('|'))).toEqual([
      '',
      'One',
      'One| two',
      'One| two|  three',
    ])
    expect(transcripts.take(connection)).toMatchObject({ text: 'One two  three' })
  })

  test('has as many deltas, and nothing of a failure', () => {
    expect(scripted({ deltas: ['On', 'e two', ' three'] }).piecesFor(connection, 2)).toEqual(['On', 'e two'])
    expect(scripted({ fail: 'busy' }).piecesFor(connection, 2)).toEqual([])
    expect(new Transcripts().piecesFor(connection, 2)).toBeUndefined()
  })
})
