// The plugins of one service: checks of what they give, look-ups by `PLUGIN:NAME`, and a fence around each of their functions, so that
// whatever one throws is told with its name. Who asks for what is elsewhere (Script, Model, Mouth, reception).

import { isInt16Array } from '../../audio/array-kinds.ts'
import { decodeBase64, encodeBase64 } from '../../audio/base64.ts'
import { bytesPerSample, decodeWireAudio, encodeWireAudio, wireRateHz } from '../../audio/formats.ts'
import { pcm } from '../../audio/pcm.ts'
import type { Pcm, WireAudioFormat } from '../../audio/types.ts'
import type { Fault, Plugin, RealtimeOptions, Reply, ReplyConfig, ServiceSession, Turn } from '../api.ts'
import { RealtimeKitError } from '../errors.ts'
import { isAnyClientEventType } from '../protocol/event-types.ts'
import { isRecord } from '../protocol/json.ts'
import { nearName } from '../responses/near-name.ts'
import { checkOptions, type OptionRule, objectOf, type Place, refuse, rule } from '../responses/option-check.ts'
import type { ReplyExtensions } from '../responses/reply-extensions.ts'
import { checkFaultShape } from './fault-check.ts'
import { isPluginName } from './plugin-name.ts'

type Part = 'criteria' | 'generators' | 'faults'
type EnginePart = 'vad' | 'transcription' | 'voice'

const isName = (value: unknown): value is string => typeof value === 'string' && /^[\w-]+$/.test(value)
const named = (what: string, fits: (value: unknown) => boolean): OptionRule =>
  rule(
    `an object of ${what} by name`,
    (value) => isRecord(value) && Object.entries(value).every(([name, one]) => isName(name) && fits(one)),
  )
