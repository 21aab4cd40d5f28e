// Flows of JSON configs: patterns written as '/…/i', replies with placeholders.

import { isRecord } from '../protocol/json.ts'
import { patternGroups, revivePattern, reviveReply } from './templates.ts'

/**
 * A flow as JSON holds it, as a flow: '/…/i' in `says` and `keys` becomes a RegExp, texts of replies become templates. What any
 * pattern of the flow catches may stand in any of its replies.
 *
 * @throws RealtimeKitError RTK_REPLY for patterns and placeholders that are none; the rest is checked as in TypeScript.
 * @example flowFromJson('booking', { states: { ask: [{ says: '/(?<seats>\\d+)/', reply: 'For {{captured.seats}}.', to: 'end' }] } })
 */
export function flowFromJson(name: string, json: unknown): unknown {
  if (!isRecord(json) || !isRecord(json.states)) return json
  const { states, opening } = json
  const patterned = Object.entries(states).map(([state, steps]) => [state, withPatterns(`${name}.${state}`, steps)] as const)
  const groups = patternGroups(patterned.flatMap(([, steps]) => stepsIn(steps).flatMap(({ says, keys }) => [says, keys])))
  const replied = patterned.map(([state, steps]) => [state, withReplies(`${name}.${state}`, steps, groups)] as const)
  return {
    ...json,
    ...(opening === undefined ? {} : { opening: reviveReply(`${name}.opening`, opening, []) }),
    states: Object.fromEntries(replied),
  }
}

function stepsIn(steps: unknown): readonly Record<string, unknown>[] {
  return Array.isArray(steps) ? steps.filter(isRecord) : []
}

function withPatterns(place: string, steps: unknown): unknown {
  return mapSteps(steps, (step, index) => ({
    ...step,
    ...(step.says === undefined ? {} : { says: revivePattern(`${place}[${index}]`, step.says) }),
    ...(step.keys === undefined ? {} : { keys: revivePattern(`${place}[${index}]`, step.keys) }),
  }))
}

function withReplies(place: string, steps: unknown, groups: readonly string[]): unknown {
  return mapSteps(steps, (step, index) =>
    step.reply === undefined ? step : { ...step, reply: reviveReply(`${place}[${index}]`, step.reply, groups) },
  )
}

function mapSteps(steps: unknown, change: (step: Record<string, unknown>, index: number) => unknown): unknown {
  return Array.isArray(steps) ? steps.map((step: unknown, index) => (isRecord(step) ? change(step, index) : step)) : steps
}
