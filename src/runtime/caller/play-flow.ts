// How the caller plays the user's side of a flow: which step comes next, and what is said for it.

import type { Flow, FlowStep } from '../../api.ts'
import { RealtimeKitError } from '../../errors.ts'
import type { FlowWalks } from '../../responses/flow.ts'
import { isEnd, stepTold } from '../../responses/flow-steps.ts'
import { walksOf } from '../script.ts'

/** Turns of one play: a flow may loop for ever. */
const maxTurns = 100

export interface FlowPlayer {
  says(text: string): Promise<void>
  /** Resolves when the flow has gone on, and nobody speaks or waits any more. */
  answered(hasMoved: () => boolean): Promise<void>
}

/** @throws RealtimeKitError RTK_CALLER for what is no flow. */
export function flowOf(flow: Flow): FlowWalks {
  const walks = walksOf(flow)
  if (walks) return walks
  throw new RealtimeKitError('RTK_CALLER', 'caller.plays(flow): the flow must be what `realtime.flow(name, { … })` gave.')
}

/** Says each turn until the flow ends; of several ways on, the first that was not taken yet. */
export async function playFlow(flow: FlowWalks, player: FlowPlayer): Promise<void> {
  for (let turn = 0; turn < maxTurns; turn++) {
    if (isEnd(flow.definition, flow.state)) return
    const text = wordsFor(flow, nextStep(flow))
    const before = flow.moves
    await player.says(text)
    await player.answered(() => flow.moves > before)
  }
  throw new RealtimeKitError(
    'RTK_CALLER',
    `caller.plays('${flow.name}'): no end after ${maxTurns} turns, in state '${flow.state}'.`,
  )
}

function nextStep(flow: FlowWalks): FlowStep {
  const { name, state, expected } = flow
  const spoken = expected.filter(({ keys, silence, event }) => keys === undefined && silence === undefined && event === undefined)
  const fresh = spoken.find((step) => !flow.isTaken(step))
  const onwards = spoken.find(({ to }) => to !== undefined && to !== state)
  const step = fresh ?? onwards ?? spoken[0]
  if (step) return step
  throw new RealtimeKitError(
    'RTK_CALLER',
    `caller.plays('${name}'): state '${state}' waits for ${expected.map(stepTold).join(' or ')}, which the caller cannot say.\n` +
      'Bring it about in the test, then play on.',
  )
}

function wordsFor(flow: FlowWalks, { says, caller }: FlowStep): string {
  if (caller !== undefined) return caller
  const [phrase] = [says].flat()
  if (typeof phrase === 'string') return phrase
  throw new RealtimeKitError(
    'RTK_CALLER',
    `caller.plays('${flow.name}'): in state '${flow.state}', what would match ${says === undefined ? 'anything' : String(says)}? Give the step \`caller: '…'\`.`,
  )
}