const isFunction = (value: unknown): boolean => typeof value === 'function'
const engines = (...methods: readonly string[]): OptionRule =>
  named(
    `engines (with ${methods.map((method) => `\`${method}\``).join(' and ')})`,
    (one) => isRecord(one) && methods.every((method) => isFunction(one[method])),
  )

const pluginRules: { readonly [K in keyof Required<Plugin>]: OptionRule } = {
  name: rule("letters, digits, '-' and '_'", isName),
  intents: rule(
    'an object of arrays of words, by intent',
    (value) =>
      isRecord(value) &&
      Object.values(value).every((words) => Array.isArray(words) && words.every((word) => typeof word === 'string')),
  ),
  criteria: named('functions', isFunction),
  generators: named('functions', isFunction),
  handlers: {
    expected: 'an object of functions by the type of a client event',
    problem(value) {
      if (!isRecord(value) || !Object.values(value).every(isFunction)) return ''
      const unknown = Object.keys(value).find((type) => !isAnyClientEventType(type))
      return unknown === undefined ? undefined : `No client event is named '${unknown}'.`
    },
  },
  engines: objectOf('engines', {
    vad: engines('load', 'open'),
    transcription: engines('transcribe'),
    voice: engines('synthesize'),
  }),
  processors: objectOf('processors', {
    input: rule('a function of sound', isFunction),
    output: rule('a function of sound', isFunction),
  }),
  faults: {
    expected: 'an object of faults by name',
    problem: (value, place) => (isRecord(value) ? void Object.entries(value).forEach(checkFaults(place)) : ''),
  },
}

function checkFaults(place: Place): (entry: [name: string, fault: unknown]) => void {
  return ([name, fault]) => {
    const at = { ...place, path: `${place.path}.${name}` }
    if (!isName(name) || (Array.isArray(fault) && fault.length === 0)) refuse(at, fault, 'a fault, or several, by name')
    if (!Array.isArray(fault)) checkFaultShape(fault, at)
    else for (const [index, one] of fault.entries()) checkFaultShape(one, { ...at, path: `${at.path}[${index}]` })
  }
}

/**
 * Checks the option `plugins`.
 *
 * @throws RealtimeKitError RTK_OPTION at the author's line
 */
export function checkPlugins(value: unknown, place: Place): void {
  if (!Array.isArray(value)) refuse(place, value, 'an array of plugins', isRecord(value) ? 'Write [{ … }].' : '')
  const seen = new Set<unknown>()
  for (const [index, plugin] of value.entries()) {
    const at = { ...place, path: `${place.path}[${index}]` }
    if (!isRecord(plugin)) refuse(at, plugin, 'a plugin { name, … }')
    checkOptions(plugin, pluginRules, at)
    if (plugin.name === undefined) refuse({ ...at, path: `${at.path}.name` }, undefined, 'a name')
    if (seen.has(plugin.name))
      refuse({ ...at, path: `${at.path}.name` }, plugin.name, 'another name than that of a plugin before')
    seen.add(plugin.name)
  }
}

export class Plugins implements ReplyExtensions {
  readonly #all: readonly Plugin[]
  readonly #report: (problem: Error) => void

  constructor(all: readonly Plugin[] = [], report: (problem: Error) => void = () => {}) {
    this.#all = all
    this.#report = report
  }

  /** Words of intents, those of the options first. */
  intentsWith(own: RealtimeOptions['intents']): Record<string, string[]> | undefined {
    const lists = [own ?? {}, ...this.#all.map(({ intents }) => intents ?? {})]
    const names = new Set(lists.flatMap((list) => Object.keys(list)))
    if (names.size === 0) return undefined
    return Object.fromEntries([...names].map((name) => [name, lists.flatMap((list) => list[name] ?? [])]))
  }

  /** Options whose engines of plugins are named, with the engines themselves. */
  withEngines(options: RealtimeOptions): RealtimeOptions {
    const { vad, transcription, voice } = options
    return {
      ...options,
      ...(isPluginName(vad) ? { vad: this.#engine('vad', vad) } : {}),
      ...(isPluginName(transcription) ? { transcription: this.#engine('transcription', transcription) } : {}),
      ...(isPluginName(voice) ? { voice: this.#engine('voice', voice) } : {}),
    } as RealtimeOptions
  }

  criterion(name: string, place: string): (turn: Turn, wanted: unknown) => boolean {
    const { plugin, value } = this.#find('criteria', name, place)
    const judge = (turn: Turn, wanted: unknown): boolean => {
      const answer: unknown = value(turn, wanted)
      // A promise would count as met, whatever it says in the end.
      if (answer instanceof Promise) throw new TypeError('it gave a Promise; a criterion answers at once, so make it synchronous')
      return Boolean(answer)
    }
    return (turn, wanted) => this.#fenced(plugin, `criterion '${name}'`, () => judge(turn, wanted))
  }

  generator(name: string, place: string): (turn: Turn, options: unknown) => ReturnType<Extract<Reply, (turn: Turn) => unknown>> {
    const { plugin, value } = this.#find('generators', name, place)
    const what = `generator '${name}'`
    return (turn, options) => {
      const made: unknown = this.#fenced(plugin, what, () => value(turn, options))
      if (isRecord(made) && Symbol.asyncIterator in made) return this.#fencedStream(plugin, what, made as never)
      if (made instanceof Promise) {
        return made.catch((cause: unknown) => {
          throw pluginError(plugin, what, cause)
        })
      }
      return made as Reply
    }
  }

  faults(name: string): readonly Fault[] {
    return [this.#find('faults', name, 'realtime.fail(…)').value].flat()
  }

  /** Whether handlers or processors of the input are there at all. */
  get hasHandlers(): boolean {
    return this.#all.some(({ handlers }) => handlers !== undefined)
  }

  get hasInput(): boolean {
    return this.#all.some(({ processors }) => processors?.input !== undefined)
  }

  /** Tells the handlers of an event; a throwing one is reported, and the others are told all the same. */
  handle(event: { readonly type: string }, session: ServiceSession): void {
    for (const plugin of this.#all) {
      const handler = (
        plugin.handlers as Record<string, ((event: unknown, session: ServiceSession) => unknown) | undefined> | undefined
      )?.[event.type]
      if (handler) this.#isolated(plugin, `handler of '${event.type}'`, () => handler(event, session))
    }
  }

  /** What the app sent, after all input processors; base64 in and out. */
  input(base64: string, format: WireAudioFormat): string {
    const bytes = decodeBase64(base64)
    // What is no base64, or no whole samples, is for the session to refuse.
    if (!bytes || bytes.byteLength % bytesPerSample(format) !== 0) return base64
    const sound = pcm(decodeWireAudio(bytes, format), wireRateHz(format))
    return encodeBase64(encodeWireAudio(this.#process('input', sound).samples, format))
  }

  /** What an answer says, after all output processors. */
  output(sound: Pcm): Pcm {
    return this.#process('output', sound)
  }

  #process(way: 'input' | 'output', sound: Pcm): Pcm {
    let result = sound
    for (const plugin of this.#all) {
      const processor = plugin.processors?.[way]
      if (!processor) continue
      const before = result
      result = this.#isolated(plugin, `${way} processor`, () => soundOf(processor(before), before)) ?? before
    }
    return result
  }

  #engine(part: EnginePart, name: string): object {
    const found = this.#all
      .map((plugin) => ({ plugin, value: plugin.engines?.[part]?.[name.slice(plugin.name.length + 1)] }))
      .find(({ plugin, value }) => name.startsWith(`${plugin.name}:`) && value !== undefined)
    const known = this.#all.flatMap((plugin) => Object.keys(plugin.engines?.[part] ?? {}).map((one) => `${plugin.name}:${one}`))
    if (!found?.value) throw unknownName(`option \`${part}\``, 'engine', name, known, 'RTK_OPTION')
    return fencedEngine(found.plugin, `engine '${name}'`, found.value)
  }

  #find<P extends Part>(part: P, name: string, place: string): { plugin: Plugin; value: NonNullable<Plugin[P]>[string] } {
    for (const plugin of this.#all) {
      const value = name.startsWith(`${plugin.name}:`) ? plugin[part]?.[name.slice(plugin.name.length + 1)] : undefined
      if (value !== undefined) return { plugin, value: value as NonNullable<Plugin[P]>[string] }
    }
    const known = this.#all.flatMap((plugin) => Object.keys(plugin[part] ?? {}).map((one) => `${plugin.name}:${one}`))
    throw unknownName(
      place,
      part === 'criteria' ? 'criterion' : part.slice(0, -1),
      name,
      known,
      part === 'faults' ? 'RTK_OPTION' : 'RTK_REPLY',
    )
  }

  #fenced<T>(plugin: Plugin, what: string, work: () => T): T {
    try {
      return work()
    } catch (cause) {
      throw pluginError(plugin, what, cause)
    }
  }

  async *#fencedStream(
    plugin: Plugin,
    what: string,
    stream: AsyncIterable<string | ReplyConfig>,
  ): AsyncGenerator<string | ReplyConfig> {
    try {
      yield* stream
    } catch (cause) {
      throw pluginError(plugin, what, cause)
    }
  }

  /** Where the conversation can go on without the plugin, it does. */
  #isolated<T>(plugin: Plugin, what: string, work: () => T): T | undefined {
    const lose = (cause: unknown): undefined => {
      this.#report(pluginError(plugin, what, cause))
      return undefined
    }
    try {
      const result = work()
      if (result instanceof Promise) result.catch(lose)
      return result
    } catch (cause) {
      return lose(cause)
    }
  }
}

