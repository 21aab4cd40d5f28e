// Mistakes 5 to 9, 11 and 15 to 20 of protocol.md 8: sessions, connections, sound and time.

import { expect } from 'vitest'
import { append, appends, commit, loud, quiet, respond, retrieve, says, truncate, update, updateInput } from './client-events.ts'
import {
  changing,
  type EventLog,
  errorsFor,
  type LogEntry,
  type LoggedClient,
  retimed,
  sent,
  timesOf,
  without,
} from './event-log.ts'
import type { Mistake } from './mistakes.ts'

const created = (log: EventLog): any => sent(log, 'session.created')[0]!.session
const updated = (log: EventLog): any => sent(log, 'session.updated').at(-1)!.session
const prefix = 'conversation.item.input_audio_transcription'
const megabytes = 48_000 * 60

async function greeted({ client }: LoggedClient): Promise<void> {
  await client.until('session.created')
}

async function transcribe(model: string, { client, send }: LoggedClient): Promise<void> {
  send(updateInput({ turn_detection: null, transcription: { model } }), append(loud(1630)), commit)
  await client.until(`${prefix}.completed`)
  await client.settle()
}

/** Two seconds of answer, then truncations beyond and within what was made. */
async function spokenTurn({ client, send }: LoggedClient): Promise<void> {
  send(says('tone'), respond())
  await client.until('rate_limits.updated')
  const [item] = client.all('response.done')[0]!.response.output
  send(truncate(item.id, 1060, { event_id: 'beyond' }), truncate(item.id, 900))
  await client.settle()
}

const realtimeKeys =
  'type object id model output_modalities instructions tools tool_choice max_output_tokens tracing truncation prompt expires_at audio include'

