// Mistakes 1 to 4, 10, 12 to 14 and 21 of protocol.md 8: items, their ladders, and what is said about wrong ones.

import { expect } from 'vitest'
import {
  append,
  appends,
  callOutput,
  cancel,
  commit,
  loud,
  quiet,
  remove,
  respond,
  retrieve,
  says,
  truncate,
  update,
} from './client-events.ts'
import { changing, errorsFor, type LoggedClient, moved, sent, without } from './event-log.ts'
import type { Mistake } from './mistakes.ts'

const textOnly = update({ output_modalities: ['text'] })

async function textTurn({ client, send }: LoggedClient): Promise<void> {
  send(textOnly, says('short', { id: 'item_mine' }), respond())
  await client.until('rate_limits.updated')
}

async function cancelledSpeech({ client, send }: LoggedClient): Promise<void> {
  send(says('tone'), respond())
  await client.until('response.output_audio.delta')
  send(cancel())
  await client.until('rate_limits.updated')
}

const assistant = (event: { item: { role?: string } }): boolean => event.item.role === 'assistant'

/** Everything that a mistaken client event is answered with. */
const wrongEvents: readonly (readonly [id: string, event: object, code: string | null, message: RegExp])[] = [
  [
    'retrieve',
    retrieve('item_x'),
    'item_retrieve_invalid_item_id',
    /^Error retrieving item: the item with id 'item_x' does not exist\.$/,
  ],
  [
    'delete',
    remove('item_x'),
    'item_delete_invalid_item_id',
    /^Error deleting item: the item with id 'item_x' does not exist\.$/,
  ],
  ['truncate', truncate('item_x', 0), 'item_truncate_invalid_item_id', /^Item with item_id not found: item_x$/],
  ['duplicate', says('b', { id: 'item_a' }), 'item_create_duplicate_item_id', /an item with id 'item_a' already exists\.$/],
  ['text', truncate('item_a', 0), null, /^Only model output audio messages can be truncated$/],
  [
    'after',
    says('c', {}, { previous_item_id: 'item_x' }),
    'item_create_invalid_previous_item_id',
    /previous item with id 'item_x'/,
  ],
  ['call', callOutput('call_x'), 'invalid_tool_call_id', /^Tool call ID 'call_x' not found in conversation\.$/],
  ['cancel', cancel(), 'response_cancel_not_active', /^Cancellation failed: no active response found$/],
  ['commit', commit, 'input_audio_buffer_commit_empty', /buffer only has 0\.00ms of audio\.$/],
]

