// Sessions with one bug each, named by SIMULATION_BUG: they show that the rules find what they are there for.

import type { ServerEvent } from '../../src/protocol/server-events.ts'
import type { Effect } from '../../src/session/effects.ts'
import type { Step, step } from '../../src/session/step.ts'

type StepFunction = typeof step
/** What becomes of the effects of a step; `count` is how many steps there were. */
type Mutation = (effects: readonly Effect[]) => readonly Effect[]

const changing =
  <Type extends ServerEvent['type']>(
    type: Type,
    change: (event: Extract<ServerEvent, { type: Type }>) => readonly ServerEvent[],
  ): Mutation =>
  (effects) =>
    effects.flatMap((effect): readonly Effect[] => {
      if (effect.type !== 'send' || effect.event.type !== type) return [effect]
      return change(effect.event as Extract<ServerEvent, { type: Type }>).map((event) => ({ type: 'send', event }))
    })

/** Puts the events of the second type before those of the first, where they follow each other. */
const swapped =
  (first: ServerEvent['type'], second: ServerEvent['type']): Mutation =>
  (effects) => {
    const typeAt = (index: number): string | undefined => {
      const effect = effects[index]
      return effect?.type === 'send' ? effect.event.type : undefined
    }
    return effects.map((effect, index) => {
      if (typeAt(index) === first && typeAt(index + 1) === second) return effects[index + 1] ?? effect
      if (typeAt(index) === second && typeAt(index - 1) === first) return effects[index - 1] ?? effect
      return effect
    })
  }

export const plantedBugs = {
  'a response without its done': changing('response.done', () => []),
  'two dones': changing('response.done', (event) => [event, { ...event, event_id: `${event.event_id}x` }]),
  'a lost item': changing('conversation.item.done', (event) =>
    'role' in event.item && event.item.role === 'assistant' ? [] : [event],
  ),
  'an event id twice': changing('response.content_part.added', (event) => [{ ...event, event_id: 'event_same' }]),
  'a delta after its done': changing('response.output_text.done', (event) => {
    const { text: delta, ...place } = event
    return [
      event,
      { ...place, type: 'response.output_text.delta', event_id: `${event.event_id}x`, delta, obfuscation: 'abcdefgh' },
    ]
  }),
  'a done that says something else': changing('response.output_audio_transcript.done', (event) => [
    { ...event, transcript: `${event.transcript}.` },
  ]),
  'item.done after output_item.done': swapped('conversation.item.done', 'response.output_item.done'),
  'item.added before output_item.added': swapped('response.output_item.added', 'conversation.item.added'),
  'transcript.done before audio.done': swapped('response.output_audio.done', 'response.output_audio_transcript.done'),
  'a broken chain': changing('conversation.item.added', (event) => [{ ...event, previous_item_id: null }]),
  'usage that does not add up': changing('response.done', (event) => {
    const { usage } = event.response
    return [{ ...event, response: { ...event.response, usage: usage && { ...usage, total_tokens: usage.total_tokens + 1 } } }]
  }),
  'cached tokens in other steps': changing('response.done', (event) => {
    const { usage } = event.response
    const text_tokens = Math.min(10, usage?.input_token_details.text_tokens ?? 0)
    if (!usage || text_tokens === 0) return [event]
    const cached_tokens_details = { text_tokens, audio_tokens: 0, image_tokens: 0 }
    const input_token_details = { ...usage.input_token_details, cached_tokens: text_tokens, cached_tokens_details }
    return [{ ...event, response: { ...event.response, usage: { ...usage, input_token_details } } }]
  }),
  'no rate limits': changing('rate_limits.updated', () => []),
  'speech that stops twice': changing('input_audio_buffer.speech_stopped', (event) => [
    event,
    { ...event, event_id: `${event.event_id}x` },
  ]),
  'another item than announced': changing('input_audio_buffer.committed', (event) => [
    { ...event, item_id: `${event.item_id}x` },
  ]),
  'speech that ends before it starts': changing('input_audio_buffer.speech_stopped', (event) => [{ ...event, audio_end_ms: 0 }]),
  'a null that is missing': changing('response.created', (event) => {
    const { usage: _, ...response } = event.response
    return [{ ...event, response: response as typeof event.response }]
  }),
  'an error for a stranger': changing('error', (event) => [{ ...event, error: { ...event.error, event_id: 'stranger' } }]),
  'two transcripts of one item': changing('conversation.item.input_audio_transcription.completed', (event) => [
    event,
    { ...event, event_id: `${event.event_id}x` },
  ]),
  'a call to an MCP server that never ends': changing('response.mcp_call.completed', () => []),
  'arguments that the request for approval does not have': changing('response.mcp_call_arguments.done', (event) => [
    { ...event, arguments: `${event.arguments} ` },
  ]),
  'sound of a call that stops twice': changing('output_audio_buffer.stopped', (event) => [
    event,
    { ...event, event_id: `${event.event_id}x` },
  ]),
  'sound of a call that never stops': changing('output_audio_buffer.stopped', () => []),
} satisfies Record<string, Mutation>

/** Wraps the session's step; without a name nothing is changed. */
export function plantedBug(name: string | undefined): (real: StepFunction) => StepFunction {
  if (name === undefined) return (real) => real
  const mutation = Object.entries(plantedBugs).find(([bug]) => bug === name)?.[1]
  if (!mutation) throw new Error(`no planted bug is called '${name}'`)
  return (real) =>
    (state, input, nowMs): Step => {
      const { state: next, effects } = real(state, input, nowMs)
      return { state: next, effects: mutation(effects) }
    }
}
