// From a reply to what the runtime must voice. Calls the author's functions, but drives nothing: what has to be awaited
// (a promise, a stream) is handed back.

import type { Pcm } from '../../audio/types.ts'
import type { Reply, ReplyConfig, Turn } from '../api.ts'
import { RealtimeKitError } from '../errors.ts'
import { isRecord } from '../protocol/json.ts'
import { show } from './option-check.ts'
import { checkConfig, checkReturned } from './validate-reply.ts'

/** A step of an answer, in order. `arguments` is JSON text. */
export type ReplyStep =
  /** `phase`: of the message item that it begins; the answer unless told otherwise. */
  | { readonly type: 'say'; readonly text: string; readonly audio?: Pcm | string; readonly phase?: 'commentary' }
  | { readonly type: 'call'; readonly name: string; readonly arguments: string; readonly server?: string }
  /** The message item ends here. */
  | { readonly type: 'close' }
  | { readonly type: 'pause'; readonly ms: number }
  | { readonly type: 'end'; readonly finish: 'completed' | 'max_output_tokens' | 'content_filter' }

/** What to do with a reply now. */
export type Planned =
  /** Voice these; the last one is `end`. `then` answers the output of the calls. */
  | { readonly type: 'steps'; readonly steps: readonly ReplyStep[]; readonly then?: Reply }
  /** Voice each chunk by `planChunk`, then `endStep` unless a chunk has ended it. */
  | { readonly type: 'stream'; readonly chunks: AsyncIterable<unknown> | Iterable<unknown> }
  /** Await it, then call `planReply(name, value, turn, depth)` again. */
  | { readonly type: 'pending'; readonly value: PromiseLike<unknown>; readonly depth: number }

/** How many functions and promises a reply may nest. */
export const maxReplyDepth = 16

/** How a stream ends. */
export const endStep: ReplyStep = { type: 'end', finish: 'completed' }

/**
 * Plans a reply, or what a promise of it gave: `depth` is then that of the `pending` that was awaited.
 *
 * @throws RealtimeKitError RTK_REPLY, with the cause, when a function of the author throws or gives what is no reply.
 * @example
 * planReply('greeting', 'Hello!', turn) // { type: 'steps', steps: [{ type: 'say', text: 'Hello!' }, { type: 'end', … }] }
 */
export function planReply(name: string, value: unknown, turn: Turn, depth = 0): Planned {
  if (depth > maxReplyDepth) {
    throw new RealtimeKitError(
      'RTK_REPLY',
      `reply '${name}' gave functions of functions, ${maxReplyDepth} deep: return a text or a config`,
    )
  }
  if (typeof value === 'string') return { type: 'steps', steps: [{ type: 'say', text: value }, endStep] }
  if (typeof value === 'function')
    return planReply(
      name,
      run(name, 'function', () => value(turn)),
      turn,
      depth + 1,
    )
  if (isPromise(value)) return { type: 'pending', value, depth: depth + 1 }
  if (isStream(value)) return { type: 'stream', chunks: value }
  if (depth === 0) checkConfig(name, value)
  else checkReturned(name, value)
  return planConfig(name, value, turn)
}

/**
 * A chunk of a stream as steps: a text, or a config as in `respond`. The stream goes on after it, unless it has a `finish`.
 *
 * @throws RealtimeKitError RTK_REPLY when it is neither.
 */
export function planChunk(name: string, chunk: unknown, turn: Turn): Extract<Planned, { type: 'steps' }> {
  if (typeof chunk === 'string') return { type: 'steps', steps: [{ type: 'say', text: chunk }] }
  if (!isRecord(chunk)) {
    throw new RealtimeKitError('RTK_REPLY', `reply '${name}' streamed ${show(chunk)}: a stream yields texts and configs`)
  }
  checkReturned(name, chunk)
  const planned = planConfig(name, chunk, turn)
  // What is a message of its own does not go on in the one before.
  const isOwn = chunk.preamble !== undefined || Array.isArray(chunk.text)
  const begin: ReplyStep[] = isOwn ? [{ type: 'close' }] : []
  return { ...planned, steps: [...begin, ...(chunk.finish === undefined ? planned.steps.slice(0, -1) : planned.steps)] }
}