export const mistakesOfItems: readonly Mistake[] = [
  {
    number: 1,
    mistake: 'conversation.item.created instead of added and done',
    talk: textTurn,
    check: (log) => {
      expect(sent(log, 'conversation.item.created')).toEqual([])
      const told = (type: string): string[] => sent(log, type).map(({ item }) => item.role)
      expect(told('conversation.item.added')).toEqual(['user', 'assistant'])
      expect(told('conversation.item.done')).toEqual(['user', 'assistant'])
    },
    mutants: {
      'created instead of both': (log) =>
        without('conversation.item.done')(
          changing('conversation.item.added', (e) => [{ ...e, type: 'conversation.item.created' }])(log),
        ),
      'created beside them': changing('conversation.item.added', (e) => [e, { ...e, type: 'conversation.item.created' }]),
      'no done for the user': changing('conversation.item.done', (e) => (assistant(e) ? [e] : [])),
    },
  },
  {
    number: 2,
    mistake: 'no conversation.item events for the assistant, or done after output_item.done',
    talk: textTurn,
    check: (log) => {
      const types = sent(log).filter((e) => !('item' in e) || assistant(e as never))
      const order = types.map(({ type }) => type).filter((type) => /item\.(?:added|done)$/.test(type))
      expect(order).toEqual([
        'response.output_item.added',
        'conversation.item.added',
        'conversation.item.done',
        'response.output_item.done',
      ])
    },
    mutants: {
      'no added': changing('conversation.item.added', (e) => (assistant(e) ? [] : [e])),
      'no done': changing('conversation.item.done', (e) => (assistant(e) ? [] : [e])),
      'done comes last': moved('response.output_item.done', 'response.content_part.done'),
      'added comes first': moved('response.output_item.added', 'response.content_part.added'),
    },
  },
  {
    number: 3,
    mistake: 'a cancelled response that leaves items and parts open',
    talk: cancelledSpeech,
    check: (log) => {
      const types = sent(log).map(({ type }) => type)
      expect(types.slice(types.lastIndexOf('response.output_audio.done'))).toEqual([
        'response.output_audio.done',
        'response.output_audio_transcript.done',
        'response.content_part.done',
        'conversation.item.done',
        'response.output_item.done',
        'response.done',
        'rate_limits.updated',
      ])
      expect(types.filter((type) => type === 'response.content_part.added')).toHaveLength(1)
      expect(sent(log, 'response.output_item.done')[0]!.item.status).toBe('incomplete')
      const [done] = sent(log, 'response.done')
      expect(done!.response).toMatchObject({ status: 'cancelled', status_details: { reason: 'client_cancelled' } })
      expect(done!.response.output).toHaveLength(1)
    },
    mutants: {
      'no part done': without('response.content_part.done'),
      'no part added': without('response.content_part.added'),
      'no item done': without('response.output_item.done'),
      'no audio done': without('response.output_audio.done'),
      'an empty output': changing('response.done', (e) => [{ ...e, response: { ...e.response, output: [] } }]),
      'completed all the same': changing('response.output_item.done', (e) => [
        { ...e, item: { ...e.item, status: 'completed' } },
      ]),
    },
  },
  {
    number: 4,
    mistake: 'rate_limits.updated right after response.created, or with an entry for requests',
    talk: textTurn,
    check: (log) => {
      const types = sent(log).map(({ type }) => type)
      expect(types.indexOf('rate_limits.updated')).toBe(types.indexOf('response.done') + 1)
      const [limits] = sent(log, 'rate_limits.updated')
      expect(limits!.rate_limits.map(({ name }: { name: string }) => name)).toEqual(['tokens'])
    },
    mutants: {
      early: moved('rate_limits.updated', 'response.output_item.added'),
      'a second entry': changing('rate_limits.updated', (e) => [
        { ...e, rate_limits: [{ ...e.rate_limits[0], name: 'requests' }, ...e.rate_limits] },
      ]),
      none: without('rate_limits.updated'),
    },
  },
  {
    number: 10,
    mistake: 'invented error codes',
    talk: async ({ client, send }) => {
      send(says('a', { id: 'item_a' }), ...wrongEvents.map(([event_id, event]) => ({ ...event, event_id })))
      await client.settle()
    },
    check: (log) => {
      for (const [event_id, , code, message] of wrongEvents) {
        const answers = errorsFor(log, event_id)
        expect(answers, event_id).toHaveLength(1)
        expect(answers[0]!.error).toMatchObject({ type: 'invalid_request_error', code, param: null })
        expect(answers[0]!.error.message).toMatch(message)
      }
    },
    mutants: {
      item_not_found: changing('error', (e, index) => [
        index === 0 ? { ...e, error: { ...e.error, code: 'item_not_found' } } : e,
      ]),
      'the type as code': changing('error', (e, index) => [
        index === 7 ? { ...e, error: { ...e.error, code: 'invalid_request_error' } } : e,
      ]),
      'a code where there is none': changing('error', (e) => [
        e.error.code === null ? { ...e, error: { ...e.error, code: 'unsupported_content_type' } } : e,
      ]),
      'no event_id': changing('error', (e) => [{ ...e, error: { ...e.error, event_id: null } }]),
      'another type': changing('error', (e) => [{ ...e, error: { ...e.error, type: 'server_error' } }]),
    },
  },
  {
    number: 12,
    mistake: 'a done for each chunk, or no final transcript on cancel',
    talk: cancelledSpeech,
    check: (log) => {
      const said = sent(log, 'response.output_audio_transcript.delta')
        .map(({ delta }) => delta)
        .join('')
      expect(said).not.toBe('')
      const dones = sent(log, 'response.output_audio_transcript.done')
      expect(dones.map(({ transcript }) => transcript)).toEqual([said])
      expect(sent(log, 'response.output_audio.done')).toHaveLength(1)
      expect(sent(log, 'response.output_item.done')[0]!.item.content).toEqual([{ type: 'output_audio', transcript: said }])
    },
    mutants: {
      'a done per chunk': changing('response.output_audio_transcript.delta', ({ delta, obfuscation, ...place }) => [
        { ...place, delta, obfuscation },
        { ...place, type: 'response.output_audio_transcript.done', transcript: delta },
      ]),
      'no final transcript': without('response.output_audio_transcript.done'),
      'an empty transcript': changing('response.output_audio_transcript.done', (e) => [{ ...e, transcript: '' }]),
      'the whole text, though it was cut': changing('response.output_audio_transcript.done', (e) => [
        { ...e, transcript: `${e.transcript} and more` },
      ]),
    },
  },
  {
    number: 13,
    mistake: 'speech_stopped several times for one item, or different ids for started, committed and item',
    talk: async ({ client, send }) => {
      send(textOnly, ...appends(quiet(320)), ...appends(loud(640)), ...appends(quiet(640)))
      await client.until('rate_limits.updated')
    },
    check: (log) => {
      const ids = ['speech_started', 'speech_stopped', 'committed'].map((name) =>
        sent(log, `input_audio_buffer.${name}`).map(({ item_id }) => item_id),
      )
      const item = sent(log, 'conversation.item.added')[0]!.item.id
      expect(ids).toEqual([[item], [item], [item]])
    },
    mutants: {
      'stopped twice': changing('input_audio_buffer.speech_stopped', (e) => [e, e]),
      'another id when committed': changing('input_audio_buffer.committed', (e) => [{ ...e, item_id: 'item_other' }]),
      'another id when started': changing('input_audio_buffer.speech_started', (e) => [{ ...e, item_id: 'item_other' }]),
      'another id of the item': changing('conversation.item.added', (e) => [{ ...e, item: { ...e.item, id: 'item_other' } }]),
    },
  },
  {
    number: 14,
    mistake: 'message or audio events on tool-only responses, unstable ids and indexes',
    talk: async ({ client, send }) => {
      send(says('call two'), respond())
      await client.until('rate_limits.updated')
    },
    check: (log) => {
      expect(sent(log).filter(({ type }) => /content_part|output_text|output_audio/.test(type))).toEqual([])
      const { output } = sent(log, 'response.done')[0]!.response
      expect(output.map(({ type }: { type: string }) => type)).toEqual(['function_call', 'function_call'])
      for (const event of sent(log).filter(({ output_index }) => output_index !== undefined)) {
        const call = output[event.output_index]
        expect(event.item_id ?? event.item.id).toBe(call.id)
        expect(event.call_id ?? event.item.call_id).toBe(call.call_id)
      }
      expect(output[0].id).not.toBe(output[1].id)
    },
    mutants: {
      'a part in the call': changing('response.function_call_arguments.done', (e) => [
        { ...e, type: 'response.content_part.added', part: { type: 'text', text: '' } },
        e,
      ]),
      'a message beside the calls': changing('response.done', (e) => [
        { ...e, response: { ...e.response, output: [{ type: 'message' }, ...e.response.output] } },
      ]),
      'another item id at the end': changing('response.function_call_arguments.done', (e) => [{ ...e, item_id: 'item_other' }]),
      'the same index twice': changing(/arguments/, (e) => [{ ...e, output_index: 0 }]),
      'another call id': changing('response.function_call_arguments.delta', (e) => [{ ...e, call_id: 'call_other' }]),
    },
  },
  {
    number: 21,
    mistake: 'requiring the status of an item',
    talk: async ({ client, send }) => {
      send(says('a'), says('b', { status: 'incomplete' }), { ...append(loud(100)) })
      await client.settle()
    },
    check: (log) => {
      expect(sent(log, 'error')).toEqual([])
      expect(sent(log, 'conversation.item.done').map(({ item }) => item.status)).toEqual(['completed', 'completed'])
    },
    mutants: {
      'refused without it': changing('conversation.item.added', (e) => [{ type: 'error', event_id: 'e', error: e.item }]),
      'takes the one that was given': changing('conversation.item.done', (e) => [
        { ...e, item: { ...e.item, status: 'incomplete' } },
      ]),
    },
  },
]
