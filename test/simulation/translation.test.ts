// Random translation sessions: sound, updates, replies and words in any order and time, then the end. What they send keeps these rules.
// TRANSLATION_SEED and TRANSLATION_PATH replay a failure.

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { translationServerEventTypes } from '../../src/protocol/event-types.ts'
import type { Latency } from '../../src/session/latency.ts'
import { end, spoken, text } from '../session/session-driver.ts'
import { TranslationDriver, transcribed } from '../session/translation-driver.ts'
import { Chance } from './chance.ts'
import { ensure, ensureSame } from './ensure.ts'

const { TRANSLATION_SEED, TRANSLATION_PATH } = process.env

class RandomTranslation {
  readonly driver: TranslationDriver
  /** Of `asked` and of the words that were asked for, those that were answered. */
  #replied = 0
  #worded = 0

  constructor(setup: number) {
    const chance = new Chance(setup)
    this.driver = new TranslationDriver({ latency: chance.pick<Latency>(['openai', 'instant', { acknowledgeMs: 15 }]) }).open()
  }

  act(action: number): void {
    const chance = new Chance(action)
    const { driver } = this
    const actions = [
      () => driver.wait(chance.below(1500)),
      () => driver.hears(20 + chance.below(600), 9000, 20 + chance.below(200)),
      () => driver.hears(20 + chance.below(900), 0, 20 + chance.below(200)),
      () => driver.says(200 + chance.below(800)),
      () =>
        driver.client(
          chance.is(0.5) ? transcribed : { type: 'session.update', session: { audio: { output: { language: 'es' } } } },
        ),
      () => driver.client({ type: 'session.input_audio_buffer.append', audio: chance.pick(['', '!', 'AAA=']) }),
      () => this.#reply(chance),
      () => this.#reply(chance),
      () => this.#words(chance),
      () => chance.is(0.1) && driver.client({ type: 'session.close' }),
    ] as const
    chance.pick(actions)?.()
  }

  /** The client closes; everything that was asked for is answered. */
  settle(): void {
    const { driver } = this
    driver.client({ type: 'session.close' }).wait(5000)
    for (let round = 0; round < 100 && !driver.closed; round++) {
      const chance = new Chance(round)
      this.#reply(chance)
      this.#words(chance)
      driver.wait(10_000)
    }
  }

  #reply(chance: Chance): void {
    const { driver } = this
    if (this.#replied >= driver.asked.length) return
    const words = 'Bueno, digamos esto. '.slice(0, chance.below(21))
    const piece = text(words, chance.is(0.8) ? spoken(chance.below(2000)) : undefined)
    const failure = { type: 'fail', error: { type: 'server_error', code: 'server_error', message: 'm' } } as const
    driver.pieces(chance.is(0.1) ? [failure] : [piece, end], this.#replied++)
  }

  #words(chance: Chance): void {
    const wanted = this.driver.effects.filter((effect) => effect.type === 'transcribe')
    const next = wanted[this.#worded]
    if (!next) return
    this.#worded += 1
    const failed = { type: 'failed', code: 'audio_unintelligible', message: 'm' } as const
    const result = chance.is(0.8) ? ({ type: 'completed', text: 'what was said' } as const) : failed
    this.driver.input({ type: 'transcript', itemId: next.itemId, result })
  }
}

function check({ driver }: RandomTranslation): void {
  const { sent, closed } = driver
  ensureSame(sent[0]?.event.type, 'session.created', 'the first event')
  ensure(closed?.code === 1000, () => `the session is not closed: ${JSON.stringify(closed)}`)
  ensureSame(sent.at(-1)?.event.type, 'session.closed', 'the last event')
  ensureSame(driver.of('session.closed').length, 1, 'session.closed')
  const ids = new Set(sent.map(({ event }) => event.event_id))
  ensureSame(ids.size, sent.length, 'event ids')
  let elapsedMs = 0
  for (const { event } of sent) {
    if (!('elapsed_ms' in event)) continue
    const { type, elapsed_ms } = event
    if (type === 'session.input_transcript.delta') continue
    ensure(elapsed_ms >= elapsedMs, () => `${type} goes back from ${elapsedMs} to ${elapsed_ms} ms`)
    elapsedMs = elapsed_ms
  }
  for (const { delta } of driver.of('session.output_audio.delta')) {
    ensure(Buffer.from(delta, 'base64').length % 2 === 0, 'half a sample')
  }
  ensure(!/ {2}/.test(driver.said('input')), 'words of the speaker with two spaces')
}

test('800 random translation sessions keep every rule', { timeout: 120_000 }, () => {
  const action = fc.nat(0x7ffffffe)
  const script = fc.noBias(fc.record({ setup: action, actions: fc.array(action, { maxLength: 40, size: 'max' }) }))
  const met = new Map<string, number>()
  const property = fc.property(script, ({ setup, actions }) => {
    const run = new RandomTranslation(setup)
    for (const one of actions) run.act(one)
    run.settle()
    check(run)
    for (const type of run.driver.types) met.set(type, (met.get(type) ?? 0) + 1)
  })
  const replay = TRANSLATION_PATH === undefined ? {} : { path: TRANSLATION_PATH, endOnFailure: true }
  const { failed, errorInstance, counterexamplePath, seed } = fc.check(property, {
    seed: Number(TRANSLATION_SEED ?? 1),
    numRuns: 800,
    ...replay,
  })
  if (!failed) {
    const rare = translationServerEventTypes.filter((type) => (met.get(type) ?? 0) < 50)
    if (TRANSLATION_PATH === undefined) expect(rare, 'events that the runs hardly met').toEqual([])
    return
  }
  const variables = `TRANSLATION_SEED=${seed} TRANSLATION_PATH=${counterexamplePath}`
  const command = `${variables} npx vitest run --config test/vitest.config.ts test/simulation/translation.test.ts`
  throw new Error(`${errorInstance instanceof Error ? errorInstance.message : errorInstance}\nSee it again with\n  ${command}`)
})
