// TwiML: what an app answers to a voice webhook, read into verbs in order, with what Twilio would complain of and where it stands.

import { XMLParser, XMLValidator } from 'fast-xml-parser'
import type { PhoneFinding } from '../../api/phone.ts'

export interface Verb {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly text: string
  readonly children: readonly Verb[]
  /** `line 3, column 5` */
  readonly place: string
}

export type Lint = Omit<PhoneFinding, 'atMs'>

export interface Twiml {
  readonly verbs: readonly Verb[]
  readonly lint: readonly Lint[]
}

/** Codes of Twilio. */
const codes = { parse: 12_100, schema: 12_200, refused: 31_920, scheme: 31_922, url: 31_923 } as const
/** Advice that Twilio has no code for. */
const advice = 0

const knownVerbs = new Set(
  'Say Play Pause Gather Record Dial Hangup Reject Redirect Connect Start Stop Enqueue Leave Refer Pay Sms Prompt Message Echo Queue'.split(
    ' ',
  ),
)
const streamAttributes = new Set(['url', 'name', 'track', 'statusCallback', 'statusCallbackMethod'])
const maxParameterLength = 500

type Node = Record<string, unknown>
const attributesKey = ':@'

/** Reads TwiML. What is no XML at all gives no verbs and a finding of 12100. */
export function readTwiml(source: string): Twiml {
  const valid = XMLValidator.validate(source)
  if (valid !== true) return { verbs: [], lint: [malformed(source, valid.err)] }
  const parser = new XMLParser({
    ignoreAttributes: false,
    attributeNamePrefix: '',
    preserveOrder: true,
    captureMetaData: true,
    parseAttributeValue: false,
    parseTagValue: false,
    trimValues: true,
  })
  const roots: Node[] = parser.parse(source)
  const root = roots.find((node) => nameOf(node) === 'Response')
  if (!root) {
    const name = roots.map(nameOf).find((one) => one !== undefined && !one.startsWith('?')) ?? 'nothing'
    const message = `the root of TwiML is <Response>, this document has ${name === 'nothing' ? name : `<${name}>`}`
    return { verbs: [], lint: [{ code: codes.parse, level: 'error', message, path: 'line 1, column 1' }] }
  }
  const { children: verbs } = verbOf(root, source)
  return { verbs, lint: lintOf(verbs) }
}

function malformed(source: string, { msg, line, col = 1 }: { msg: string; line: number; col?: number }): Lint {
  const start = source.trimStart()
  const json = start.startsWith('{') || start.startsWith('[') ? ' It looks like JSON.' : ''
  const path = `line ${line}, column ${col}`
  return { code: codes.parse, level: 'error', path, message: `the app's answer is no XML: ${msg.replace(/\.$/, '')}.${json}` }
}

function nameOf(node: Node): string | undefined {
  return Object.keys(node).find((key) => key !== attributesKey)
}

function verbOf(node: Node, source: string): Verb {
  const name = nameOf(node) ?? ''
  const inside = (node[name] ?? []) as Node[]
  const text = inside.flatMap((child) => (typeof child['#text'] === 'string' ? [child['#text']] : [])).join(' ')
  const children = inside.filter((child) => nameOf(child) !== '#text').map((child) => verbOf(child, source))
  const attributes = (node[attributesKey] ?? {}) as Record<string, string>
  return { name, attributes, text: text.trim(), children, place: placeOf(node, source) }
}

function placeOf(node: Node, source: string): string {
  const data = (node as Record<symbol, unknown>)[XMLParser.getMetaDataSymbol() as unknown as symbol] as
    | { startIndex?: number }
    | undefined
  const before = source.slice(0, data?.startIndex ?? 0).split('\n')
  return `line ${before.length}, column ${before.at(-1)!.length + 1}`
}

function lintOf(verbs: readonly Verb[]): Lint[] {
  const lint: Lint[] = []
  let afterConnect = false
  for (const verb of verbs) {
    lint.push(...lintVerb(verb))
    if (afterConnect && verb.name === 'Pause') lint.push(deadAir(verb))
    if (verb.name === 'Connect') afterConnect = true
  }
  return lint
}

