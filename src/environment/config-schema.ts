// The shape of a JSON config: which types stand where. Names that are none, and what values mean (contradictory criteria, a session
// that the service would refuse), are checked by what every door checks its options with, after this.

import * as z from 'zod'
import type { Behavior, FlowDefinition, FlowStep, Limits, RealtimeOptions, ReplyConfig } from '../api.ts'
import { type KitErrorCode, RealtimeKitError } from '../errors.ts'
import { show } from '../responses/option-check.ts'
import { openaiLatency } from '../session/latency.ts'

/** A schema for each key: a new option has no place in JSON until it is told here. */
type Shape<T> = { readonly [Key in keyof Required<T>]: z.ZodType }
/** Options that hold functions of a program. */
type ModuleOnly = 'handlers' | 'plugins'

const text = z.string('a text')
const number = z.number('a number')
const ms = z.number('milliseconds, 0 or more').min(0, 'milliseconds, 0 or more')
const flag = z.boolean('true or false')
const texts = z.array(text, 'an array of texts')
const object = z.record(z.string(), z.unknown(), 'an object')
const words = <const Words extends readonly [string, ...string[]]>(...names: Words) =>
  z.enum(names, `one of ${names.map((name) => `'${name}'`).join(', ')}`)
/** `expected` tells what may stand there; the message of a part that is wrong comes first. */
const either = (expected: string, ...options: [z.ZodType, z.ZodType, ...z.ZodType[]]) => z.union(options, expected)
const plugged = z.templateLiteral([z.string(), ':', z.string()])

const call = z.looseObject({ name: text, arguments: object.optional(), server: text.optional() }, 'a call { name, arguments? }')

const criteria = z.looseObject({
  says: text.optional(),
  keywords: texts.optional(),
  excludedKeywords: texts.optional(),
  intents: texts.optional(),
  minTurn: number.optional(),
  maxTurn: number.optional(),
  keys: text.optional(),
  instructions: text.optional(),
  metadata: z.record(z.string(), text, 'an object of texts').optional(),
  outOfBand: flag.optional(),
  tool: text.optional(),
  modalities: texts.optional(),
  requiresFunctionCall: flag.optional(),
  patterns: texts.optional(),
  requirePattern: flag.optional(),
  requireAll: flag.optional(),
})

const replyShape = {
  text: either('a text, or several', text, texts),
  preamble: text,
  audio: z.string('the path of a WAV file'),
  generate: z.string("the name of a generator of a plugin, 'PLUGIN:NAME'"),
  with: z.unknown(),
  call: either('a call { name, arguments? }, or several', call, z.array(call)),
  then: z.lazy(() => reply),
  when: either("a phrase, a pattern '/…/i', or criteria", text, criteria),
  times: z.number('a whole number, 1 or more').int('a whole number, 1 or more').min(1, 'a whole number, 1 or more'),
  priority: number,
  delayMs: ms,
  finish: words('completed', 'max_output_tokens', 'content_filter'),
} satisfies Shape<ReplyConfig>

const reply: z.ZodType = either('a text, or a config { text?, when?, call?, … }', text, loose(replyShape))

const flowStep = loose({
  says: either("a phrase, several, or a pattern '/…/i'", text, texts),
  keys: text,
  silence: z.literal(true, 'true, or left out'),
  event: either('the type of a client event, or an object with its type and fields', text, object),
  reply,
  to: text,
  caller: text,
} satisfies Shape<FlowStep>)

const flow = loose(
  {
    states: z.record(z.string(), z.array(flowStep, 'an array of steps'), 'an object of arrays of steps'),
    start: text,
    opening: reply,
    unfinished: words('fail', 'allow'),
  } satisfies Shape<FlowDefinition>,
  'a flow { states, start?, opening? }',
)

const stall = z.looseObject({ after: number, ms, repeat: flag.optional() }, '{ after, ms, repeat? }')
const behavior = {
  conversationCreated: flag,
  bargeIn: words('speech-started', 'response-done'),
  overlapError: flag,
  duplicateItemIds: words('refuse', 'append'),
  maxItemIdLength: number,
  phase: flag,
  mcpFollowUp: flag,
  trailingAudio: flag,
  betaRest: flag,
  oversizeCloseCode: number,
  sessionKindCode: z.nullable(text),
  transcriptionResponseCode: z.nullable(text),
  sidebandNeedsModel: flag,
  unknownCall: words('http-404', 'close'),
  minSpeechMs: ms,
} satisfies Shape<Behavior>
const limits = {
  sessionMinutes: number,
  tokensPerMinute: number,
  contextTokens: number,
  messageBytes: number,
} satisfies Shape<Limits>
const tool = loose({ description: text, input_schema: object, annotations: object })
const mcpServer = z.looseObject({ tools: z.record(z.string(), tool, 'an object of tools by name'), unreachable: flag.optional() })

