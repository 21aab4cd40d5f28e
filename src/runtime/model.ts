// The pretend model at work: chooses a reply for each response, calls the author's functions, has texts spoken, and
// gives the session the pieces. What takes real time is awaited here, with the clock held where it must stand still.

import type { WireAudioFormat } from '../../audio/types.ts'
import type { Reply, Turn } from '../api.ts'
import { defaultBrain } from '../responses/default-brain.ts'
import { loopError, noMatchError } from '../responses/explain.ts'
import { endStep, type Planned, planChunk, planReply, type ReplyStep, replyFailure } from '../responses/plan.ts'
import { generated } from '../responses/reply-extensions.ts'
import type { ScoreSettings } from '../responses/score.ts'
import { type Selection, selectReply, type Unmatched } from '../responses/select.ts'
import { type SelectionFacts, selectionFacts } from '../responses/selection-facts.ts'
import { createTurn, withCaptured } from '../responses/turn.ts'
import type { ReplyRequest } from '../session/effects.ts'
import type { ReplyPiece } from '../session/inputs.ts'
import { realTime } from './clock/real-time.ts'
import type { Connection } from './connection.ts'
import { recognizerFailure } from './engines.ts'
import { Mouth } from './mouth.ts'
import { leave, waitForReader, whileWanted } from './reader-pace.ts'
import { responseError } from './response-error.ts'
import type { Service } from './service.ts'

/** Real ms. */
const patienceMs = 1000

/** One response on its way. */
interface Job {
  readonly connection: Connection
  readonly request: ReplyRequest
  readonly stop: AbortController
  /** Which spoken item the next text belongs to. */
  spokenItems: number
}

export class Model {
  readonly #service: Service
  readonly #mouth: Mouth
  readonly #jobs = new Map<string, Job>()
  readonly #formats = new Map<string, WireAudioFormat>()

  constructor(service: Service) {
    this.#service = service
    this.#mouth = new Mouth(service.options.voice, (sound) => service.plugins.output(sound))
  }

  /** The audio format of a response, as asked for. */
  formatOf(responseId: string | undefined): WireAudioFormat | undefined {
    return responseId === undefined ? undefined : this.#formats.get(responseId)
  }

