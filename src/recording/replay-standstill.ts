// A replay in which nothing happens any more: what each session waits for, and what would come of it. When that is: the command line
// knows (src/cli/standstill.ts); in tests waits end by themselves.

import { RealtimeKitError } from '../errors.ts'
import type { AnyClientEvent } from '../protocol/any-events.ts'
import { isAppend } from '../runtime/connection.ts'
import { isEvent } from '../runtime/timeline.ts'
import type { Recording } from './recording.ts'
import { nameOf, type ReplayPlace, sessionText } from './replay-message.ts'
import type { Answer, ClientStep, Speech } from './replay-script.ts'
import { speechMsOf } from './replay-sound.ts'

/** Where one session of a replay stands. */
export interface Standing {
  readonly place: ReplayPlace
  /** How many of the recorded events of the app have come. */
  readonly taken: number
  readonly recorded: number
  /** Something recorded is on its way to the app. */
  readonly isSending: boolean
  /** What the app should send next, and what it sets off. */
  readonly next?: ClientStep
  readonly upon?: readonly Answer[]
  /** What the user should say next, and how much of it was heard in how much sound. */
  readonly speech?: Speech
  readonly heardMs?: number
  readonly writtenMs?: number
  /** The last thing that the service did in the recording. */
  readonly last?: Answer
  /** Where the app closed in the recording. */
  readonly leaving?: { readonly index: number; readonly code: number }
}

/** `quietMs`: for how long nothing has passed. */
export function standstillError(standings: readonly Standing[], quietMs: number): RealtimeKitError {
  const [first] = standings
  const lines = [
    `Nothing has passed for ${seconds(quietMs)}, and the recording '${first?.place.name}' has nothing to send until the app goes on:`,
    ...standings.flatMap(standingLines),
    'If the app needs longer to go on, give it time: --patience MS.',
  ]
  return new RealtimeKitError('RTK_RECORDING', lines.join('\n'))
}

/** Of an app that has left the recording, which was told, and does not end. */
export function goesOn(quietMs: number): RealtimeKitError {
  return new RealtimeKitError('RTK_RECORDING', `The app has left the recording, and nothing has passed for ${seconds(quietMs)}.`)
}

function seconds(ms: number): string {
  return `${Math.round(ms / 100) / 10} s`
}

function standingLines(standing: Standing): string[] {
  const { place, taken, recorded, next, upon = [], speech } = standing
  const head = `  ${sessionText(place)}: ${taken} of the ${recorded} recorded events of the app have come.`
  const lines: string[] = []
  if (next) {
    lines.push(
      `    waits for ${nameOf(next.event)} (#${next.index})${upon.length > 0 ? `; then comes ${answersText(upon)}` : ''}`,
    )
  }
  if (speech && !(next && next.index < speech.index)) lines.push(`    waits for the user: ${speechText(speech, standing)}`)
  return [head, ...(lines.length > 0 ? lines : [endText(standing)])]
}

function answersText(answers: readonly Answer[]): string {
  const [first] = answers
  const name = first?.event?.type ?? `the close with ${first?.close?.code}`
  return `${name} (#${first?.index})${answers.length > 1 ? `, and ${answers.length - 1} more` : ''}`
}

function speechText({ sound, index }: Speech, { heardMs = 0, writtenMs = 0 }: Standing): string {
  const heard =
    heardMs > 0
      ? `${Math.round(heardMs)} ms of it were heard, or the silence after it is missing`
      : writtenMs > 0
        ? `of ${Math.round(writtenMs)} ms of sound nothing more was speech`
        : 'the app has sent no sound'
  return `${Math.round(speechMsOf(sound))} ms of speech (#${index}); ${heard}`
}

/** All that was recorded has come and gone. */
function endText({ last, leaving }: Standing): string {
  const sent = last
    ? `the last recorded event of the service, ${last.event?.type ?? 'its close'} (#${last.index}), was sent`
    : 'the service said nothing'
  const then = leaving ? `; in the recording the app closed then, with ${leaving.code} (#${leaving.index})` : ''
  return `    ${sent}${then}`
}

/** The longest time in which nothing passed, in ms; sound does not count. */
export function longestQuietMs({ entries }: Recording): number {
  let last = entries[0]?.atMs ?? 0
  let longest = 0
  for (const entry of entries) {
    if (isEvent(entry) && entry.from === 'app' && isAppend(entry.event as AnyClientEvent)) continue
    longest = Math.max(longest, entry.atMs - last)
    last = Math.max(last, entry.atMs)
  }
  return longest
}