function soundOf(value: unknown, before: Pcm): Pcm {
  if (isRecord(value) && isInt16Array(value.samples) && value.rateHz === before.rateHz) return value as unknown as Pcm
  throw new TypeError(`it must give sound of ${before.rateHz} Hz, such as pcm(samples, sound.rateHz)`)
}

/** Methods of an engine and of the streams that it opens, each with the plugin's name on what it throws or rejects with. */
function fencedEngine(plugin: Plugin, what: string, engine: object): object {
  return new Proxy(engine, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key)
      if (typeof value !== 'function') return value
      return (...args: unknown[]): unknown => {
        const name = (cause: unknown): never => {
          throw pluginError(plugin, what, cause)
        }
        try {
          const result: unknown = value.apply(target, args)
          if (result instanceof Promise) return result.catch(name)
          return key === 'open' && isRecord(result) ? fencedEngine(plugin, what, result) : result
        } catch (cause) {
          return name(cause)
        }
      }
    },
  })
}

function pluginError(plugin: Plugin, what: string, cause: unknown): RealtimeKitError {
  if (cause instanceof RealtimeKitError && cause.code === 'RTK_PLUGIN') return cause
  const told = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause)
  return new RealtimeKitError('RTK_PLUGIN', `plugin '${plugin.name}': its ${what} threw ${told}`, { cause })
}

function unknownName(
  place: string,
  what: string,
  name: string,
  known: readonly string[],
  code: 'RTK_OPTION' | 'RTK_REPLY',
): RealtimeKitError {
  const near = nearName(name, known)
  const mend = near === undefined ? '' : ` Did you mean '${near}'?`
  const list = known.length === 0 ? `No plugin has any ${what}.` : `  known: ${known.join(', ')}`
  return new RealtimeKitError(code, `${place}: no ${what} is named '${name}'.${mend}\n${list}`)
}
