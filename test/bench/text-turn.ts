// A text turn: a user item and `response.create`, to the last event of the answer. One client, one turn after the other.

import type { Benchmark, Row, Size } from './benchmark.ts'
import { type Ask, Client } from './client.ts'
import { inTurns, type Pair, withPair } from './compare.ts'
import { median, sum, thousands } from './stats.ts'

const item = { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'A table for two at eight, please.' }] }
const asks: readonly Ask[] = [
  { message: { type: 'conversation.item.create', item }, until: 'conversation.item.done' },
  { message: { type: 'response.create' }, until: 'rate_limits.updated' },
]
const messages = asks.map(({ message }) => JSON.stringify(message))
const options = { responses: { answer: 'Done.' } }

export const textTurn: Benchmark = {
  name: 'text-turn',
  run: (size) => withPair(options, asks, async (pair) => [...(await shortTurns(pair, size)), await longConversation(pair, size)]),
}

async function shortTurns(pair: Pair, size: Size): Promise<Row[]> {
  const events = frameCount(pair)
  const rates: number[] = []
  const bareRates: number[] = []
  const { kit, bare, ratio } = await inTurns(pair, size(12, 1), async (url) => {
    const client = await Client.open(url)
    const samples = await turns(client, size(300, 10), events)
    await client.close()
    ;(url === pair.kit.url ? rates : bareRates).push((samples.length / sum(samples)) * 1000)
    return median(samples)
  })
  const rate = median(rates)
  const bareRate = median(bareRates)
  const measured = `p50 ${kit.toFixed(3)} ms, bare ${bare.toFixed(3)} ms`
  const measuredRate = `${thousands(rate)}/s, bare ${thousands(bareRate)}/s`
  return [
    { what: `text turn, ${events} events`, goal: 'p50 <= 1.7x bare', measured, ratio, ok: ratio <= 1.7 },
    { what: 'text turns of one client', goal: '>= 5,000/s', measured: measuredRate, ratio: rate / bareRate, ok: rate >= 5000 },
  ]
}

/** A turn must cost the same however long the conversation is. */
async function longConversation(pair: Pair, size: Size): Promise<Row> {
  const events = frameCount(pair)
  const count = size(200, 10)
  const items = size(4000, 60)
  const client = await Client.open(pair.kit.url)
  await turns(client, count, events)
  const early = median(await turns(client, count, events))
  await turns(client, items / 2 - 3 * count, events)
  const late = median(await turns(client, count, events))
  await client.close()
  const ratio = late / early
  const measured = `p50 ${late.toFixed(3)} ms, at first ${early.toFixed(3)} ms`
  const what = `text turn after ${thousands(items)} items, against the first ones`
  return { what, goal: '<= 1.25x', measured, ratio, ok: ratio <= 1.25 }
}

function frameCount({ replay }: Pair): number {
  return sum(replay.answers.map((frames) => frames.length))
}

/** Ms of each turn. */
async function turns(client: Client, times: number, events: number): Promise<number[]> {
  const samples: number[] = []
  for (let i = 0; i < times; i++) {
    const start = performance.now()
    await client.exchange(messages, events, 'rate_limits.updated')
    samples.push(performance.now() - start)
  }
  return samples
}