/** The error of an author's function, promise or stream that failed, so that all of them read alike. */
export function replyFailure(name: string, cause: unknown, what = 'function'): RealtimeKitError {
  if (cause instanceof RealtimeKitError) return cause
  const told = cause instanceof Error ? `${cause.name}: ${cause.message}` : show(cause)
  return new RealtimeKitError('RTK_REPLY', `the ${what} of reply '${name}' failed: ${told}`, { cause })
}

function planConfig(name: string, config: ReplyConfig, turn: Turn): Extract<Planned, { type: 'steps' }> {
  const steps: ReplyStep[] = []
  if (config.delayMs !== undefined && config.delayMs > 0) steps.push({ type: 'pause', ms: config.delayMs })
  const calls = config.call === undefined ? [] : [config.call].flat()
  const preamble = preambleOf(name, config, turn)
  if (preamble !== undefined) steps.push({ type: 'say', text: preamble, phase: 'commentary' }, { type: 'close' })
  steps.push(...saySteps(textsOf(name, config, turn), config.audio, calls.length > 0))
  for (const { name: tool, arguments: args = {}, server } of calls) {
    const given: unknown = typeof args === 'function' ? run(name, '`arguments`', () => args(turn)) : args
    if (!isRecord(given))
      throw new RealtimeKitError('RTK_REPLY', `the \`arguments\` of reply '${name}' gave ${show(given)}, not an object`)
    steps.push({ type: 'call', name: tool, arguments: JSON.stringify(given), ...(server === undefined ? {} : { server }) })
  }
  steps.push({ type: 'end', finish: config.finish ?? 'completed' })
  return config.then === undefined ? { type: 'steps', steps } : { type: 'steps', steps, then: config.then }
}

/** What is said before a call leads up to it; a sound has its words from the text, or knows them. */
function saySteps(texts: readonly string[], audio: ReplyConfig['audio'], leadsUp: boolean): ReplyStep[] {
  const phase = leadsUp ? ({ phase: 'commentary' } as const) : {}
  if (audio !== undefined) return [{ type: 'say', text: texts[0] ?? soundText(audio), audio, ...phase }]
  return texts.flatMap((text, at): ReplyStep[] => {
    const say = { type: 'say', text, ...phase } as const
    return at === 0 ? [say] : [{ type: 'close' }, say]
  })
}

function preambleOf(name: string, { preamble }: ReplyConfig, turn: Turn): string | undefined {
  if (typeof preamble !== 'function') return preamble
  const value: unknown = run(name, '`preamble`', () => preamble(turn))
  return isText(value) ? value : refuseText(name, 'preamble', value)
}

function textsOf(name: string, { text }: ReplyConfig, turn: Turn): readonly string[] {
  const value: unknown = typeof text === 'function' ? run(name, '`text`', () => text(turn)) : text
  if (value === undefined && typeof text !== 'function') return []
  if (isText(value)) return [value]
  return Array.isArray(value) && value.every(isText) ? value : refuseText(name, 'text', value)
}

function refuseText(name: string, option: string, value: unknown): never {
  const hint = isPromise(value) ? '; make the whole reply an async function of the turn' : ''
  throw new RealtimeKitError('RTK_REPLY', `the \`${option}\` of reply '${name}' gave ${show(value)}, not a text${hint}`)
}

const isText = (value: unknown): value is string => typeof value === 'string'

/** Sound that `speech()` made knows its sentence. */
function soundText(audio: Pcm | string): string {
  return typeof audio === 'string' ? '' : (audio.text ?? '')
}

function run(name: string, what: string, work: () => unknown): unknown {
  try {
    return work()
  } catch (cause) {
    throw replyFailure(name, cause, what)
  }
}

/** A config may hold a function as its `then`, beside its `call`, and is no promise for that. */
function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function' && !('call' in value)
}

function isStream(value: unknown): value is AsyncIterable<unknown> | Iterable<unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  return Symbol.asyncIterator in value || Symbol.iterator in value
}
