// What is said about a JSON config whose types are wrong, and that the shape agrees with the check of every door.

import { expect, test } from 'vitest'
import { readConfig } from '../../src/environment/config-file.ts'
import { checkConfigShape } from '../../src/environment/config-schema.ts'
import { checkOptions } from '../../src/runtime/options.ts'
import { temporaryFiles } from '../cli/support/serve-process.ts'
import { failureOf } from '../support/failure-of.ts'

function messageOf(config: unknown): string {
  try {
    checkConfigShape(config, '--config app.json')
  } catch (error) {
    return (error as Error).message
  }
  return ''
}

test.each<[unknown, string]>([
  [[], '[RTK_OPTION] --config app.json: must be an object of options, got an empty array'],
  [{ seed: '7' }, '[RTK_OPTION] --config app.json: `seed` must be a number, got "7"'],
  [{ timing: 'fast' }, "[RTK_OPTION] --config app.json: `timing` must be 'virtual', 'real' or { scale }, got \"fast\""],
  [{ timing: { scale: 'two' } }, '[RTK_OPTION] --config app.json: `timing.scale` must be a number, got "two"'],
  [
    { latency: { firstTextMs: '9' } },
    '[RTK_OPTION] --config app.json: `latency.firstTextMs` must be milliseconds, 0 or more, got "9"',
  ],
  [{ behavior: { phase: 1 } }, '[RTK_OPTION] --config app.json: `behavior.phase` must be true or false, got 1'],
  [{ keys: ['a', 2] }, '[RTK_OPTION] --config app.json: `keys[1]` must be a text, got 2'],
  [{ vad: 'loud' }, '[RTK_OPTION] --config app.json: `vad` must be an engine\'s name, got "loud"'],
  [
    { responses: { hi: 7 } },
    "[RTK_REPLY] --config app.json: reply 'hi': must be a text, or a config { text?, when?, call?, … }, got 7",
  ],
  [
    { responses: { hi: { text: 'a', times: 'two' } } },
    '[RTK_REPLY] --config app.json: reply \'hi\': `times` must be a whole number, 1 or more, got "two"',
  ],
  [
    { responses: { hi: { call: [{ name: 'a' }, { name: 4 }], then: 'x' } } },
    "[RTK_REPLY] --config app.json: reply 'hi': `call[1].name` must be a text, got 4",
  ],
  [
    { responses: { hi: { call: { name: 'a' }, then: { call: { name: 'b' }, then: { text: 5 } } } } },
    "[RTK_REPLY] --config app.json: reply 'hi': `then.then.text` must be a text, or several, got 5",
  ],
  [
    { responses: { hi: { text: 'a', when: { keywords: ['x', 1] } } } },
    "[RTK_REPLY] --config app.json: reply 'hi': `when.keywords[1]` must be a text, got 1",
  ],
  [
    { flows: { booking: { states: { ask: [{ says: 'hi', reply: 'a' }, { says: 5 }] } } } },
    "[RTK_REPLY] --config app.json: flow 'booking': `states.ask[1].says` must be a phrase, several, or a pattern '/…/i', got 5",
  ],
  [
    { mcp: { shop: { tools: { find: 'x' } } } },
    '[RTK_OPTION] --config app.json: `mcp.shop.tools.find` must be an object, got "x"',
  ],
])('%j is refused: %s', (config, message) => {
  expect(messageOf(config)).toBe(message)
})

const valid = {
  responses: { hi: 'Hi.', bye: { text: ['A.', 'B.'], when: { keywords: ['bye'], minTurn: 1 }, times: 2, delayMs: 5 } },
  flows: { booking: { states: { ask: [{ says: ['a', 'b'], reply: 'For how many?', to: 'end' }] }, unfinished: 'allow' } },
  onUnmatched: 'fallback',
  fallback: { call: { name: 'ask', arguments: { a: 1 }, server: 's' }, then: { text: 'x' } },
  onWireError: 'ignore',
  allowErrors: ['x'],
  vad: 'silero-v6',
  transcription: false,
  epoch: 0,
  voice: 'rms',
  latency: { firstTextMs: 1, audioSpeed: 3 },
  streaming: { chunk: 'word', delayMs: [1, 2], jitterMs: 1, burst: 2, stall: { after: 1, ms: 2, repeat: true } },
  timing: { scale: 3 },
  appTime: 'real',
  profile: 'azure',
  keys: ['k'],
  seed: 2,
  intercept: ['wss://x/*'],
  limits: { sessionMinutes: 1, tokensPerMinute: 2, contextTokens: 3, messageBytes: 4 },
  behavior: { sessionKindCode: null, minSpeechMs: 100, unknownCall: 'close' },
  mcp: { shop: { tools: { find: { description: 'd', input_schema: {}, annotations: {} } }, unreachable: false } },
  webhookSecret: 'whsec_x',
  deflate: true,
  session: { instructions: 'Be brief.' },
  intents: { booking: ['table'] },
  matching: 'words',
}

