// What a replay that the app left says: what was recorded and what came, at which event; what it is near to; what would accept it.

import { diffWordsWithSpace } from 'diff'
import { RealtimeKitError } from '../errors.ts'
import type { Difference } from './replay-compare.ts'
import type { Misfit } from './replay-order.ts'
import { type ClientStep, noEvent } from './replay-script.ts'
import { at } from './replay-values.ts'

/** Where a replay stands, for messages. */
export interface ReplayPlace {
  readonly name: string
  /** Counts the recorded sessions, from 1. */
  readonly session: number
  readonly sessions: number
}

/** What the app sent, and where. */
export interface Arrival {
  readonly event: { readonly type: string }
  /** Counts the client events of this session, from 1. */
  readonly count: number
  /** Place on the timeline of the test. */
  readonly index: number | undefined
}

const shownDifferences = 8

export function leftRecording(place: ReplayPlace, arrival: Arrival, misfit: Misfit): RealtimeKitError {
  const { expected, near, elsewhere } = misfit
  const type = nameOf(arrival.event)
  const [nearest, ...others] = near
  const target = nearest?.step ?? expected
  const lines = [
    `The app left the recording '${place.name}' at event ${arrival.count} of ${sessionText(place)}.`,
    `  recorded ${target ? placed(target) : '  (nothing more: the app had sent all of its events)'}`,
    `  actual   ${numbered(arrival.index)}${type}${nearest || expected?.event.type === type ? '' : eventText(arrival.event)}`,
    ...(nearest ? ['', ...differenceLines(nearest.differences)] : []),
    ...nearMissLines(others, elsewhere),
    '',
    'To accept it:',
    ...acceptLines(place, type, misfit).map((line) => `  ${line}`),
  ]
  return new RealtimeKitError('RTK_RECORDING', lines.join('\n'))
}

export interface OtherSound {
  readonly recorded: string
  readonly actual: string
  /** The rule by which it would do; default: that sound does not count. */
  readonly accept?: 'length'
}

/** Sound that is not as it was. */
export function otherSound(place: ReplayPlace, speech: OtherSound, recordedIndex: number | undefined): RealtimeKitError {
  const lines = [
    `What the app sent of the user's sound is not as recorded in '${place.name}', ${sessionText(place)}.`,
    `  recorded ${numbered(recordedIndex)}${speech.recorded}`,
    `  actual   ${speech.actual}`,
    '',
    'To accept it:',
    `  ${call(place, `{ audio: '${speech.accept ?? 'ignore'}' }`)}, or ${anew}`,
  ]
  return new RealtimeKitError('RTK_RECORDING', lines.join('\n'))
}

const anew = 'record it anew (vitest-realtime record --mode overwrite)'

export function sessionText({ session, sessions }: ReplayPlace): string {
  return sessions === 1 ? 'its session' : `its session ${session} of ${sessions}`
}

function numbered(index: number | undefined): string {
  return index === undefined ? '' : `#${index}  `
}

function placed({ index, event }: ClientStep): string {
  return `#${index}  ${nameOf(event)}${eventText(event)}`
}

/** What was no event has no type. */
export function nameOf({ type }: { readonly type: string }): string {
  return type === noEvent ? 'a message that is no event' : type
}

/** The fields that tell an event apart, shortly. */
function eventText(event: { readonly type: string }): string {
  const item = at(event, 'item.content.0.text') ?? at(event, 'item.output') ?? at(event, 'item.type') ?? at(event, 'item_id')
  return item === undefined ? '' : `  ${short(item)}`
}

function differenceLines(differences: readonly Difference[]): string[] {
  const shown = differences.slice(0, shownDifferences)
  const rest = differences.length - shown.length
  return [...shown.flatMap(oneDifference), ...(rest > 0 ? [`  … and ${rest} more`] : [])]
}

function oneDifference({ path, recorded, actual }: Difference): string[] {
  const [before, after] =
    typeof recorded === 'string' && typeof actual === 'string' ? changedWords(recorded, actual) : [short(recorded), short(actual)]
  return [`- ${path}: ${before}`, `+ ${path}: ${after}`]
}

const aroundLength = 40

