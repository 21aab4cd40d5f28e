import { Ajv } from 'ajv'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { numbersIn, textsIn } from '../../src/responses/mentions.ts'
import { argumentsFor } from '../../src/responses/schema-example.ts'

// The same cases in every run; remove it to look for new ones.
fc.configureGlobal({ seed: 20_261_122 })

const object = (properties: object, required: string[] = Object.keys(properties)) => ({ type: 'object', properties, required })

describe('what somebody mentions', () => {
  test.each<[string, string[]]>([
    ['What is the weather in New York on Friday?', ['New York', 'Friday']],
    ['Where is my order A17?', ['A17']],
    ['Book "The Blue Room" for Anna', ['The Blue Room', 'Anna']],
    ['weather in paris', ['paris']],
    ["I'm looking for it", []],
    ['Wie ist das Wetter in Köln?', ['Wetter', 'Köln']],
    ['A table for two', []],
    ['Rome, please', ['Rome']],
    ['Yes, New York', ['New York']],
    ['New York', ['New York']],
    ['Book a table', []],
    ['', []],
  ])('texts in %j', (text, texts) => {
    expect(textsIn(text)).toEqual(texts)
  })

  test.each<[string, number[]]>([
    ['A table for two at 7.5', [2, 7.5]],
    ['1,200 dollars', [1200]],
    ['order A17', []],
    ['minus -3', [-3]],
    ['none', []],
    ['2026-03-01', []],
    ['at 5 or 6.', [5, 6]],
  ])('numbers in %j', (text, numbers) => {
    expect(numbersIn(text)).toEqual(numbers)
  })
})