  answer(connection: Connection, request: ReplyRequest): void {
    const { responseId } = request
    const job: Job = { connection, request, stop: new AbortController(), spokenItems: 0 }
    this.#jobs.set(responseId, job)
    this.#formats.set(responseId, request.outputFormat)
    const failure = this.#service.faults.takeResponse(connection)
    if (failure !== undefined) return this.#give(job, [{ type: 'fail', error: responseError(failure, connection.modelName) }])
    const words = request.userItem && connection.ears.pending(request.userItem.id)
    if (!words) return this.#choose(job)
    void this.#service.clock.hold(words).then(
      () => this.#choose(job),
      (error: unknown) => this.#lose(job, recognizerFailure(error, connection.ears.engineNames.transcription)),
    )
  }

  stop(responseId: string): void {
    this.#jobs.get(responseId)?.stop.abort()
    this.#jobs.delete(responseId)
  }

  /** The session is over: nobody waits for its answers. */
  leave(connection: Connection): void {
    for (const [id, job] of [...this.#jobs]) if (job.connection === connection) this.stop(id)
  }

  /** Drops what is kept of a response that is over. */
  forget(responseId: string): void {
    this.#formats.delete(responseId)
  }

  close(): void {
    for (const id of [...this.#jobs.keys()]) this.stop(id)
  }

  #choose(job: Job): void {
    const { request, connection } = job
    const session = { id: connection.id, model: connection.modelName ?? '' }
    const turn = createTurn(request, (itemId) => this.#service.saidWords(connection, itemId), job.stop.signal, { session })
    const facts = selectionFacts(connection.id, request, turn)
    try {
      const selection = selectReply(this.#service.script.book, facts, {
        ...matchingOf(this.#service),
        unmatched: () => this.#unmatched(request, turn),
      })
      this.#noteSelection(job, selection)
      if (selection.reply === undefined) return this.#lose(job, selection.problem ?? noMatchError(selection.why))
      // A wrong turn of a flow, though the fallback answers it.
      if (selection.problem) this.#service.verdict.report(selection.problem)
      this.#noteLoop(selection, facts)
      this.#perform(job, selection, withCaptured(turn, selection.captured), facts)
    } catch (error) {
      this.#lose(job, replyFailure('?', error))
    }
  }

  #noteSelection({ request, connection }: Job, { name, why, entry }: Selection): void {
    const { timeline, clock, script } = this.#service
    const note = { type: 'selected', responseId: request.responseId, name, why } as const
    timeline.append({ atMs: clock.now(), sessionId: connection.id, from: 'kit', note })
    for (const finding of why.findings ?? []) this.#service.finding(finding)
    script.noteServed(entry, request.responseId)
  }

  #noteLoop(selection: Selection, facts: SelectionFacts): void {
    const loop = this.#service.script.book.record(selection, facts)
    if (loop) this.#service.verdict.report(loopError(loop))
  }

  #unmatched(request: ReplyRequest, turn: Turn): Unmatched | undefined {
    const { onUnmatched = 'error', fallback } = this.#service.options
    if (onUnmatched === 'error' && fallback === undefined) return undefined
    if (fallback !== undefined) return { name: 'fallback', reply: this.#fallback(fallback), rule: 'fallback' }
    // A translator without a script says what it heard.
    if (request.askedBy === 'translation') return { name: 'echo', reply: turn.text, rule: 'fallback' }
    return defaultBrain(request, turn, matchingOf(this.#service))
  }

  #fallback(reply: Reply): Reply {
    return typeof reply === 'object' ? generated(reply, this.#service.plugins, 'option `fallback`') : reply
  }

  /** Plans and voices at once what needs no time; the rest goes on by itself. */
  #perform(job: Job, selection: Selection, turn: Turn, facts: SelectionFacts): void {
    const planned = typeof selection.reply === 'function' ? undefined : planReply(nameIn(selection), selection.reply, turn)
    if (planned?.type === 'steps' && !this.#mustSpeak(job, planned.steps)) return this.#give(job, planned.steps.map(plainPiece))
    void this.#performLate(job, selection, turn, facts).catch((error: unknown) =>
      this.#lose(job, replyFailure(nameIn(selection), error)),
    )
  }

  async #performLate(job: Job, selection: Selection, turn: Turn, facts: SelectionFacts): Promise<void> {
    const { reply } = selection
    const name = nameIn(selection)
    // The author's own work: time stands still for it as for any real work, but not while it sleeps on our clock.
    // In a box: a plan with a `then` would be taken for a promise.
    const made = async (): Promise<{ plan: Exclude<Planned, { type: 'pending' }> }> => {
      let plan = planReply(name, reply, turn)
      while (plan.type === 'pending') plan = planReply(name, await this.#settled(job, name, plan.value), turn, plan.depth)
      return { plan }
    }
    const { clock } = this.#service
    const { plan: planned } = await clock.holdWhile(`the reply '${name}'`, () => whileWanted(job.stop.signal, made))
    if (planned.type === 'stream') return this.#stream(job, selection, planned.chunks, { turn, facts })
    if (planned.then !== undefined && typeof reply === 'function')
      this.#service.script.book.noteThen(selection, facts, planned.then)
    const pieces: ReplyPiece[] = []
    for (const step of planned.steps) pieces.push(await this.#voice(job, step))
    this.#give(job, pieces)
  }

  /** A promise of the author's; the timeline says so when it takes long, as one slip makes it take for ever. */
  async #settled(job: Job, name: string, value: PromiseLike<unknown>): Promise<unknown> {
    const tell = (): void => {
      if (!job.stop.signal.aborted) this.#service.finding(stillPending(name))
    }
    const timer = realTime.setTimeout(tell, patienceMs)
    try {
      return await value
    } finally {
      realTime.clearTimeout(timer)
    }
  }

  async #stream(
    job: Job,
    selection: Selection,
    chunks: AsyncIterable<unknown> | Iterable<unknown>,
    { turn, facts }: { turn: Turn; facts: SelectionFacts },
  ): Promise<void> {
    const name = nameIn(selection)
    const { clock } = this.#service
    const { connection, request } = job
    const { signal } = job.stop
    const iterator = Symbol.asyncIterator in chunks ? chunks[Symbol.asyncIterator]() : chunks[Symbol.iterator]()
    const nextPiece = (): Promise<IteratorResult<unknown>> => whileWanted(signal, () => iterator.next())
    try {
      for (let count = 1; ; count++) {
        const next = await clock.holdWhile(`the next piece of reply '${name}'`, nextPiece)
        if (next.done) break
        const { steps, then } = planChunk(name, next.value, turn)
        if (then !== undefined) this.#service.script.book.noteThen(selection, facts, then)
        for (const step of steps) this.#give(job, [await this.#voice(job, step)])
        await waitForReader(clock, { connection, responseId: request.responseId, count, signal })
        if (steps.at(-1)?.type !== 'end') continue
        await iterator.return?.()
        return
      }
      this.#give(job, [plainPiece(endStep)])
    } finally {
      if (signal.aborted) leave(iterator)
    }
  }

  #mustSpeak({ request }: Job, steps: readonly ReplyStep[]): boolean {
    return request.modalities.includes('audio') && steps.some((step) => step.type === 'say')
  }

  async #voice(job: Job, step: ReplyStep): Promise<ReplyPiece> {
    if (step.type === 'call' || step.type === 'close')
      job.spokenItems = this.#service.responses.get(job.request.responseId)?.spoken.length ?? 0
    if (step.type !== 'say' || !job.request.modalities.includes('audio')) return plainPiece(step)
    const { outputFormat, speed } = job.request
    const speaking =
      step.audio === undefined ? this.#mouth.speak(step.text, outputFormat, speed) : this.#mouth.play(step.audio, outputFormat)
    const audio = await this.#service.clock.hold(speaking)
    this.#noteWords(job, audio)
    return { ...plainPiece(step), audio }
  }

  /** Word times of an item that is spoken in several pieces go on where the last one ended. */
  #noteWords(
    job: Job,
    { words, durationMs }: { words?: readonly { text: string; startMs: number; endMs: number }[]; durationMs: number },
  ): void {
    const spoken = this.#service.responses.get(job.request.responseId)?.spoken
    if (!spoken) return
    const item = spoken[job.spokenItems] ?? { words: [], endMs: 0 }
    spoken[job.spokenItems] = item
    for (const word of words ?? [])
      item.words.push({ text: word.text, startMs: item.endMs + word.startMs, endMs: item.endMs + word.endMs })
    item.endMs += durationMs
  }

  #give(job: Job, pieces: readonly ReplyPiece[]): void {
    const { responseId } = job.request
    if (job.stop.signal.aborted || !this.#jobs.has(responseId)) return
    if (pieces.some((piece) => piece.type === 'end' || piece.type === 'fail')) this.#jobs.delete(responseId)
    job.connection.input({ type: 'reply', responseId, pieces })
  }

  /** No answer can be given: the response fails on the wire, and the test is told why. */
  #lose(job: Job, problem: Error): void {
    // Nobody waits for it any more: a fetch of the author's function that `turn.signal` aborted is no failure.
    if (job.stop.signal.aborted) return
    this.#service.verdict.report(problem)
    this.#give(job, [{ type: 'fail', error: responseError('server_error') }])
  }
}

/** For messages: a reply of a flow is told with its state and step. */
function nameIn({ name, place }: Selection): string {
  return place ?? name
}

function stillPending(name: string): string {
  return (
    `the promise of reply '${name}' is still pending. If it gives a config whose \`then\` is a function, it never ends: JavaScript takes ` +
    'that for a promise too. Give `then` a text or a config, or return the config from a function that is not async.'
  )
}

function plainPiece(step: Extract<ReplyStep, { type: 'say' }>): Extract<ReplyPiece, { type: 'text' }>
function plainPiece(step: ReplyStep): ReplyPiece
function plainPiece(step: ReplyStep): ReplyPiece {
  if (step.type === 'say') return { type: 'text', text: step.text, ...(step.phase && { phase: step.phase }) }
  return step
}

function matchingOf({ options: { matching, intents } }: Service): ScoreSettings {
  return { ...(matching && { matching }), ...(intents && { intents }) }
}
