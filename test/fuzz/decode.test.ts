// Damaged events, each place of each valid sample once per kind of damage: refused at that place in the house style, or taken.

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decode } from '../../src/protocol/decode.ts'
import { decodeTranslation } from '../../src/protocol/translation-decode.ts'
import { assertValidClientEvent, assertValidTranslationClientEvent } from '../support/server-event-schema.ts'
import { styleComplaint } from './house-style.ts'
import { dotted, type Mutation, mutationsOf } from './mutations.ts'
import { sampleClientEvents, sampleTranslationEvents } from './sample-client-events.ts'

const kinds = [
  { kind: 'conversation', samples: sampleClientEvents, read: decode, judge: assertValidClientEvent },
  { kind: 'translation', samples: sampleTranslationEvents, read: decodeTranslation, judge: assertValidTranslationClientEvent },
]
const cases = kinds.flatMap(({ samples, ...rest }) =>
  Object.entries(samples).map(([name, sample]) => ({ ...rest, name, sample })),
)

describe.for(cases)('$kind: $name', ({ sample, read, judge }) => {
  test('the sample is valid', () => {
    judge(sample)
    expect(read(JSON.stringify(sample))).toEqual({ event: sample })
  })

  test('each refusal is in the house style and about the damaged place', () => {
    const complaints = mutationsOf(sample).flatMap((mutation) => {
      const decoded = read(JSON.stringify(mutation.event))
      if ('event' in decoded) return []
      const wrong = styleComplaint(decoded.fault) ?? placeComplaint(mutation, decoded.fault.param)
      return wrong === undefined ? [] : [`${dotted(mutation.path)}: ${mutation.damage}: ${wrong}`]
    })
    expect(complaints).toEqual([])
  })

  test('what is taken has nothing lost and nothing added', () => {
    for (const { event } of mutationsOf(sample)) {
      const decoded = read(JSON.stringify(event))
      if ('event' in decoded) expect(decoded.event).toEqual(event)
    }
  })
})

test('most damage is refused: wrong types are never taken for granted', () => {
  const all = Object.values(sampleClientEvents).flatMap(mutationsOf)
  const refused = all.filter(({ event }) => 'fault' in decode(JSON.stringify(event)))
  expect(all.length).toBeGreaterThan(2500)
  expect(refused.length / all.length).toBeGreaterThan(0.8)
})

/** The param is the damaged place or something in it. A list without an element is the list's fault. */
function placeComplaint({ path, damage }: Mutation, param: string | null): string | undefined {
  const place = dotted(damage === 'nothing there' && typeof path.at(-1) === 'number' ? path.slice(0, -1) : path)
  if (param === place || param?.startsWith(`${place}.`) || param?.startsWith(`${place}[`)) return undefined
  return `param ${param}`
}

describe('texts that are no event', () => {
  const sample = JSON.stringify(sampleClientEvents['session.update'])

  test('every prefix of an event is invalid_json', () => {
    for (let length = 0; length < sample.length; length++) {
      expect(decode(sample.slice(0, length)), sample.slice(0, length)).toMatchObject({ fault: { code: 'invalid_json' } })
    }
  })

  test('random bytes, read as text, are answered once and never throw', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(decode(Buffer.from(bytes).toString('utf8'))).toMatchObject({ fault: { type: 'invalid_request_error' } })
      }),
      { numRuns: 2000, seed: 1 },
    )
  })

  test('random bytes in the middle of an event', () => {
    fc.assert(
      fc.property(fc.nat(sample.length), fc.string({ unit: 'binary', minLength: 1, maxLength: 4 }), (at, junk) => {
        const decoded = decode(sample.slice(0, at) + junk + sample.slice(at + junk.length))
        if ('fault' in decoded) expect(decoded.fault.message).not.toMatch(/undefined|\[object/)
      }),
      { numRuns: 2000, seed: 1 },
    )
  })

  test.for([
    [
      'nested deeper than anything',
      `{"type":"response.create","response":{"metadata":${'['.repeat(50_000)}${']'.repeat(50_000)}}}`,
      'invalid_json',
    ],
    ['nested deeper, as objects', `${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`, 'invalid_json'],
    [
      'a number beyond all',
      '{"type":"conversation.item.truncate","item_id":"i","content_index":0,"audio_end_ms":1e999}',
      'invalid_type',
    ],
    [
      'a number below all',
      '{"type":"conversation.item.truncate","item_id":"i","content_index":0,"audio_end_ms":-1e999}',
      'invalid_type',
    ],
    ['the same key twice: the last one counts', '{"type":"response.cancel","type":"nope"}', 'invalid_value'],
    ['__proto__ as a key', '{"type":"response.cancel","__proto__":{"response_id":"resp_1"}}', 'unknown_parameter'],
    ['constructor as a key', '{"type":"response.cancel","constructor":{"prototype":{}}}', 'unknown_parameter'],
    [
      '__proto__ inside',
      '{"type":"session.update","session":{"type":"realtime","__proto__":{"model":"x"}}}',
      'unknown_parameter',
    ],
    ['toString as a type', '{"type":"toString"}', 'invalid_value'],
  ] as const)('%s', ([, text, code]) => {
    expect(decode(text)).toMatchObject({ fault: { code } })
    expect(Object.prototype).not.toHaveProperty('response_id')
  })

  test('lone surrogates are text like any other', () => {
    const decoded = decode('{"type":"conversation.item.delete","item_id":"\\ud800","event_id":"\\udfff"}')
    expect(decoded).toEqual({ event: { type: 'conversation.item.delete', item_id: '\ud800', event_id: '\udfff' } })
  })
})