/** Long texts are shown where they differ. */
function changedWords(recorded: string, actual: string): [string, string] {
  if (recorded.length <= longestShown && actual.length <= longestShown) return [short(recorded), short(actual)]
  const parts = diffWordsWithSpace(recorded, actual, { maxEditLength: 2000 })
  if (!parts) return [short(recorded), short(actual)]
  const side = (isThere: (part: { added: boolean; removed: boolean }) => boolean): string =>
    JSON.stringify(
      parts
        .filter((part) => isThere(part))
        .map(({ value, added, removed }) => (added || removed ? value : shortened(value)))
        .join(''),
    )
  return [side(({ added }) => !added), side(({ removed }) => !removed)]
}

/** What both sides share, but for its ends. */
function shortened(same: string): string {
  if (same.length <= 2 * aroundLength) return same
  return `${same.slice(0, aroundLength)} … ${same.slice(-aroundLength)}`
}

const longestShown = 160

function short(value: unknown): string {
  if (value === undefined) return '(not there)'
  const text = JSON.stringify(value)
  return text.length > longestShown ? `${text.slice(0, longestShown - 1)}…` : text
}

function nearMissLines(others: Misfit['near'], elsewhere: Misfit['elsewhere']): string[] {
  const lines = others
    .slice(0, 3)
    .map(
      ({ step, differences }) =>
        `  #${step.index} ${step.event.type} differs in ${differences.map(({ path }) => path).join(', ')}`,
    )
  if (elsewhere) {
    const how = elsewhere.isTaken ? 'it is recorded once, and has come already' : 'it is recorded later'
    lines.push(`  #${elsewhere.step.index} ${elsewhere.step.event.type} is the same: ${how}`)
  }
  return lines.length > 0 ? ['', 'Near misses:', ...lines] : []
}

function acceptLines(place: ReplayPlace, type: string, { near, elsewhere, expected }: Misfit): string[] {
  const [nearest] = near
  const lines: string[] = []
  if (elsewhere && !elsewhere.isTaken) lines.push(call(place, "{ order: 'content' }"))
  if (nearest && nearest.differences.length <= 4) {
    const paths = nearest.differences.map(({ path }) => `'${type}/${path}'`)
    lines.push(call(place, `{ ignore: [${paths.join(', ')}] }`))
  }
  if (expected && !nearest) lines.push(`let the app send ${nameOf(expected.event)} (#${expected.index}) first, or`)
  return [...lines, anew]
}

function call({ name }: ReplayPlace, rules: string): string {
  return `realtime.replay('${name}', ${rules})`
}

/** What was recorded and not used. */
export function unusedRecording(name: string, parts: readonly string[]): RealtimeKitError {
  const lines = [
    `The recording '${name}' was not used up by the test:`,
    ...parts.map((part) => `  ${part}`),
    'Let the app do it (`tape.turns` has what the user said), or record a shorter session.',
  ]
  return new RealtimeKitError('RTK_RECORDING', lines.join('\n'))
}

/** What of a URL says which session is asked for. */
const telling = ['model', 'intent', 'call_id', 'deployment'] as const

/** What `ignore` may name of it. */
export const ignorableUrlParts: readonly string[] = telling.map((name) => `url.${name}`)

/** The app asks for another session than the recorded one; `ignore` may name 'url.model'. */
export function otherUrl(
  place: ReplayPlace,
  recorded: URL,
  actual: URL,
  ignore: readonly string[],
): RealtimeKitError | undefined {
  for (const name of telling) {
    const [before, now] = [recorded.searchParams.get(name), actual.searchParams.get(name)]
    if (before === now || ignore.includes(`url.${name}`)) continue
    const lines = [
      `The app asked for another session than the recording '${place.name}' has as ${sessionText(place)}.`,
      `- ${name}: ${before ?? '(not there)'}`,
      `+ ${name}: ${now ?? '(not there)'}`,
      '',
      'To accept it:',
      `  ${call(place, `{ ignore: ['url.${name}'] }`)}, or ${anew}`,
    ]
    return new RealtimeKitError('RTK_RECORDING', lines.join('\n'))
  }
  return undefined
}
