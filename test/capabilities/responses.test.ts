// Rows of the capability table about which reply is chosen, and why: one test each.

import { describe, vi } from 'vitest'
import { createLocalRealtime, expect, type LocalRealtime, LocalRealtimeClient, test } from 'vitest-realtime'
import { connectTextApp } from '../support/text-app.ts'

type Criteria = Record<string, unknown>
type Request = { modalities?: ('text' | 'audio')[]; tools?: object[]; toolChoice?: string }

/** The choice of the old system among these responses, after these inputs. */
function legacy(
  responses: Record<string, Criteria | undefined> | 'examples',
  inputs: readonly string[],
  request: Request = { modalities: ['text'] },
) {
  const client = new LocalRealtimeClient({ legacy: true, setupSmartResponses: responses === 'examples' })
  if (responses !== 'examples') {
    for (const [key, selectionCriteria] of Object.entries(responses)) {
      client.addResponseConfig(key, { text: 'qqq', ...(selectionCriteria && { selectionCriteria }) })
    }
  }
  for (const input of inputs) client.updateConversationContext(input)
  return client.selectResponse(request)
}

/** Names of the replies that answer these texts, in a service of today. */
async function chosen(realtime: LocalRealtime, ...texts: string[]): Promise<string[]> {
  const app = await connectTextApp()
  for (const text of texts) await app.ask(text)
  return realtime.responses.map(({ name }) => name)
}

test('row 26: keyword selection', async ({ realtime }) => {
  const keywords = { greeting: { requiredKeywords: ['HI', 'hello'], priority: 5 } }
  expect(legacy(keywords, ['Oh, hello'])).toMatchObject({ name: 'greeting', scores: { greeting: 15 } })
  expect(legacy(keywords, ['this thing']).name).toBe('greeting')
  expect(legacy(keywords, ['good day']).name).toBe('default')
  realtime.respond('greeting', { when: { keywords: ['HI', 'hello'] }, text: 'Hello!' })
  realtime.respond('other', 'Hm.')
  expect(await chosen(realtime, 'hi there', 'Oh, HELLO!', 'this thing')).toEqual(['greeting', 'greeting', 'other'])
})

test('row 27: excluded keywords', async ({ realtime }) => {
  const excluded = { open: { excludedKeywords: ['closed'], priority: 50 }, other: { priority: 1 } }
  expect(legacy(excluded, ['are you open'])).toMatchObject({ name: 'open' })
  expect(legacy(excluded, ['are you CLOSED'])).toMatchObject({
    name: 'other',
    rejected: { open: expect.stringContaining('closed') },
  })
  realtime.respond('open', { when: { excludedKeywords: ['closed'] }, text: 'Yes.', priority: 50 })
  realtime.respond('other', 'Hm.')
  expect(await chosen(realtime, 'Open?', 'Closed?', 'The foreclosed house')).toEqual(['open', 'other', 'open'])
})

describe('row 28', () => {
  test.override('realtimeOptions', { intents: { booking: ['a table', 'réserver'], farewell: ['adieu'] } })

  test('row 28: intents', async ({ realtime }) => {
    const order = ['greeting', 'farewell', 'help_request', 'question', 'complaint', 'gratitude', 'confirmation', 'denial']
    const client = new LocalRealtimeClient({ legacy: true })
    client.updateConversationContext('no, right, thanks: broken, what? help, bye, hi')
    expect(client.getConversationContext()?.detectedIntents).toEqual(order)
    for (const name of [...order, 'booking']) realtime.respond(name, { when: { intents: [name] }, text: 'Yes.' })
    realtime.respond('none', 'Hm.')
    expect(await chosen(realtime, 'this thing', 'I notice nothing', 'Adieu!', 'Je veux réserver', 'Yes')).toEqual([
      'none',
      'none',
      'farewell',
      'booking',
      'confirmation',
    ])
    expect(() => realtime.respond('x', { when: { intents: ['bookings'] }, text: 'y' })).toThrow("Did you mean 'booking'?")
  })
})

