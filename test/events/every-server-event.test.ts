// Each server event is really sent, on a real socket, by what brings it about in an app: nothing here injects an event. What each talk
// brings is declared; the last test holds the sum against the types of the openai package.

import { expect, test } from 'vitest'
import { createLocalRealtime, type LocalRealtime, type RealtimeOptions } from 'vitest-realtime'
import {
  appends,
  cancel,
  clear,
  commit,
  loud,
  quiet,
  remove,
  respond,
  retrieve,
  says,
  truncate,
  update,
  updateInput,
} from '../conformance/support/client-events.ts'
import * as serviceOptions from '../conformance/support/service-options.ts'
import { type OpenOptions, WireClient } from '../conformance/support/wire-client.ts'
import { readEventUnions } from './openai-unions.ts'

interface Talk {
  readonly realtime: LocalRealtime
  /** A greeted client over a loopback socket. */
  open(options?: OpenOptions & { path?: string }): Promise<WireClient>
}

const declared = new Set<string>()

/** The body of a test: all these events are received by the clients of the talk. */
function brings(types: readonly string[], options: RealtimeOptions, talk: (talk: Talk) => Promise<void>): () => Promise<void> {
  for (const type of types) declared.add(type)
  return async () => {
    await using realtime = createLocalRealtime({ ...serviceOptions, ...options })
    const clients: WireClient[] = []
    const open: Talk['open'] = async ({ path = '', ...openOptions } = {}) => {
      const client = await WireClient.open(`${realtime.url}${path}`, openOptions)
      clients.push(client)
      return client
    }
    await talk({ realtime, open })
    const received = new Set(clients.flatMap((client) => client.types()))
    expect(types.filter((type) => !received.has(type))).toEqual([])
    await Promise.all(clients.map((client) => client.close()))
  }
}

const item = (name: string): string => `conversation.item.${name}`
const buffer = (name: string): string => `input_audio_buffer.${name}`
const transcription = (name: string): string => item(`input_audio_transcription.${name}`)
const response = (name: string): string => `response.${name}`

test(
  'everything about text, items and calls',
  brings(
    [
      'session.created',
      'session.updated',
      ...['added', 'done', 'retrieved', 'deleted'].map(item),
      ...['created', 'done', 'output_item.added', 'output_item.done', 'content_part.added', 'content_part.done'].map(response),
      ...['output_text.delta', 'output_text.done', 'function_call_arguments.delta', 'function_call_arguments.done'].map(response),
      'rate_limits.updated',
      'error',
    ],
    {},
    async ({ open }) => {
      const client = await open()
      await client.ask(update({ output_modalities: ['text'], audio: { input: { turn_detection: null } } }))
      await client.turn(says('look', { id: 'item_mine' }), respond())
      await client.ask(retrieve('item_mine'), remove('item_mine'), remove('item_mine'))
    },
  ),
)

test(
  'everything about sound, turns and interruptions',
  brings(
    [
      ...['speech_started', 'speech_stopped', 'committed', 'cleared', 'timeout_triggered'].map(buffer),
      ...['delta', 'done'].flatMap((end) => [response(`output_audio.${end}`), response(`output_audio_transcript.${end}`)]),
      item('truncated'),
    ],
    {},
    async ({ realtime, open }) => {
      const client = await open()
      await client.ask(updateInput({ turn_detection: { type: 'server_vad', idle_timeout_ms: 5000 } }))
      const turn = await client.turn(says('tone'), respond())
      const [message] = turn.findLast(({ type }) => type === 'response.done')!.response.output
      client.send(truncate(message.id, 500), ...appends(loud(320)), clear)
      await client.until('input_audio_buffer.cleared')
      client.send(...appends(loud(320)), ...appends(quiet(640)))
      await client.until('rate_limits.updated')
      await realtime.clock.advance(10_000)
      await client.until('input_audio_buffer.timeout_triggered')
      await client.until('rate_limits.updated')
    },
  ),
)

test(
  'everything about what the caller says',
  brings(['delta', 'completed', 'failed', 'segment'].map(transcription), {}, async ({ realtime, open }) => {
    const client = await open()
    const said = async (model: string): Promise<void> => {
      client.send(updateInput({ turn_detection: null, transcription: { model } }), ...appends(loud(640)), commit)
      await client.until('input_audio_buffer.committed')
    }
    await said('gpt-4o-transcribe')
    await client.until(transcription('completed'))
    await said('gpt-4o-transcribe-diarize')
    await client.until(transcription('completed'))
    realtime.transcribeOnce({ fail: 'audio_unintelligible' })
    await said('gpt-4o-transcribe')
    await client.until(transcription('failed'))
  }),
)