/** The usual slip: the author thinks that the stream runs beside the pause. */
function deadAir({ attributes, place }: Verb): Lint {
  const seconds = attributes.length ?? '1'
  const message =
    `<Pause length="${seconds}"> after <Connect>: it begins when the app has closed the stream, and is ${seconds} s of dead air.` +
    ' Take it away: <Connect> waits by itself.'
  return { code: advice, level: 'warning', path: place, message }
}

function lintVerb(verb: Verb): Lint[] {
  const { name, place, children } = verb
  if (!knownVerbs.has(name)) {
    const near = [...knownVerbs].find((one) => one.toLowerCase() === name.toLowerCase())
    const hint = near ? ` Names are case-sensitive: <${near}>.` : name === 'Stream' ? ' It goes inside of <Connect>.' : ''
    return [{ code: codes.schema, level: 'warning', path: place, message: `<${name}> is no verb of TwiML.${hint}` }]
  }
  if (name === 'Start') return children.filter((child) => child.name === 'Stream').map(oneWay)
  if (name === 'Connect') return children.filter((child) => child.name === 'Stream').flatMap(lintStream)
  return []
}

function oneWay({ place }: Verb): Lint {
  const message =
    '<Start><Stream> is one way: the app hears the call, and nothing that it sends is played. An agent needs <Connect>.'
  return { code: advice, level: 'warning', path: place, message }
}

function lintStream(stream: Verb): Lint[] {
  const { attributes, place: path, children } = stream
  const lint: Lint[] = []
  for (const name of Object.keys(attributes)) {
    if (!streamAttributes.has(name))
      lint.push({ code: codes.schema, level: 'warning', path, message: `<Stream> has no attribute '${name}'.` })
  }
  if (attributes.track !== undefined && attributes.track !== 'inbound_track') {
    const message = `track="${attributes.track}" is for one-way streams: within <Connect> the app hears the caller only.`
    lint.push({ code: codes.schema, level: 'warning', path, message })
  }
  lint.push(...lintUrl(attributes.url, path), ...children.flatMap(lintParameter))
  return lint
}

function lintUrl(url: string | undefined, path: string): Lint[] {
  if (url === undefined || url === '')
    return [{ code: codes.url, level: 'error', path, message: '<Stream> needs a url: <Stream url="wss://…">.' }]
  const lint: Lint[] = []
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(url)?.[1]?.toLowerCase()
  if (scheme !== undefined && scheme !== 'wss')
    lint.push({
      code: codes.scheme,
      level: 'error',
      path,
      message: `the url of <Stream> begins with ${scheme}:, it must be wss: ${url}`,
    })
  else if (!URL.canParse(url, 'wss://app.test'))
    lint.push({ code: codes.url, level: 'error', path, message: `the url of <Stream> cannot be read: ${url}` })
  if (url.includes('?')) {
    const message = `the url of <Stream> has a query string, which Twilio drops: ${url}. Give such values as <Parameter name="…" value="…"/>.`
    lint.push({ code: codes.refused, level: 'warning', path, message })
  }
  return lint
}

function lintParameter({ name, attributes, place: path }: Verb): Lint[] {
  if (name !== 'Parameter')
    return [{ code: codes.schema, level: 'warning', path, message: `<${name}> within <Stream>: only <Parameter> may be there.` }]
  const { name: key, value } = attributes
  if (key === undefined || value === undefined)
    return [{ code: codes.schema, level: 'warning', path, message: '<Parameter> needs a name and a value.' }]
  const length = key.length + value.length
  if (length < maxParameterLength) return []
  const message = `<Parameter name="${key}"> has ${length} characters in name and value, fewer than ${maxParameterLength} are allowed.`
  return [{ code: codes.schema, level: 'warning', path, message }]
}

/** The bidirectional stream of a `<Connect>`. */
export function streamOf(verb: Verb): Verb | undefined {
  return verb.name === 'Connect' ? verb.children.find((child) => child.name === 'Stream') : undefined
}

export function parametersOf(stream: Verb): Record<string, string> {
  return Object.fromEntries(
    stream.children.flatMap(({ name, attributes }) =>
      name === 'Parameter' && attributes.name !== undefined ? [[attributes.name, attributes.value ?? '']] : [],
    ),
  )
}
