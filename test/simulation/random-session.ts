// A session driven by chance: client events, speech, replies in pieces, time. The same seed makes the same run.

import type { ReplyPiece } from '../../src/session/inputs.ts'
import type { Latency } from '../../src/session/latency.ts'
import { conversationItems, itemAudioMs } from '../../src/session/state.ts'
import { pcm, SessionDriver, spoken } from '../session/session-driver.ts'
import { Invariants } from './invariants.ts'

const latencies: readonly Latency[] = [
  'openai',
  'instant',
  { createdMs: 0, firstTextMs: 5, firstAudioMs: 7, audioSpeed: 2 },
  { acknowledgeMs: 15 },
]

export class RandomSession {
  readonly session: SessionDriver
  readonly invariants = new Invariants()
  readonly #random: () => number
  readonly #unanswered: string[] = []
  #asked = 0
  #checked = 0
  #loud = false

  constructor(seed: number) {
    this.#random = chance(seed)
    this.session = new SessionDriver({ seed, vad: true, latency: this.#pick(latencies) })
    this.#check()
  }

  run(steps: number): void {
    for (let count = 0; count < steps; count++) {
      this.#pick(this.#actions)()
      this.#check()
    }
  }

  /** Lets everything that runs come to its end. */
  settle(): void {
    this.session.advance(100)
    this.#check()
    while (this.#unanswered.length) {
      this.#finish()
      this.#check()
    }
    this.session.advance(300_000)
    this.#check()
    this.invariants.checkSettled()
  }

  readonly #actions: readonly (() => void)[] = [
    () => this.session.advance(this.#below(40)),
    () => this.session.advance(this.#below(1500)),
    () => this.#speak(),
    () => this.#speak(),
    () => this.#speak(),
    () => this.#turnLoudness(),
    () => this.#createItem(),
    () => this.#createResponse(),
    () => this.#createResponse(),
    () => this.#piece(),
    () => this.#piece(),
    () => this.#finish(),
    () => this.#finish(),
    () => void this.session.client({ type: 'response.cancel', ...this.#maybe({ response_id: this.#responseId() }) }),
    () => void this.session.client({ type: 'conversation.item.delete', item_id: this.#itemId() }),
    () => void this.session.client({ type: 'conversation.item.retrieve', item_id: this.#itemId() }),
    () => this.#truncate(),
    () => this.#truncate(),
    () => void this.session.client({ type: this.#pick(['input_audio_buffer.commit', 'input_audio_buffer.clear'] as const) }),
    () => this.#update(),
    () => this.#transcribe(),
  ]

  #speak(): void {
    const ms = 20 + this.#below(400)
    this.session.append(pcm(ms, this.#loud ? 900 : 0))
  }

  #turnLoudness(): void {
    this.#loud = !this.#loud
  }

  #createItem(): void {
    const content = [{ type: 'input_text' as const, text: 'word '.repeat(this.#below(20)) }]
    const previous = this.#pick([undefined, null, '', 'root', this.#itemId()])
    const place = previous === undefined ? {} : { previous_item_id: previous }
    this.session.client({ type: 'conversation.item.create', item: { type: 'message', role: 'user', content }, ...place })
  }

  #createResponse(): void {
    const params = {
      conversation: this.#pick(['auto', 'none'] as const),
      output_modalities: [this.#pick(['text', 'audio'] as const)],
    }
    this.session.client({
      type: 'response.create',
      ...this.#maybe({ response: { ...params, ...this.#maybe({ max_output_tokens: 1 + this.#below(60) }) } }),
    })
  }

  #update(): void {
    const turn_detection = this.#pick([
      null,
      { type: 'server_vad' as const },
      { type: 'server_vad' as const, interrupt_response: false },
      { type: 'server_vad' as const, create_response: false, idle_timeout_ms: 5000 },
      { type: 'semantic_vad' as const, eagerness: 'high' as const },
    ])
    const input = { turn_detection, transcription: this.#pick([null, { model: 'whisper-1' }, { model: 'gpt-4o-transcribe' }]) }
    this.session.client({ type: 'session.update', session: { type: 'realtime', audio: { input } } })
  }

  /** Mostly of what the model has said, as clients do. */
  #truncate(): void {
    const said = conversationItems(this.session.state).filter(
      (item) => itemAudioMs(this.session.state, item.id) > 0 && 'role' in item && item.role === 'assistant',
    )
    const item_id = this.#pick(said)?.id ?? this.#itemId()
    this.session.client({ type: 'conversation.item.truncate', item_id, content_index: 0, audio_end_ms: this.#below(900) })
  }

  #transcribe(): void {
    const itemId = this.#pick([...this.session.state.transcriptions.keys()])
    if (itemId === undefined) return
    const completed = { type: 'completed', text: 'what was said' } as const
    const result = this.#pick([completed, completed, { type: 'failed', code: 'audio_unintelligible', message: 'm' } as const])
    this.session.input({ type: 'transcript', itemId, result: result ?? completed })
  }

  #piece(): void {
    const responseId = this.#pick(this.#unanswered)
    if (responseId !== undefined) this.session.replyTo(responseId, ...this.#pieces())
  }

  #finish(): void {
    const responseId = this.#unanswered.splice(this.#below(this.#unanswered.length), 1)[0]
    if (responseId === undefined) return
    const last = this.#pick<ReplyPiece>([
      { type: 'end', finish: 'completed' },
      { type: 'end', finish: 'completed' },
      { type: 'end', finish: 'content_filter' },
      { type: 'fail', error: { type: 'server_error', code: 'server_error', message: 'm' } },
    ])
    this.session.replyTo(responseId, ...this.#pieces(), ...(last ? [last] : []))
  }

  #pieces(): ReplyPiece[] {
    const say = 'Some words of an answer, said slowly. '.slice(0, 1 + this.#below(38))
    const pieces: ReplyPiece[] = [
      { type: 'text', text: say },
      { type: 'text', text: say, audio: spoken(this.#below(2500)) },
      { type: 'call', name: 'tool', arguments: '{"a":1,"b":"two"}' },
      { type: 'pause', ms: this.#below(500) },
    ]
    return pieces.filter(() => this.#random() < 0.5)
  }

  #check(): void {
    const { events, effects, state } = this.session
    for (; this.#checked < events.length; this.#checked++) this.invariants.check(events[this.#checked]!)
    for (; this.#asked < effects.length; this.#asked++) {
      const effect = effects[this.#asked]!
      if (effect.type === 'ask-reply') this.#unanswered.push(effect.request.responseId)
      if (effect.type === 'stop-reply') this.#unanswered.splice(this.#unanswered.indexOf(effect.responseId), 1)
    }
    this.invariants.checkState(state)
  }

  #itemId(): string {
    return this.#pick(conversationItems(this.session.state))?.id ?? 'item_unknown'
  }

  #responseId(): string {
    return this.#pick([...this.session.state.responses.keys()]) ?? 'resp_unknown'
  }

  #maybe<T extends object>(fields: T): T | Record<string, never> {
    return this.#random() < 0.5 ? fields : {}
  }

  #below(limit: number): number {
    return Math.floor(this.#random() * limit)
  }

  #pick<T>(choices: readonly T[]): T
  #pick<T>(choices: readonly T[]): T | undefined {
    return choices[this.#below(choices.length)]
  }
}

/** Numbers in [0, 1): a 31-bit linear congruence (minimal standard). */
function chance(seed: number): () => number {
  let state = (seed * 7919 + 1) % 2_147_483_647
  return () => {
    state = (state * 48_271) % 2_147_483_647
    return state / 2_147_483_647
  }
}
