// What plugins add to replies, as the book of replies sees it.

import type { Reply, ReplyConfig, Turn } from '../api.ts'
import { RealtimeKitError } from '../errors.ts'
import type { CompiledCriteria, CustomCriterion } from './criteria.ts'

export interface ReplyExtensions {
  /** The criterion of `when: { 'PLUGIN:NAME': … }`; `place` is for messages. Throws RTK_REPLY for an unknown name. */
  criterion(name: string, place: string): (turn: Turn, wanted: unknown) => boolean
  /** The generator of `{ generate: 'PLUGIN:NAME' }`. Throws RTK_REPLY for an unknown name. */
  generator(name: string, place: string): (turn: Turn, options: unknown) => ReturnType<Extract<Reply, (turn: Turn) => unknown>>
}

/** Stands in where no plugins are. */
export const noExtensions: ReplyExtensions = {
  criterion: (name, place) => lacks(place, 'criterion', name),
  generator: (name, place) => lacks(place, 'generator', name),
}

function lacks(place: string, what: string, name: string): never {
  throw new RealtimeKitError(
    'RTK_REPLY',
    `${place}: no ${what} is named '${name}'.\nNo plugin is here: see the option \`plugins\`.`,
  )
}

/** Criteria with those of plugins looked up. */
export function withCustom(criteria: CompiledCriteria, extensions: ReplyExtensions, place: string): CompiledCriteria {
  const custom: CustomCriterion[] = Object.entries(criteria)
    .filter(([key, wanted]) => key.includes(':') && wanted !== undefined)
    .map(([name, wanted]) => ({ name, wanted, fits: extensions.criterion(name, place) }))
  return custom.length === 0 ? criteria : { ...criteria, custom }
}

/** What a config gives: itself, or what its generator makes. */
export function generated(config: ReplyConfig, extensions: ReplyExtensions, place: string): Reply {
  const { generate, with: options } = config
  if (generate === undefined) return config
  const generator = extensions.generator(generate, place)
  return (turn) => generator(turn, options)
}