const options = {
  responses: z.record(z.string(), reply, 'an object of replies by name'),
  flows: z.record(z.string(), flow, 'an object of flows by name'),
  onUnmatched: words('error', 'fallback'),
  fallback: reply,
  onWireError: words('fail', 'ignore'),
  allowErrors: texts,
  vad: either("an engine's name", words('energy', 'silero', 'silero-v6', 'silero-v4', 'truth'), plugged),
  transcription: either("an engine's name, or false", words('known', 'pocketsphinx', 'whisper'), plugged, z.literal(false)),
  record: either('true, a name, or an object of recording options', flag, text, object),
  epoch: z.number('Unix milliseconds'),
  voice: text,
  latency: either("'openai', 'instant', or an object of milliseconds", words('openai', 'instant'), loose(latencyShape())),
  streaming: loose(
    {
      chunk: words('character', 'word', 'token'),
      delayMs: either('milliseconds, or several', ms, z.array(ms)),
      jitterMs: ms,
      burst: number,
      stall,
    } satisfies Shape<NonNullable<RealtimeOptions['streaming']>>,
    'an object of streaming',
  ),
  timing: either("'virtual', 'real' or { scale }", words('virtual', 'real'), z.looseObject({ scale: number })),
  appTime: words('follow', 'real'),
  profile: words('openai', 'azure', 'beta'),
  keys: texts,
  seed: number,
  intercept: either('true, false, or an array of URLs', flag, texts),
  limits: loose(limits, 'an object of limits'),
  behavior: loose(behavior, 'an object of behavior'),
  mcp: z.record(z.string(), mcpServer, 'an object of MCP servers by label'),
  webhookSecret: text,
  deflate: flag,
  session: object,
  intents: z.record(z.string(), texts, 'an object of arrays of words, by intent'),
  matching: words('words', 'legacy'),
} satisfies Shape<Omit<RealtimeOptions, ModuleOnly>>

const config = loose(options, 'an object of options')

/**
 * Checks the types in a JSON config.
 *
 * @param named what named the file, for messages: `--config app.json`
 * @throws RealtimeKitError RTK_OPTION, RTK_REPLY below a reply or a flow, with the path of the first wrong value, what belongs there, and
 * what is there instead
 * @example checkConfigShape({ seed: '7' }, '--config app.json') // --config app.json: `seed` must be a number, got "7"
 */
export function checkConfigShape(value: unknown, named: string): void {
  const [issue] = config.safeParse(value).error?.issues ?? []
  if (!issue) return
  const { path, expected } = deepest(issue, value)
  const place = placeOf(path)
  const option = place.path === '' ? '' : ` \`${place.path}\``
  throw new RealtimeKitError(
    place.code,
    `${named}:${place.subject}${option} must be ${expected}, got ${show(valueAt(value, path))}`,
  )
}

/** All keys may be missing; unknown ones are left to the other check, which knows what was meant. */
function loose(shape: Readonly<Record<string, z.ZodType>>, expected = 'an object'): z.ZodType {
  return z.looseObject(Object.fromEntries(Object.entries(shape).map(([key, type]) => [key, type.optional()])), expected)
}

function latencyShape(): Record<string, z.ZodType> {
  return Object.fromEntries(Object.keys(openaiLatency).map((key) => [key, key === 'audioSpeed' ? number : ms]))
}

type Path = readonly PropertyKey[]

/** Of alternatives the one that the value comes nearest to: what is wrong deep within it tells more than "none of these". */
function deepest(issue: z.core.$ZodIssue, root: unknown, before: Path = []): { path: Path; expected: string } {
  const path = [...before, ...issue.path]
  const inner = issue.code === 'invalid_union' ? issue.errors.flatMap((one) => one[0] ?? []) : []
  const within = inner.map((one) => deepest(one, root, path)).filter((one) => one.path.length > path.length)
  return within.toSorted((left, right) => right.path.length - left.path.length)[0] ?? { path, expected: issue.message }
}

function valueAt(root: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (value, key) => (value === undefined || value === null ? undefined : Reflect.get(Object(value), key)),
    root,
  )
}

/** Replies and flows are told by their names, as elsewhere. */
function placeOf(path: Path): { readonly code: KitErrorCode; readonly subject: string; readonly path: string } {
  const [option, name, ...rest] = path
  const isNamed = (option === 'responses' || option === 'flows') && typeof name === 'string'
  if (!isNamed) return { code: option === 'fallback' ? 'RTK_REPLY' : 'RTK_OPTION', subject: '', path: dotted(path) }
  return { code: 'RTK_REPLY', subject: ` ${option === 'flows' ? 'flow' : 'reply'} '${name}':`, path: dotted(rest) }
}

function dotted(path: Path): string {
  return path.map((key, index) => (typeof key === 'number' ? `[${key}]` : `${index === 0 ? '' : '.'}${String(key)}`)).join('')
}
