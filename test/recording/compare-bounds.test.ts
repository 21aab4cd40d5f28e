// What a comparison tells stays short: of long recordings that have nothing to do with each other, of texts that come several times,
// of objects that differ in little.

import { expect, test } from 'vitest'
import { compareRecordings } from '../../src/recording/compare-recordings.ts'
import { differenceLines } from '../../src/recording/difference-text.ts'
import { recordingOf } from '../../src/recording/recording-of.ts'
import { Sampler } from './sample.ts'

const facts = { name: 'long', source: 'simulation' } as const

function recordingWith(count: number, event: (at: number) => { type: string } & Record<string, unknown>) {
  const sampler = new Sampler()
  for (let at = 0; at < count; at++) sampler.app(event(at))
  return recordingOf(sampler.entries, facts)
}

// Without a bound these take minutes.
test('events: all of the one are lost, all of the other are new', () => {
  const [one, other] = ['one', 'other'].map((name) => recordingWith(12_000, (at) => ({ type: `${name}.${at}` })))
  expect(compareRecordings(one!, other!)).toHaveLength(24_000)
})

test('events of two types the other way round, each with where the other is', () => {
  const one = recordingWith(3000, (at) => ({ type: at < 1500 ? 'a' : 'b' }))
  const other = recordingWith(3000, (at) => ({ type: at < 1500 ? 'b' : 'a' }))
  const differences = compareRecordings(one, other)
  expect(differences.length).toBeGreaterThan(0)
  for (const { hint } of differences) expect(hint).toMatch(/^(?:it came|recorded) as #\d+$/)
})

test('texts: both are shown, not word by word', () => {
  const [one, other] = ['one', 'other'].map((name) => {
    const instructions = Array.from({ length: 40_000 }, (_, at) => `${name}${(at * 7919) % 10_007}`).join(' ')
    return recordingWith(1, () => ({ type: 'session.update', session: { instructions } }))
  })
  const lines = differenceLines(compareRecordings(one!, other!))
  expect(lines.join('\n')).toContain('recorded  "one0 one7919')
  expect(lines.join('\n')).not.toContain('words ')
})

test('a text that changed is told once; one that only an event without a part in the conversation has is told too', () => {
  const all = { aspects: ['order', 'texts', 'calls', 'usage', 'fields'] } as const
  const told = (asked: string, echoed: string) =>
    recordingOf(
      new Sampler()
        .app({ type: 'session.update', session: { instructions: asked } })
        .service({ type: 'session.updated', session: { instructions: echoed } }).entries,
      facts,
    )
  const changes = (...both: Parameters<typeof compareRecordings>) =>
    compareRecordings(...both).map(({ aspect, what }) => [aspect, what])
  expect(changes(told('One.', 'One.'), told('Two.', 'Two.'), all)).toEqual([['texts', 'instructions']])
  expect(changes(told('One.', 'One.'), told('One.', 'Two.'), all)).toEqual([['fields', 'session.updated  session.instructions']])
})

test('of objects that differ the lines show in what', () => {
  const usage = (total_tokens: number) => {
    const details = {
      audio_tokens: 0,
      cached_tokens: 0,
      cached_tokens_details: { audio_tokens: 0, image_tokens: 0, text_tokens: 0 },
    }
    const response = { status: 'completed', usage: { input_token_details: details, output_token_details: details, total_tokens } }
    return recordingOf(new Sampler().service({ type: 'response.done', response }).entries, facts)
  }
  const differences = compareRecordings(usage(35), usage(36), { aspects: ['usage', 'fields'] })
  expect(differenceLines(differences)).toEqual([
    'Usage:',
    '  #0 / #0 response  <<<<<',
    '    recorded  {"usage":{"total_tokens":35}}',
    '    now       {"usage":{"total_tokens":36}}',
  ])
})
