// A session driven by chance: what a client may send, speech, replies in pieces, time. The same script makes the same run.
// A script is numbers only, one for the session and one per action, so that a shorter script is a shorter run of the same kind.

import { decode } from '../../src/protocol/decode.ts'
import type { Behavior } from '../../src/session/behavior.ts'
import type { Latency } from '../../src/session/latency.ts'
import type { step } from '../../src/session/step.ts'
import { pcm, SessionDriver } from '../session/session-driver.ts'
import { Chance } from './chance.ts'
import { Invariants } from './invariants.ts'
import { randomClientEvent } from './random-client-event.ts'
import { heardPieces, randomEnd, randomMcpResult, randomPieces, randomTranscript } from './random-reply.ts'

export interface Script {
  readonly setup: number
  readonly actions: readonly number[]
}

const latencies: readonly [Latency, ...Latency[]] = [
  'openai',
  'instant',
  { createdMs: 0, firstTextMs: 5, firstAudioMs: 7, audioSpeed: 2 },
  { acknowledgeMs: 15 },
]
const models = ['gpt-realtime', 'gpt-realtime-mini', 'gpt-realtime-2'] as const

export class RandomSession {
  readonly session: SessionDriver
  readonly invariants = new Invariants()
  /** What the session has asked for, and nobody has answered yet. */
  readonly #unanswered: string[] = []
  readonly #lists: string[] = []
  readonly #runs: string[] = []
  #followed: number | undefined
  #sent = 0
  #loud = false

  constructor(setup: number, mutate: (real: typeof step) => typeof step, real: typeof step) {
    const chance = new Chance(setup)
    this.session = new SessionDriver({
      seed: setup,
      vad: true,
      kind: chance.is(0.9) ? 'realtime' : 'transcription',
      model: chance.pick(models),
      latency: chance.pick(latencies),
      behavior: randomBehavior(chance),
      playsOutput: chance.is(0.2),
      ...chance.maybe({ tokensPerMinute: 3000 }, 0.1),
      ...chance.maybe({ contextTokens: 6000 }, 0.1),
      step: this.#checked(mutate(real)),
    })
  }

  /** One thing that happens. */
  act(action: number): void {
    const chance = new Chance(action)
    const does = chance.pick(this.#actions)
    does?.(chance)
  }

  /** Lets everything that runs come to its end. Nobody listens any more, so that no silence begins another turn. */
  settle(): void {
    const { type } = this.session.state.config
    this.session.client({ type: 'session.update', session: { type, audio: { input: { turn_detection: null } } } })
    this.session.advance(100)
    // Answers bring about new questions: calls of tools, follow-ups.
    for (let round = 1; this.#unanswered.length + this.#lists.length + this.#runs.length > 0 || round < 3; round++) {
      const chance = new Chance(round)
      for (const responseId of this.#unanswered.splice(0)) this.session.replyTo(responseId, { type: 'end', finish: 'completed' })
      while (this.#lists.length > 0) this.#listTools(chance)
      while (this.#runs.length > 0) this.#runTool(chance)
      this.session.advance(200_000)
    }
    this.invariants.checkSettled()
  }

  readonly #actions: readonly ((chance: Chance) => void)[] = [
    (chance) => this.session.advance(chance.below(40)),
    (chance) => this.session.advance(chance.below(1500)),
    (chance) => this.session.advance(this.session.state.idleArmed ? 15_000 : chance.below(1500)),
    (chance) => this.#speak(chance),
    (chance) => this.#speak(chance),
    (chance) => this.#speak(chance),
    () => this.#turnLoudness(),
    ...Array.from({ length: 11 }, () => (chance: Chance) => this.#client(chance)),
    (chance) => this.#piece(chance),
    (chance) => this.#piece(chance),
    (chance) => this.#finish(chance),
    (chance) => this.#finish(chance),
    (chance) => this.#transcribe(chance),
    (chance) => this.#listTools(chance),
    (chance) => this.#runTool(chance),
    (chance) => this.#hearWords(chance),
    (chance) => this.#malformed(chance),
  ]

  /** As a client does it: what cannot be decoded would not be valid traffic. */
  #client(chance: Chance): void {
    const event = randomClientEvent(chance, this.session.state)
    if (chance.is(0.3)) {
      const eventId = `mine_${++this.#sent}`
      event.event_id = eventId
      this.invariants.sent(eventId)
    }
    const decoded = decode(JSON.stringify(event))
    // Not known on a WebSocket: refused before it reaches the session.
    if ('event' in decoded) this.session.client(decoded.event)
    else if (decoded.fault.param === 'type') this.session.input({ type: 'client-fault', fault: decoded.fault })
    else throw new Error(`a valid event is refused: ${decoded.fault.message}\n${JSON.stringify(event)}`)
  }

  #malformed(chance: Chance): void {
    const decoded = decode(
      chance.pick(['', '{', '[]', '{"type":1}', '{"type":"nope"}', '{"type":"response.create","response":0}']),
    )
    if ('fault' in decoded) this.session.input({ type: 'client-fault', fault: decoded.fault })
  }

  #speak(chance: Chance): void {
    this.session.append(pcm(20 + chance.below(400), this.#loud ? 900 : 0))
  }

  #turnLoudness(): void {
    this.#loud = !this.#loud
  }

  #transcribe(chance: Chance): void {
    const itemId = chance.pick([...this.session.state.transcriptions.keys()])
    if (itemId !== undefined) this.session.input({ type: 'transcript', itemId, result: randomTranscript(chance) })
  }

  /** What a streaming model has understood of speech that goes on. */
  #hearWords(chance: Chance): void {
    const startSample = this.#followed
    if (startSample !== undefined)
      this.session.input({ type: 'said', startSample, pieces: heardPieces.slice(0, chance.below(4)) })
    this.#followed = undefined
  }