describe('arguments', () => {
  test.each<[string, unknown, string, unknown]>([
    ['a place', object({ city: { type: 'string' } }), 'Weather in Paris?', { city: 'Paris' }],
    [
      'several texts in order',
      object({ city: { type: 'string' }, day: { type: 'string' } }),
      'Weather in Paris on Friday',
      { city: 'Paris', day: 'Friday' },
    ],
    ['a number word', object({ seats: { type: 'integer' } }), 'A table for two', { seats: 2 }],
    ['numbers in order', object({ from: { type: 'number' }, to: { type: 'number' } }), 'from 3 to 7.5', { from: 3, to: 7.5 }],
    [
      'a number within its bounds',
      object({ seats: { type: 'integer', minimum: 1, maximum: 9 } }),
      '20 people, 4 seats',
      { seats: 4 },
    ],
    ['an enum value', object({ unit: { enum: ['celsius', 'fahrenheit'] } }), 'in Fahrenheit', { unit: 'fahrenheit' }],
    [
      'an enum value of several words',
      object({ speed: { enum: ['standard', 'next_day'] } }),
      'next day please',
      { speed: 'next_day' },
    ],
    [
      'the first enum value when none was said',
      object({ unit: { enum: ['celsius', 'fahrenheit'] } }),
      'weather',
      { unit: 'celsius' },
    ],
    ['a constant', object({ kind: { const: 'x' } }), '', { kind: 'x' }],
    [
      'an identifier',
      object({ name: { type: 'string' }, orderId: { type: 'string' } }),
      'Anna asks about order A17 for Anna',
      { name: 'Anna', orderId: 'A17' },
    ],
    ['an address', object({ to: { type: 'string', format: 'email' } }), 'Write to anna@example.org.', { to: 'anna@example.org' }],
    ['a date as it stands', object({ day: { type: 'string', format: 'date' } }), 'on 2026-03-01', { day: '2026-03-01' }],
    ['a default', object({ day: { type: 'string', default: 'today' } }), 'hm', { day: 'today' }],
    ['an example', object({ day: { type: 'string', examples: ['Monday'] } }), 'hm', { day: 'Monday' }],
    ['a pattern', object({ zip: { type: 'string', pattern: '^[0-9]{5}$' } }), 'in Paris', { zip: '12345' }],
    [
      'optional ones only when mentioned',
      object({ city: { type: 'string' }, unit: { enum: ['c', 'f'] }, days: { type: 'integer' } }, ['city']),
      'weather in Rome',
      { city: 'Rome' },
    ],
    [
      'optional ones that were mentioned',
      object({ city: { type: 'string' }, days: { type: 'integer' } }, ['city']),
      'in Rome for three days',
      { city: 'Rome', days: 3 },
    ],
    [
      'required ones have the better claim',
      object({ note: { type: 'string' }, city: { type: 'string' } }, ['city']),
      'in Rome',
      { city: 'Rome' },
    ],
    ['nested objects', object({ where: object({ city: { type: 'string' } }) }), 'in Rome', { where: { city: 'Rome' } }],
    [
      'several of an enum',
      object({ extras: { type: 'array', items: { enum: ['cheese', 'ham', 'egg'] } } }),
      'egg and cheese',
      { extras: ['cheese', 'egg'] },
    ],
    ['an empty array', object({ extras: { type: 'array', items: { type: 'string' } } }), 'hm', { extras: [] }],
    ['a choice with null', object({ city: { anyOf: [{ type: 'null' }, { type: 'string' }] } }), 'in Rome', { city: 'Rome' }],
    ['a type with null', object({ city: { type: ['null', 'string'] } }), 'in Rome', { city: 'Rome' }],
    [
      'a reference',
      { ...object({ city: { $ref: '#/$defs/place' } }), $defs: { place: { type: 'string' } } },
      'in Rome',
      { city: 'Rome' },
    ],
    ['a true', object({ urgent: { type: 'boolean' } }), 'hm', { urgent: true }],
    ['no schema', undefined, 'hm', {}],
  ])('%s', (_, schema, said, expected) => {
    expect(argumentsFor(schema, said)).toEqual(expected)
  })

  test('end where a schema refers to itself', () => {
    const node = { type: 'object', properties: { next: { $ref: '#/$defs/node' } }, required: ['next'] }
    expect(JSON.stringify(argumentsFor({ ...object({ node: { $ref: '#/$defs/node' } }), $defs: { node } }, ''))).toContain(
      '"next":null',
    )
    expect(argumentsFor(object({ city: { $ref: '#/properties/city' } }), '')).toEqual({ city: 'example' })
  })

  const words = fc.constantFrom('Paris', 'two', '42', 'A17', 'celsius', 'on', 'in', 'for', 'x@y.org', '1500')
  const said = fc.array(words, { maxLength: 6 }).map((list) => list.join(' '))
  const leaf = fc.oneof(
    fc.constant({ type: 'string' }),
    fc.constant({ type: 'string', enum: ['celsius', 'fahrenheit'] }),
    fc.tuple(fc.nat(8), fc.nat(20)).map(([least, more]) => ({ type: 'string', minLength: least, maxLength: least + more })),
    fc.constant({ type: 'boolean' }),
    fc
      .tuple(fc.integer({ min: -50, max: 50 }), fc.nat(40))
      .map(([minimum, span]) => ({ type: 'integer', minimum, maximum: minimum + span })),
    fc
      .tuple(fc.integer({ min: -50, max: 50 }), fc.nat(40))
      .map(([low, span]) => ({ type: 'number', exclusiveMinimum: low, exclusiveMaximum: low + span + 1 })),
    fc.integer({ min: 1, max: 30 }).map((multipleOf) => ({ type: 'integer', multipleOf, minimum: 1 })),
    fc.constant({ anyOf: [{ type: 'null' }, { type: 'integer' }] }),
    fc.constant({ allOf: [{ type: 'integer' }, { minimum: 3 }] }),
  )
  const { schema } = fc.letrec((tie) => ({
    schema: fc.oneof({ depthSize: 'small' }, leaf, tie('array'), tie('object')),
    array: fc.tuple(tie('schema'), fc.nat(3)).map(([items, minItems]) => ({ type: 'array', items, minItems })),
    object: fc
      .dictionary(fc.constantFrom('city', 'unit', 'order_id', 'count', 'note'), tie('schema'), { maxKeys: 4 })
      .chain((properties) => fc.subarray(Object.keys(properties)).map((required) => ({ type: 'object', properties, required }))),
  }))

  test('fit their schema, whatever was said', () => {
    const ajv = new Ajv({ strict: false })
    fc.assert(
      fc.property(schema, said, (one, text) => {
        const parameters = object({ value: one })
        const made = argumentsFor(parameters, text)
        const check = ajv.compile(parameters)
        if (!check(made)) throw new Error(`${JSON.stringify(made)}: ${ajv.errorsText(check.errors)}`)
        expect(argumentsFor(parameters, text)).toEqual(made)
      }),
      { seed: 1, numRuns: 300 },
    )
  })
})