test('what every door takes has this shape, and the other way round', () => {
  expect(messageOf(valid)).toBe('')
  expect(() => checkOptions(valid, 'test')).not.toThrow()
})

const wrong = [5, '!', [], { x: 1 }, null]
test.each(Object.keys(valid))(
  '%s: what is no value for any door is refused, by shape or by meaning; what has the shape is not taken wrongly',
  (key) => {
    for (const value of wrong) {
      const config = { [key]: value }
      const isRefused = (() => {
        try {
          checkOptions(config, 'test')
          return false
        } catch {
          return true
        }
      })()
      // The shape never refuses what TypeScript callers may give.
      if (!isRefused) expect(messageOf(config), JSON.stringify(config)).toBe('')
    }
  },
)

test('unknown names are told with what was meant, after the types', async () => {
  using files = temporaryFiles({ 'app.json': '{ "responses": { "hi": { "text": "x", "wen": "y" } } }' })
  expect(await failureOf(() => readConfig(files.path('app.json'), 'CONFIG=app.json'))).toContain(
    "CONFIG=app.json: reply 'hi': `wen` is no option. Did you mean `when`?",
  )
})

test('names that only the whole of the options knows are told with the file', async () => {
  const reply = { when: { intents: ['gratitud'] }, text: 'x' }
  using files = temporaryFiles({
    'intent.json': JSON.stringify({ responses: { thanks: reply } }),
    'module.mjs': `export default { responses: { thanks: ${JSON.stringify(reply)} } }`,
    'plugin.json': JSON.stringify({ responses: { quote: { generate: 'shop:quote' } } }),
    'known.json': JSON.stringify({ intents: { gratitud: ['ta'] }, responses: { thanks: reply } }),
  })
  for (const name of ['intent.json', 'module.mjs'])
    expect(await failureOf(() => readConfig(files.path(name), name))).toContain(
      `[RTK_REPLY] ${name}: reply 'thanks': no intent is named 'gratitud'. Did you mean 'gratitude'?`,
    )
  expect(await failureOf(() => readConfig(files.path('plugin.json'), 'plugin.json'))).toContain(
    "[RTK_REPLY] plugin.json: reply 'quote': no generator is named 'shop:quote'.",
  )
  expect(await readConfig(files.path('known.json'), 'known.json')).toMatchObject({ responses: { thanks: reply } })
})

test('a flow of a file has patterns, slots and templates', async () => {
  const states = {
    ask: [{ says: '/table/i', reply: 'For how many?', to: 'seats' }],
    seats: [{ says: '/(?<seats>\\d+)/', reply: { text: 'For {{captured.seats}}.' }, to: 'menu' }],
    menu: [{ keys: '/^[12]$/', reply: 'Menu {{user.keys}} for {{captured.seats}}.', to: 'end' }],
  }
  using files = temporaryFiles({
    'flow.json': JSON.stringify({ flows: { booking: { states } } }),
    'slot.json': JSON.stringify({
      flows: { booking: { states: { ask: [{ says: 'hi', reply: '{{captured.name}}', to: 'end' }] } } },
    }),
    'graph.json': JSON.stringify({ flows: { booking: { states: { ask: [{ says: 'hi', reply: 'x', to: 'nowhere' }] } } } }),
  })
  const { flows } = await readConfig(files.path('flow.json'), 'flow.json')
  const read = flows?.booking?.states
  expect(read?.ask?.[0]?.says).toEqual(/table/i)
  expect(read?.menu?.[0]?.keys).toEqual(/^[12]$/)
  expect(
    (read!.seats![0]!.reply as { text: (turn: object) => string }).text({ captured: { seats: '4' }, items: [], calls: [] }),
  ).toBe('For 4.')
  expect(await failureOf(() => readConfig(files.path('slot.json'), 'slot.json'))).toContain(
    "slot.json: reply 'booking.ask[0]': no such placeholder {{captured.name}}.",
  )
  expect(await failureOf(() => readConfig(files.path('graph.json'), 'graph.json'))).toContain(
    "graph.json: flow 'booking': step 1 of 'ask' leads to 'nowhere', which is no state.",
  )
})
