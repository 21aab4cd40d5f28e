// What the timeline says to refusals that depend on what the session was doing, provoked on a real one.

import { describe, expect, test } from 'vitest'
import type { RealtimeOptions } from '../../src/api.ts'
import { type MemoryApp, openService } from './support/open-service.ts'
import {
  append,
  cancel,
  commit,
  create,
  findingsOf,
  found,
  got,
  item,
  type Row,
  responses,
  type Sent,
  says,
  testRows,
  text,
  update,
} from './support/wrong-app.ts'

const weather = { type: 'mcp', server_label: 'weather', server_url: 'https://weather.test/mcp' }
const askFirst = update({ output_modalities: ['text'], tools: [weather] })
const freely = update({ output_modalities: ['text'], tools: [{ ...weather, require_approval: 'never' }] })
const mcp: RealtimeOptions = {
  mcp: { weather: { tools: { look: { run: () => 'Sunny' } } } },
  responses: { look: { when: 'look', call: { name: 'look' } } },
}
const ranMcp = (then: (id: string) => Sent) => (app: MemoryApp) => then(got(app, 'response.mcp_call.in_progress').item_id)
const approval = () => (app: MemoryApp) => {
  const { item: asked } = got(app, 'response.output_item.done')
  return item({ type: 'mcp_approval_response', approval_request_id: asked.id, approve: true })
}