test('row 29: turn counts', async ({ realtime }) => {
  const turns = { late: { minTurnCount: 2, priority: 9 }, early: { maxTurnCount: 1, priority: 5 }, other: { priority: 1 } }
  expect(legacy(turns, ['a']).name).toBe('early')
  expect(legacy(turns, ['a', 'b'])).toMatchObject({ name: 'late', rejected: { early: expect.any(String) } })
  realtime.respond('late', { when: { minTurn: 2 }, text: 'Again?', priority: 9 })
  realtime.respond('early', { when: { maxTurn: 1 }, text: 'First.', priority: 5 })
  expect(await chosen(realtime, 'a', 'b')).toEqual(['early', 'late'])
  expect(() => realtime.respond('never', { when: { minTurn: 3, maxTurn: 2 }, text: 'x' })).toThrow('No turn would ever match.')
})

test('row 30: modalities', async ({ realtime }) => {
  const both = { both: { requiredModalities: ['text', 'audio'], priority: 1 } }
  expect(legacy(both, ['a'], { modalities: ['text', 'audio'] }).scores).toEqual({ both: 6 })
  expect(legacy(both, ['a'], { modalities: ['text'] })).toMatchObject({ name: 'default', scores: {} })
  realtime.respond('aloud', { when: { modalities: ['audio'] }, text: 'Aloud.' })
  realtime.respond('written', { when: { modalities: ['text'] }, text: 'Written.' })
  expect(await chosen(realtime, 'a')).toEqual(['written'])
})

test('row 31: function-call criterion', async ({ realtime }) => {
  const either = { yes: { requiresFunctionCall: true, priority: 1 }, no: { requiresFunctionCall: false, priority: 1 } }
  const tools = [{ type: 'function', name: 'f' }]
  expect(legacy(either, ['a'], { tools })).toMatchObject({ name: 'yes', scores: { yes: 9 } })
  expect(legacy(either, ['a'])).toMatchObject({ name: 'no', scores: { no: 9 } })
  expect(legacy(either, ['a'], { tools, toolChoice: 'none' }).name).toBe('no')
  realtime.respond('yes', { when: { requiresFunctionCall: true }, text: 'Yes.' })
  realtime.respond('no', { when: { requiresFunctionCall: false }, text: 'No.' })
  const app = await connectTextApp()
  await app.ask('a')
  app.socket.send({
    type: 'session.update',
    session: { type: 'realtime', tools: [{ type: 'function', name: 'f', parameters: {} }] },
  })
  await app.ask('b')
  expect(realtime.responses.map(({ name }) => name)).toEqual(['no', 'yes'])
})

test('row 32: context patterns', async ({ realtime }) => {
  const patterns = { order: { contextPatterns: ['order \\d+', '('], priority: 10 } }
  expect(legacy(patterns, ['ORDER 12']).scores).toEqual({ order: 22 })
  expect(legacy(patterns, ['nothing']).scores).toEqual({ order: 10 })
  realtime.respond('bonus', { when: { patterns: [/order \d+/i] }, text: 'Bonus.', priority: 1 })
  realtime.respond('required', { when: { patterns: ['refund'], requirePattern: true }, text: 'Refund.', priority: 2 })
  expect(await chosen(realtime, 'Order 12', 'A Refund', 'zzz')).toEqual(['bonus', 'required', 'bonus'])
})

test('row 33: priority and tie-break', async ({ realtime }) => {
  expect(legacy({ low: { priority: 10 }, high: { priority: 20 } }, ['a']).name).toBe('high')
  expect(legacy({ first: { priority: 10 }, second: { priority: 10 } }, ['a']).name).toBe('first')
  realtime.respond('first', { when: 'a', text: '1' })
  realtime.respond('second', { when: /a/, text: '2', priority: -2 })
  expect(await chosen(realtime, 'a')).toEqual(['first'])
  expect(realtime.responses[0]?.why).toMatchObject({ tie: "level with 'second', but added first" })
})

