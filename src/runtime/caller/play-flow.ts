// How the caller plays the user's side of a flow: which step comes next, and how it is brought about: words, keys, silence. What
// the app has to do is waited for.

import type { Flow, FlowStep } from '../../api.ts'
import { RealtimeKitError } from '../../errors.ts'
import type { FlowWalks } from '../../responses/flow.ts'
import { isEnd, stepTold } from '../../responses/flow-steps.ts'
import type { Clock } from '../clock/clock.ts'
import { walksOf } from '../script.ts'

/** Turns of one play: a flow may loop for ever. */
const maxTurns = 100
/** The longest that a silence is waited out: twice the longest idle timeout. In steps, so that little time passes in vain. */
const longestSilenceMs = 60_000
const silenceStepMs = 250

/** The person who plays, and the world around. */
export interface FlowPlayer {
  /** For messages: `caller`, or `call`. */
  readonly name: string
  readonly clock: Pick<Clock, 'advance'>
  says(text: string): Promise<void>
  /** Presses keys of the telephone; undefined for who has none. */
  readonly presses: ((keys: string) => Promise<void>) | undefined
  waitUntil<T>(check: () => T | undefined, options: { what: string }): Promise<T>
  /** Resolves when nobody speaks or waits for anybody any more. */
  settled(what: string): Promise<void>
}

/** @throws RealtimeKitError RTK_CALLER for what is no flow. */
export function flowOf(flow: Flow): FlowWalks {
  const walks = walksOf(flow)
  if (walks) return walks
  throw new RealtimeKitError('RTK_CALLER', 'caller.plays(flow): the flow must be what `realtime.flow(name, { … })` gave.')
}

/** Brings about each turn until the flow ends; of several ways on, the first that was not taken yet. */
export async function playFlow(flow: FlowWalks, player: FlowPlayer): Promise<void> {
  const play = `${player.name}.plays('${flow.name}')`
  // Nobody talks over a greeting that they wait for.
  if (flow.definition.opening !== undefined) await player.settled(play)
  for (let turn = 0; turn < maxTurns; turn++) {
    if (isEnd(flow.definition, flow.state)) return
    const step = nextStep(flow)
    const before = flow.moves
    const hasMoved = (): true | undefined => (flow.moves > before ? true : undefined)
    await bringAbout(step, { flow, player, play, hasMoved })
    await player.settled(play)
  }
  throw new RealtimeKitError('RTK_CALLER', `${play}: no end after ${maxTurns} turns, in state '${flow.state}'.`)
}

interface Turn {
  readonly flow: FlowWalks
  readonly player: FlowPlayer
  /** The call of the author, for messages. */
  readonly play: string
  readonly hasMoved: () => true | undefined
}

async function bringAbout(step: FlowStep, turn: Turn): Promise<void> {
  const { flow, player, play, hasMoved } = turn
  const waits = `${play}: state '${flow.state}' waits for ${stepTold(step)}`
  if (step.silence) return waitOut(waits, turn)
  if (step.event === undefined) {
    if (step.keys === undefined) await player.says(wordsFor(step, waits))
    else await press(keysFor(step, waits), waits, player)
  }
  // An event is the app's own affair: it may have come already, it may come yet.
  await player.waitUntil(hasMoved, { what: step.event === undefined ? play : `${waits}, which the app has to send` })
}

async function press(keys: string, waits: string, { presses }: FlowPlayer): Promise<void> {
  if (presses) return presses(keys)
  throw new RealtimeKitError(
    'RTK_CALLER',
    `${waits}, and there is no telephone to press them on.\n` +
      'Keys come on SIP calls (`realtime.incomingCall`) and on phone calls (`phone.dial`). Elsewhere the app tells the model of them in ' +
      "a text item ('The user pressed 1'): bring that about in the test, then play on.",
  )
}

/** Says nothing until the flow goes on: the session's idle timeout, or a timer of the app. */
async function waitOut(waits: string, { player: { clock }, hasMoved }: Turn): Promise<void> {
  for (let waitedMs = 0; waitedMs < longestSilenceMs; waitedMs += silenceStepMs) {
    await clock.advance(silenceStepMs)
    if (hasMoved()) return
  }
  throw new RealtimeKitError(
    'RTK_CALLER',
    `${waits}, and nobody asked for a response in ${longestSilenceMs} ms of it.\n` +
      'Set `turn_detection.idle_timeout_ms` in the app (server_vad), or let the app send response.create when the user is silent.',
  )
}

/** What the caller can do comes before what only the app can. */
function nextStep(flow: FlowWalks): FlowStep {
  const { state, expected } = flow
  const own = expected.filter(({ event }) => event === undefined)
  const steps = own.length > 0 ? own : expected
  const fresh = steps.find((step) => !flow.tracks.isTaken(step))
  return fresh ?? steps.find(({ to }) => to !== undefined && to !== state) ?? steps[0]!
}

function wordsFor({ says, caller }: FlowStep, waits: string): string {
  if (caller !== undefined) return caller
  const [phrase] = [says].flat()
  if (typeof phrase === 'string') return phrase
  throw unknownMatch(says, waits)
}

function keysFor({ keys, caller }: FlowStep, waits: string): string {
  if (caller !== undefined) return caller
  if (typeof keys === 'string') return keys
  throw unknownMatch(keys, waits)
}

function unknownMatch(pattern: unknown, waits: string): RealtimeKitError {
  const what = pattern === undefined ? 'anything' : String(pattern)
  return new RealtimeKitError('RTK_CALLER', `${waits}: what would match ${what}? Give the step \`caller: '…'\`.`)
}