  #listTools(chance: Chance): void {
    const itemId = take(this.#lists, chance)
    const tools = [
      { name: 'forecast', input_schema: { type: 'object' }, ...chance.maybe({ annotations: { readOnlyHint: true } }) },
    ]
    const result = chance.is(0.8) ? ({ type: 'listed', tools } as const) : ({ type: 'failed' } as const)
    if (itemId !== undefined) this.session.input({ type: 'mcp-tools', itemId, result })
  }

  #runTool(chance: Chance): void {
    const itemId = take(this.#runs, chance)
    if (itemId !== undefined) this.session.input({ type: 'mcp-result', itemId, result: randomMcpResult(chance) })
  }

  #piece(chance: Chance): void {
    const responseId = chance.pick(this.#unanswered)
    if (responseId !== undefined) this.session.replyTo(responseId, ...randomPieces(chance))
  }

  #finish(chance: Chance): void {
    const responseId = take(this.#unanswered, chance)
    if (responseId !== undefined) this.session.replyTo(responseId, ...randomPieces(chance), randomEnd(chance))
  }

  /** Each step is held against the rules, before the next one. */
  #checked(real: typeof step): typeof step {
    return (state, input, nowMs) => {
      const next = real(state, input, nowMs)
      for (const effect of next.effects) {
        if (effect.type === 'send') this.invariants.check(effect.event)
        if (effect.type === 'list-mcp-tools') this.#lists.push(effect.itemId)
        if (effect.type === 'call-mcp-tool') this.#runs.push(effect.itemId)
        if (effect.type === 'follow-speech') this.#followed = effect.startSample
        if (effect.type === 'ask-reply') this.#unanswered.push(effect.request.responseId)
        if (effect.type === 'stop-reply') remove(this.#unanswered, effect.responseId)
      }
      this.invariants.checkState(next.state)
      return next
    }
  }
}

/** One of the list, taken out of it. */
function take(list: string[], chance: Chance): string | undefined {
  return list.splice(chance.below(list.length), 1)[0]
}

/** A response that still waited for its tools was not asked for. */
function remove(list: string[], one: string): void {
  const at = list.indexOf(one)
  if (at >= 0) list.splice(at, 1)
}

/** `duplicateItemIds` and `trailingAudio` are left alone: they break on purpose what the rules say. */
function randomBehavior(chance: Chance): Partial<Behavior> {
  return {
    conversationCreated: chance.is(0.2),
    bargeIn: chance.is(0.5) ? 'speech-started' : 'response-done',
    overlapError: chance.is(0.5),
    phase: chance.is(0.5),
    mcpFollowUp: chance.is(0.5),
  }
}