const rows: readonly Row[] = [
  { case: 'a commit of nothing', sent: [text, commit], code: 'commit_without_audio', says: /no sound/ },
  { case: 'a commit of too little', sent: [text, append(50), commit], code: 'commit_too_short', says: /less than 100 ms/ },
  {
    case: 'a commit after a clear',
    sent: [text, append(500), { type: 'input_audio_buffer.clear' }, commit],
    code: 'commit_too_short',
    says: /was cleared \(#\d+\)/,
  },
  {
    case: 'a retrieval of nothing',
    sent: [{ type: 'conversation.item.retrieve', item_id: 'x' }],
    code: 'retrieve_unknown',
    says: /never had it/,
  },
  {
    case: 'a second deletion',
    sent: [
      item({ id: 'a', type: 'message', role: 'user', content: [] }),
      ...[1, 2].map(() => ({ type: 'conversation.item.delete', item_id: 'a' })),
    ],
    code: 'delete_unknown',
    says: /it was deleted \(#\d+\)/,
  },
  {
    case: 'a truncation of nothing',
    sent: [{ type: 'conversation.item.truncate', item_id: 'x', content_index: 0, audio_end_ms: 1 }],
    code: 'truncate_unknown',
    says: /never had it/,
  },
  {
    case: 'a truncation of text',
    sent: [
      text,
      says('hello'),
      create,
      (app) => ({
        type: 'conversation.item.truncate',
        item_id: got(app, 'response.output_item.done').item.id,
        content_index: 0,
        audio_end_ms: 0,
      }),
    ],
    code: 'truncate_without_audio',
    says: /has no sound of the model/,
  },
  {
    case: 'a truncation beyond the sound',
    sent: [
      says('hello'),
      create,
      (app) => ({
        type: 'conversation.item.truncate',
        item_id: got(app, 'response.output_item.done').item.id,
        content_index: 0,
        audio_end_ms: 90_000,
      }),
    ],
    code: 'truncate_beyond_audio',
    says: /90000 ms of an item were heard, of which only \d+ ms exist.*per item/,
  },
  {
    case: 'a previous item that there is not',
    sent: [{ ...says('x'), previous_item_id: 'nope' }],
    code: 'previous_item_unknown',
    says: /after nope.*'root'/,
  },
  {
    case: 'an id twice',
    sent: [1, 2].map(() => item({ id: 'a', type: 'message', role: 'user', content: [] })),
    code: 'item_id_twice',
    says: /already: a\./,
  },
  {
    case: 'the output of no call',
    sent: [item({ type: 'function_call_output', call_id: 'call_x', output: '' })],
    code: 'call_unknown',
    says: /no call of this session/,
  },
  {
    case: "an output with the item's id",
    sent: [
      text,
      says('call'),
      create,
      (app) => item({ type: 'function_call_output', call_id: got(app, 'response.output_item.done').item.id, output: '' }),
    ],
    code: 'call_id_of_item',
    says: /`call_id` of the function_call item/,
  },
  {
    case: 'an output of a call that was deleted',
    sent: [
      text,
      says('call'),
      create,
      (app) => ({ type: 'conversation.item.delete', item_id: got(app, 'response.output_item.done').item.id }),
      (app) => item({ type: 'function_call_output', call_id: got(app, 'response.output_item.done').item.call_id, output: '' }),
    ],
    code: 'call_unknown',
    says: /no longer in the conversation/,
  },
  {
    case: 'an output for the call of an MCP server',
    sent: [freely, says('look'), create, ranMcp((id) => item({ type: 'function_call_output', call_id: id, output: '1' }))],
    options: mcp,
    code: 'call_of_mcp',
    says: /the service makes by itself\. Answer the items of type function_call only/,
  },
  {
    case: 'an approval that was given before',
    sent: [askFirst, says('look'), create, approval(), approval()],
    options: mcp,
    code: 'approval_twice',
    says: /had answered the approval request mcpr_\w+ before \(#\d+\)/,
  },
  {
    case: 'an approval of nothing',
    sent: [item({ type: 'mcp_approval_response', approval_request_id: 'mcpr_none', approve: true })],
    code: 'approval_unknown',
    says: /mcpr_none, which this session has never made/,
  },
  {
    case: 'an answer to an item that there is not',
    sent: [{ ...create, response: { input: [{ type: 'item_reference', id: 'item_none' }] } }],
    code: 'input_unknown',
    says: /item_none: the conversation never had it/,
  },
  {
    case: 'a cancel after a cancel',
    sent: [text, says('slow'), create, cancel, cancel],
    options: { responses: { slow: { text: 'Yes.', delayMs: 60_000 } } },
    code: 'cancel_twice',
    says: /had cancelled already \(#\d+\)/,
  },
  { case: 'a cancel of nothing', sent: [cancel], code: 'cancel_without_response', says: /before there was any/ },
  {
    case: 'a cancel too late',
    sent: [text, says('hello'), create, cancel],
    code: 'cancel_too_late',
    says: /it had ended \(#\d+\).*Nothing to mend if it was a race/,
  },
  {
    case: 'another voice after sound',
    sent: [says('hello'), create, update({ audio: { output: { voice: 'sage' } } })],
    code: 'voice_locked',
    says: /before the first response/,
  },
  {
    case: 'an update of another kind',
    sent: [{ type: 'session.update', session: { type: 'transcription' } }],
    code: 'other_session_kind',
    says: /\?intent=transcription/,
  },
  {
    case: 'tracing twice',
    sent: [update({ tracing: 'auto' }), update({ tracing: { group_id: 'g' } })],
    code: 'tracing_locked',
    says: /Set tracing once/,
  },
  {
    case: 'another model',
    sent: [update({ model: 'gpt-realtime-mini' })],
    code: 'model_kept',
    says: /gpt-realtime-mini: the service keeps gpt-realtime/,
  },
]

describe('a finding, caused by what the app did', () => testRows(rows))

describe('with responses on their way', () => {
  test('a response while one is active', async () => {
    await using opened = openService({ responses })
    const app = await opened.open()
    for (const event of [text, says('hello'), create, create]) app.send(event)
    await opened.realtime.settled()
    expect(findingsOf(opened)).toMatchObject(
      [{ code: 'response_while_active', about: 'response.create', text: /Wait for its response\.done/ }].map((one) => ({
        ...one,
        text: expect.stringMatching(one.text),
      })),
    )
  })
})

describe('turn detection', () => {
  const loud = {
    type: 'input_audio_buffer.append',
    audio: Buffer.from(Int16Array.from({ length: 24_000 }, (_, at) => 9000 * Math.sin(at / 12)).buffer).toString('base64'),
  }

  test('a commit after its own', async () => {
    const findings = await found([loud, append(330), commit])
    expect(findings).toContainEqual({
      code: 'commit_after_vad',
      about: 'input_audio_buffer.commit',
      text: expect.stringMatching(/had committed the sound already \(#\d+\)/),
    })
  })

  test('a response beside its own', async () => {
    await using opened = openService({ responses })
    const app = await opened.open()
    app.send(loud)
    app.send(append(900))
    await opened.realtime.waitFor('response.created')
    app.send(create)
    await opened.realtime.settled()
    expect(findingsOf(opened)).toContainEqual({
      code: 'response_made_by_vad',
      about: 'response.create',
      text: expect.stringMatching(/create_response to false/),
    })
  })
})

describe('transcription sessions', () => {
  const url = 'wss://api.openai.com/v1/realtime?intent=transcription'
  const set = (input: object): Sent => ({ type: 'session.update', session: { type: 'transcription', audio: { input } } })

  test.for([
    ['no_responses_here', create, /only transcribes/],
    [
      'no_turn_detection',
      set({ transcription: { model: 'gpt-realtime-whisper' }, turn_detection: { type: 'server_vad' } }),
      /turn_detection to null/,
    ],
  ] as const)('%s', async ([code, event, pattern]) => {
    await using opened = openService({ latency: 'instant' })
    const app = await opened.open({ url })
    app.send(event as Sent)
    await opened.realtime.settled()
    expect(findingsOf(opened)).toEqual([{ code, about: event.type, text: expect.stringMatching(pattern) }])
  })
})