test(
  'conversation.created, where the option asks for it',
  brings(['conversation.created'], { behavior: { conversationCreated: true } }, async ({ open }) => {
    const client = await open()
    await client.settle()
    expect(client.types()).toEqual(['session.created', 'conversation.created'])
  }),
)

test(
  'conversation.item.created, in the beta profile',
  brings(['conversation.item.created'], { profile: 'beta' }, async ({ open }) => {
    const client = await open({ isBeta: true, headers: { 'openai-beta': 'realtime=v1' } })
    client.send(says('short'))
    await client.until('conversation.item.created')
    expect(client.types()).not.toContain('conversation.item.added')
  }),
)

const weather = { type: 'mcp', server_label: 'weather', server_url: 'https://weather.test/mcp', require_approval: 'never' }

test(
  'everything about MCP servers',
  brings(
    [
      ...['in_progress', 'completed', 'failed'].flatMap((end) => [`mcp_list_tools.${end}`, response(`mcp_call.${end}`)]),
      ...['delta', 'done'].map((end) => response(`mcp_call_arguments.${end}`)),
    ],
    {
      mcp: {
        weather: {
          tools: {
            forecast: { run: () => 'Sunny' },
            storm: {
              run: () => {
                throw new Error('no wind')
              },
            },
          },
        },
      },
      responses: {
        forecast: { when: 'forecast', call: { name: 'forecast', arguments: { city: 'Rome' } } },
        storm: { when: 'storm', call: { name: 'storm', arguments: {} } },
      },
    },
    async ({ open }) => {
      const client = await open()
      client.send(update({ output_modalities: ['text'], tools: [weather, { ...weather, server_label: 'nowhere' }] }))
      await client.until('mcp_list_tools.failed')
      await client.turn(says('forecast'), respond())
      await client.turn(says('storm'), respond())
    },
  ),
)

test(
  'everything about calls',
  brings(
    [buffer('dtmf_event_received'), ...['started', 'stopped', 'cleared'].map((end) => `output_audio_buffer.${end}`)],
    {},
    async ({ realtime, open }) => {
      const { httpUrl } = realtime
      const accept = async (request: Request): Promise<Response> => {
        const { data } = (await request.json()) as { data: { call_id: string } }
        const headers = { authorization: 'Bearer sk-test', 'content-type': 'application/json' }
        const body = JSON.stringify({ type: 'realtime', model: 'gpt-realtime' })
        return fetch(`${httpUrl}/realtime/calls/${data.call_id}/accept`, { method: 'POST', headers, body })
      }
      const call = await realtime.incomingCall(accept)
      await call.accepted()
      const client = await open({ query: `?call_id=${call.id}` })
      await call.presses('1')
      client.send(says('tone'), respond())
      await client.until('output_audio_buffer.stopped')
      client.send(says('tone'), respond())
      await client.until('output_audio_buffer.started')
      client.send(cancel(), { type: 'output_audio_buffer.clear' })
      await client.until('output_audio_buffer.cleared')
    },
  ),
)

test(
  'everything about translation',
  brings(
    [
      ...['created', 'updated', 'closed', 'input_transcript.delta', 'output_transcript.delta', 'output_audio.delta'].map(
        (name) => `session.${name}`,
      ),
      'error',
    ],
    {},
    async ({ open }) => {
      const client = await open({ path: '/translations', query: '?model=gpt-realtime-translate', isBeta: true })
      const sound = [...appends(quiet(200), 200), ...appends(loud(1000), 200), ...appends(quiet(2000), 200)]
      client.send(
        {
          type: 'session.update',
          session: { audio: { input: { transcription: { model: 'gpt-realtime-whisper' } }, output: { language: 'es' } } },
        },
        { type: 'response.create' },
        ...sound.map((event) => ({ ...event, type: 'session.input_audio_buffer.append' })),
        { type: 'session.close' },
      )
      await client.until('session.closed')
    },
  ),
)

test('together they are all server events of the types of the openai package', () => {
  const { server, translationServer } = readEventUnions()
  expect([...declared].toSorted()).toEqual([...new Set([...server, ...translationServer])].toSorted())
})