export const mistakesOfSessions: readonly Mistake[] = [
  {
    number: 5,
    mistake: 'a session object that is only an echo of what was sent',
    talk: async ({ client, send }) => {
      send(update({ instructions: 'Be brief.' }))
      await client.until('session.updated')
    },
    check: (log) => {
      for (const session of [created(log), updated(log)]) {
        expect(Object.keys(session).join(' ')).toBe(realtimeKeys)
        expect(session.object).toBe('realtime.session')
        expect(Object.keys(session.audio.input).toSorted()).toEqual([
          'format',
          'noise_reduction',
          'transcription',
          'turn_detection',
        ])
      }
      expect(updated(log)).toEqual({ ...created(log), instructions: 'Be brief.' })
    },
    mutants: {
      'only what was sent': changing('session.updated', (e) => [
        { ...e, session: { type: 'realtime', instructions: 'Be brief.' } },
      ]),
      'no nulls': changing(/^session/, ({ session: { tracing: _, ...session }, ...e }) => [{ ...e, session }]),
      'another id': changing('session.updated', (e) => [{ ...e, session: { ...e.session, id: 'sess_other' } }]),
    },
  },
  {
    number: 5,
    mistake: 'a transcription session with a model, or as a realtime.session',
    open: { query: '?intent=transcription' },
    talk: greeted,
    check: (log) => {
      expect(Object.keys(created(log))).toEqual(['type', 'object', 'id', 'expires_at', 'audio', 'include'])
      expect(created(log)).toMatchObject({ type: 'transcription', object: 'realtime.transcription_session' })
      expect(Object.keys(created(log).audio)).toEqual(['input'])
    },
    mutants: {
      'a model': changing('session.created', (e) => [{ ...e, session: { ...e.session, model: 'gpt-realtime' } }]),
      'realtime.session': changing('session.created', (e) => [{ ...e, session: { ...e.session, object: 'realtime.session' } }]),
      'an output side': changing('session.created', (e) => [
        { ...e, session: { ...e.session, audio: { ...e.session.audio, output: {} } } },
      ]),
    },
  },
  {
    number: 6,
    mistake: 'refusing a session.update whose model differs',
    talk: async ({ client, send }) => {
      send(update({ model: 'gpt-realtime-2', instructions: 'Be brief.' }))
      await client.settle()
    },
    check: (log) => {
      expect(sent(log).map(({ type }) => type)).toEqual(['session.created', 'session.updated'])
      expect(updated(log)).toMatchObject({ model: 'gpt-realtime', instructions: 'Be brief.' })
    },
    mutants: {
      refused: changing('session.updated', (e) => [{ ...e, type: 'error', error: {} }]),
      'no answer': without('session.updated'),
      'the other model': changing('session.updated', (e) => [{ ...e, session: { ...e.session, model: 'gpt-realtime-2' } }]),
    },
  },
  {
    number: 7,
    mistake: 'accepting bad updates, or applying half of one',
    talk: async ({ client, send }) => {
      send(
        { type: 'session.update', event_id: 'no type', session: { instructions: 'half' } },
        update({ instructions: 'half', bogus_field: 1 }, { event_id: 'unknown' }),
        update({ instructions: 'half', audio: { input: { format: { type: 'audio/pcm', rate: 16_000 } } } }, { event_id: 'rate' }),
        update({}),
      )
      await client.settle()
    },
    check: (log) => {
      const refusal = (id: string): unknown[] => errorsFor(log, id).map(({ error }) => [error.code, error.param])
      expect(refusal('no type')).toEqual([['missing_required_parameter', 'session.type']])
      expect(refusal('unknown')).toEqual([['unknown_parameter', 'session.bogus_field']])
      expect(refusal('rate')).toEqual([['integer_below_min_value', 'session.audio.input.format.rate']])
      expect(sent(log, 'session.updated')).toHaveLength(1)
      expect(updated(log)).toEqual(created(log))
    },
    mutants: {
      accepted: changing('error', (e, index) => [index === 0 ? { ...e, type: 'session.updated', session: {} } : e]),
      'half applied': changing('session.updated', (e) => [{ ...e, session: { ...e.session, instructions: 'half' } }]),
      'error and update': changing('session.updated', (e) => [e, e]),
      'another field': changing('error', (e) => [{ ...e, error: { ...e.error, param: 'session' } }]),
    },
  },
  {
    number: 8,
    mistake: 'an HTTP status at the handshake instead of 101, error and close',
    open: { key: null },
    talk: async ({ client }) => void (await client.closed),
    check: (log) => {
      expect(log).toMatchObject([
        {
          from: 'service',
          event: {
            type: 'error',
            error: { type: 'invalid_request_error', code: null, message: 'Missing bearer or basic authentication in header' },
          },
        },
        { from: 'close', code: 3000, reason: 'invalid_request_error' },
      ])
    },
    mutants: {
      '401': () => [
        { from: 'http', status: 401 },
        { from: 'close', code: 1006, reason: '' },
      ],
      'a close alone': without('error'),
      'another close': (log) => log.map((entry): LogEntry => (entry.from === 'close' ? { ...entry, code: 1008 } : entry)),
      'a greeting first': changing('error', (e) => [{ ...e, type: 'session.created' }, e]),
    },
  },
  {
    number: 8,
    mistake: 'an HTTP status for an unknown model',
    open: { query: '?model=gpt-4o' },
    talk: async ({ client }) => void (await client.closed),
    check: (log) => {
      expect(sent(log)).toMatchObject([{ type: 'error', error: { code: 'invalid_model' } }])
      expect(log.at(-1)).toEqual({ from: 'close', code: 4000, reason: 'invalid_request_error.invalid_model' })
    },
    mutants: {
      '404': () => [
        { from: 'http', status: 404 },
        { from: 'close', code: 1006, reason: '' },
      ],
      'a session all the same': changing('error', (e) => [{ ...e, type: 'session.created' }]),
    },
  },
  {
    number: 9,
    mistake: 'ignoring unknown event types, or an invented unknown_event',
    talk: async ({ client, send }) => {
      send({ type: 'nope', event_id: 'mine' }, { type: 'transcription_session.update', event_id: 'beta' })
      await client.settle()
    },
    check: (log) => {
      for (const id of ['mine', 'beta']) {
        const [answer, ...more] = errorsFor(log, id)
        expect(more).toEqual([])
        expect(answer?.error).toMatchObject({ code: 'invalid_value', param: 'type' })
        expect(answer?.error.message).toMatch(
          /^Invalid value: '.+'\. Supported values are: 'session\.update', .*, and 'response\.cancel'\.$/,
        )
      }
    },
    mutants: {
      ignored: without('error'),
      unknown_event: changing('error', (e) => [{ ...e, error: { ...e.error, code: 'unknown_event' } }]),
      'without the list': changing('error', (e) => [{ ...e, error: { ...e.error, message: "Invalid value: 'nope'." } }]),
    },
  },
  ...(['gpt-4o-transcribe', 'whisper-1'] as const).map(
    (model): Mistake => ({
      number: 11,
      mistake: `transcription with one shape of usage, at once, or with a response: ${model}`,
      talk: (logged) => transcribe(model, logged),
      check: (log) => {
        const [completed, ...more] = sent(log, `${prefix}.completed`)
        expect(more).toEqual([])
        expect(completed!.usage.type).toBe(model === 'whisper-1' ? 'duration' : 'tokens')
        const [committedMs = 0] = timesOf(log, 'input_audio_buffer.committed')
        const [completedMs = 0] = timesOf(log, `${prefix}.completed`)
        expect(completedMs - committedMs).toBeGreaterThan(500)
        expect(sent(log).filter(({ type }) => /^response|^rate_limits/.test(type))).toEqual([])
        const added = sent(log, 'conversation.item.added')[0]!
        expect(added.item.content).toEqual([{ type: 'input_audio', transcript: null }])
      },
      mutants: {
        'the other usage': changing(`${prefix}.completed`, (e) => [
          { ...e, usage: e.usage.type === 'tokens' ? { type: 'duration', seconds: 2 } : { type: 'tokens', total_tokens: 3 } },
        ]),
        'at once': retimed('completed$', () => 0),
        'a response of the commit': changing('input_audio_buffer.committed', (e) => [e, { ...e, type: 'response.created' }]),
        'the transcript in the item': changing('conversation.item.added', (e) => [
          { ...e, item: { ...e.item, content: [{ type: 'input_audio', transcript: 'words' }] } },
        ]),
        'completed twice': changing(`${prefix}.completed`, (e) => [e, e]),
      },
    }),
  ),
  {
    number: 15,
    mistake: 'sound paced at 1x or all at once, truncation never validated',
    talk: spokenTurn,
    check: (log) => {
      const times = timesOf(log, 'response.output_audio.delta')
      const sizes = sent(log, 'response.output_audio.delta').map(({ delta }) => Buffer.from(delta, 'base64').length / 48)
      const playedMs = sizes.slice(0, -1).reduce((sum, ms) => sum + ms, 0)
      const tookMs = times.at(-1)! - times[0]!
      expect(playedMs / tookMs).toBeGreaterThan(3)
      expect(playedMs / tookMs).toBeLessThan(8)
      const [refusal] = errorsFor(log, 'beyond')
      expect(refusal?.error).toMatchObject({
        code: 'invalid_value',
        message: 'Audio content of 1000ms is already shorter than 1060ms',
      })
      expect(sent(log, 'conversation.item.truncated').map(({ audio_end_ms }) => audio_end_ms)).toEqual([900])
    },
    mutants: {
      'as fast as it plays': retimed('output_audio.delta', (_, index) => index * 300),
      'all at once': retimed('output_audio.delta', () => 400),
      'any truncation': changing('error', (e) => [{ ...e, type: 'conversation.item.truncated', audio_end_ms: 1060 }]),
    },
  },
  {
    number: 16,
    mistake: 'a silence of 500 ms as the default',
    talk: async ({ client, send }) => {
      send(update({ output_modalities: ['text'] }), ...appends(loud(640)), ...appends(quiet(416)))
      await client.settle()
    },
    check: (log) => {
      expect(created(log).audio.input.turn_detection.silence_duration_ms).toBe(200)
      const [stopped] = sent(log, 'input_audio_buffer.speech_stopped')
      expect(stopped?.audio_end_ms).toBeLessThanOrEqual(640 + 256)
    },
    mutants: {
      'in the session': changing('session.created', (e) => {
        const session = structuredClone(e.session)
        session.audio.input.turn_detection.silence_duration_ms = 500
        return [{ ...e, session }]
      }),
      'in what it does': without('input_audio_buffer.speech_stopped'),
      'a later end': changing('input_audio_buffer.speech_stopped', (e) => [{ ...e, audio_end_ms: e.audio_end_ms + 300 }]),
    },
  },
  {
    number: 17,
    mistake: 'parts that are called like the content of items',
    talk: spokenTurn,
    check: (log) => {
      const parts = sent(log).filter(({ type }) => type.startsWith('response.content_part'))
      expect(parts.map(({ part }) => part.type)).toEqual(['audio', 'audio'])
      expect(sent(log, 'response.output_item.done')[0]!.item.content[0].type).toBe('output_audio')
    },
    mutants: {
      'output_audio parts': changing(/content_part/, (e) => [{ ...e, part: { ...e.part, type: 'output_audio' } }]),
      'audio items': changing('response.output_item.done', (e) => [{ ...e, item: { ...e.item, content: [{ type: 'audio' }] } }]),
    },
  },
  {
    number: 18,
    mistake: 'status_details and usage left out instead of null',
    talk: spokenTurn,
    check: (log) => {
      const nulls = { status_details: null, usage: null }
      expect(sent(log, 'response.created')[0]!.response).toMatchObject(nulls)
      expect(sent(log, 'response.done')[0]!.response).toMatchObject({ status_details: null, usage: expect.any(Object) })
    },
    mutants: {
      'no usage': changing('response.created', ({ response: { usage: _, ...response }, ...e }) => [{ ...e, response }]),
      'no details': changing('response.done', ({ response: { status_details: _, ...response }, ...e }) => [{ ...e, response }]),
    },
  },
  {
    number: 19,
    mistake: 'no ping',
    talk: async ({ client, local }) => {
      await client.until('session.created')
      await local.realtime.clock.advance(61_000)
      await client.settle()
    },
    check: (log) => {
      expect(log.filter(({ from }) => from === 'ping')).toEqual(
        [20_260, 40_520, 60_780].map((atMs) => ({ from: 'ping', atMs, bytes: 4 })),
      )
    },
    mutants: {
      none: (log) => log.filter(({ from }) => from !== 'ping'),
      'without a payload': (log) => log.map((entry) => (entry.from === 'ping' ? { ...entry, bytes: 0 } : entry)),
      'every 30 s': (log) => log.map((entry) => (entry.from === 'ping' ? { ...entry, atMs: 30_000 } : entry)),
    },
  },
  {
    number: 20,
    mistake: 'frames of 1 MiB at most',
    talk: async ({ client, send }) => {
      send(updateInput({ turn_detection: null }), append(Buffer.alloc(megabytes, 7)), commit)
      const { item_id } = await client.until('input_audio_buffer.committed')
      send(retrieve(item_id))
      await client.until('conversation.item.retrieved')
    },
    check: (log) => {
      const [part] = sent(log, 'conversation.item.retrieved').map(({ item }) => item.content[0])
      expect(Buffer.from(part?.audio ?? '', 'base64')).toHaveLength(megabytes)
    },
    mutants: {
      'closed instead': (log) => [...without('conversation.item.retrieved')(log), { from: 'close', code: 1009, reason: '' }],
      'cut short': changing('conversation.item.retrieved', (e) => {
        const [part] = e.item.content
        return [{ ...e, item: { ...e.item, content: [{ ...part, audio: part.audio.slice(0, 1024) }] } }]
      }),
    },
  },
]