test('row 34: text bonus', async ({ realtime }) => {
  const client = new LocalRealtimeClient({ legacy: true })
  client.addResponseConfig('echo', { text: 'Hello world response', selectionCriteria: { priority: 10 } })
  client.updateConversationContext('Hello world')
  expect(client.selectResponse({ modalities: ['text'] }).scores).toEqual({ echo: 13 })
  realtime.respond('first', 'Something else.')
  realtime.respond('echo', 'Hello world response')
  // Off where matching is not 'legacy': a reply is not chosen for what it says.
  expect(await chosen(realtime, 'Hello world')).toEqual(['first'])
})

test('row 35: fallback and default', async () => {
  expect(legacy({ plain: undefined }, ['zzz']).name).toBe('default')
  vi.stubEnv('OPENAI_API_KEY', 'sk-any')
  await using realtime = createLocalRealtime({ onUnmatched: 'fallback' })
  expect(await realtime.run(() => chosen(realtime, 'Hello', 'zzz', 'grmpf'))).toEqual(['greeting', 'fallback', 'fallback'])
  await using own = createLocalRealtime({
    onUnmatched: 'fallback',
    fallback: 'Pardon?',
    responses: { plain: { text: 'Mine.', times: 1 } },
  })
  expect(await own.run(() => chosen(own, 'zzz', 'zzz'))).toEqual(['plain', 'fallback'])
})

test('row 36: selection explanation', async ({ realtime }) => {
  realtime.respond('order', { when: 'my orders', text: 'Which?' })
  realtime.respond('where', { when: { keywords: ['where'] }, text: 'Here.' })
  realtime.respond('spot', { when: 'order', text: 'There.', priority: -3 })
  await chosen(realtime, 'Where is my order?')
  expect(realtime.responses[0]?.why).toMatchObject({
    chosen: 'where',
    candidates: [
      { name: 'order', rejected: 'says: "my orders" is not in "Where is my order?"' },
      { name: 'where', score: 10 },
      { name: 'spot', score: 7 },
    ],
  })
  expect(() => expect(realtime.responses[0]).toSelectResponse('spot')).toThrow(
    "'spot' lacks 3: give it a `priority` above 3, or narrow the `when` of 'where'.",
  )
  expect(() => expect(realtime.responses[0]).toSelectResponse('wher')).toThrow("No reply is named 'wher'. Did you mean 'where'?")
})

test('row 37: conversation context', async ({ realtime }) => {
  const client = new LocalRealtimeClient({ legacy: true })
  client.updateConversationContext('Hello, what else?')
  expect(client.getConversationContext()?.conversationHistory).toMatchObject([
    {
      type: 'user_input',
      text: 'Hello, what else?',
      intents: ['greeting', 'question'],
      timestamp: expect.stringMatching(/^\d{4}-/),
    },
  ])
  realtime.respond('again', ({ conversation, number }) => `${number}: ${conversation.map(({ text }) => text).join(' | ')}`)
  const app = await connectTextApp()
  await app.ask('One')
  expect(await app.ask('Two')).toBe('2: One | 1: One | Two')
})

test('row 38: smart examples', async () => {
  const client = new LocalRealtimeClient({ legacy: true, setupSmartResponses: true })
  const keys = 'greeting help_request complaint question gratitude farewell function_call audio_only technical_support fallback'
  for (const key of keys.split(' ')) expect(client.getResponseConfig(key)).not.toBe(client.getResponseConfig())
  expect(legacy('examples', ['Hello there!']).scores).toEqual({ greeting: 30, technical_support: 16, fallback: 1 })
  expect(legacy('examples', ['zzz']).name).toBe('technical_support')
  const today = new LocalRealtimeClient({ setupSmartResponses: true })
  today.updateConversationContext('zzz')
  expect(today.selectResponse({ modalities: ['text'] }).name).toBe('fallback')
})
