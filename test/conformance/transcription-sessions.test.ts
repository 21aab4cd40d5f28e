// protocol.md 2.1, 2.9, 4.6, 4.7 for sessions that only transcribe, judged by a raw socket and by the openai client: what is refused,
// models that stream, speakers, failures.

import { OpenAIRealtimeWS } from 'openai/realtime/ws'
import { describe, expect } from 'vitest'
import { speech, test } from 'vitest-realtime'
import { append, appends, commit, loud, quiet, respond } from './support/client-events.ts'
import { startLocal } from './support/services.ts'
import { errorOf, orderOf, type WireClient } from './support/wire-client.ts'

const prefix = 'conversation.item.input_audio_transcription'
const query = '?intent=transcription'
const input = (fields: object): object => ({
  type: 'session.update',
  session: { type: 'transcription', audio: { input: fields } },
})
const committedItem = ['input_audio_buffer.committed', 'conversation.item.added', 'conversation.item.done']

/** Captions on the official client: transcription only. */
async function startCaptions(transcription: object): Promise<OpenAIRealtimeWS> {
  const app = new OpenAIRealtimeWS({ intent: 'transcription' })
  await app.emitted('session.created')
  app.send({ type: 'session.update', session: { type: 'transcription', audio: { input: { transcription } } } })
  await app.emitted('session.updated')
  return app
}

describe('a raw socket', () => {
  test('gets the order of the live service, with turn detection and with a commit by hand', async () => {
    await using local = startLocal({ latency: 'instant' })
    const client = await local.open({ query })
    await client.askOne(input({ transcription: { model: 'gpt-4o-transcribe' } }))
    client.send(...appends(loud(640)), ...appends(quiet(512)))
    await client.until(`${prefix}.completed`)
    expect(orderOf(client.events.slice(2))).toEqual([
      'input_audio_buffer.speech_started',
      'input_audio_buffer.speech_stopped',
      ...committedItem,
      `${prefix}.delta`,
      `${prefix}.completed`,
    ])
    await client.askOne(input({ turn_detection: null }))
    const from = client.events.length
    client.send(append(loud(640)), commit)
    await client.until(`${prefix}.completed`)
    expect(orderOf(client.events.slice(from))).toEqual([...committedItem, `${prefix}.delta`, `${prefix}.completed`])
    expect(client.types().filter((type) => /^(?:response|rate_limits)/.test(type))).toEqual([])
  })

  test('[U] response.create is refused, and so is an update of the other kind; the session goes on', async () => {
    await using local = startLocal({ onWireError: 'ignore' })
    const client = await local.open({ query })
    expect(errorOf(await client.askOne(respond(undefined, { event_id: 'mine' })))).toMatchObject({
      code: 'invalid_value',
      param: null,
      event_id: 'mine',
    })
    const other = { type: 'session.update', session: { type: 'realtime', instructions: 'x' } }
    expect(errorOf(await client.askOne(other)).message).toBe(
      'Passing a realtime session update event to a transcription session is not allowed.',
    )
    expect(
      (await client.askOne(input({ noise_reduction: { type: 'near_field', strength: 0.5 } }))).session.audio.input,
    ).toMatchObject({ noise_reduction: { type: 'near_field', strength: 0.5 } })
  })

  test('[U] the codes of both are options', async () => {
    const behavior = { transcriptionResponseCode: 'no_responses', sessionKindCode: null }
    await using local = startLocal({ onWireError: 'ignore', behavior })
    const client = await local.open({ query })
    expect(errorOf(await client.askOne(respond())).code).toBe('no_responses')
    expect(errorOf(await client.askOne({ type: 'session.update', session: { type: 'realtime' } })).code).toBeNull()
  })

  test('fields that the model does not take refuse the whole update', async () => {
    await using local = startLocal({ onWireError: 'ignore' })
    const client = await local.open({ query })
    const answer = await client.askOne(
      input({ transcription: { model: 'gpt-4o-transcribe', keywords: ['Ada'] }, noise_reduction: { type: 'near_field' } }),
    )
    expect(errorOf(answer)).toMatchObject({ code: 'invalid_value', param: 'session.audio.input.transcription.keywords' })
    const { session } = await client.askOne(input({}))
    expect(session.audio.input).toMatchObject({ transcription: null, noise_reduction: null })
  })

  test('a streaming model without words that are known by time tells all after the commit', async () => {
    await using local = startLocal({ latency: 'instant' })
    const client = await local.open({ query })
    const { session } = await client.askOne(input({ transcription: { model: 'gpt-live-transcribe', keywords: ['tone'] } }))
    expect(session.audio.input.turn_detection).toBeNull()
    expect(await client.ask(...appends(loud(1600)))).toEqual([])
    client.send(commit)
    await client.until(`${prefix}.completed`)
    expect(orderOf(client.events.slice(2))).toEqual([...committedItem, `${prefix}.delta`, `${prefix}.completed`])
  })

  test('speakers: the transcript in segments, and usage in tokens', async () => {
    await using local = startLocal({ latency: 'instant' })
    const client = await diarizing(local.open({ query }))
    local.realtime.transcribeOnce({
      segments: [
        { speaker: 'A', text: 'Good morning.' },
        { speaker: 'B', text: 'Hello.', start: 1.2, end: 1.6 },
      ],
    })
    const from = client.events.length
    client.send(append(loud(1600)), commit)
    const completed = await client.until(`${prefix}.completed`)
    expect(orderOf(client.events.slice(from)).slice(3)).toEqual([
      `${prefix}.delta`,
      `${prefix}.segment`,
      `${prefix}.delta`,
      `${prefix}.segment`,
      `${prefix}.completed`,
    ])
    const segments = client.all(`${prefix}.segment`).map(({ text, speaker, start, end }) => [text, speaker, start, end])
    expect(segments).toEqual([
      ['Good morning.', 'A', 0, 1.2],
      ['Hello.', 'B', 1.2, 1.6],
    ])
    expect(completed).toMatchObject({ transcript: 'Good morning. Hello.', usage: { type: 'tokens' } })
  })
})

async function diarizing(opening: Promise<WireClient>): Promise<WireClient> {
  const client = await opening
  await client.askOne(input({ transcription: { model: 'gpt-4o-transcribe-diarize' }, turn_detection: null }))
  return client
}

describe('the openai client', () => {
  test('reads words of a streaming model before it commits, and the same transcript after', async ({ realtime, caller }) => {
    const app = await startCaptions({ model: 'gpt-realtime-whisper', delay: 'minimal' })
    const deltas: { item: string; text: string }[] = []
    app.on('conversation.item.input_audio_transcription.delta', ({ item_id, delta }) =>
      deltas.push({ item: item_id, text: delta ?? '' }),
    )
    caller.attach(app)
    await caller.says('I need a flight to Paris, tomorrow morning.')
    const early = deltas.map(({ text }) => text).join('')
    expect(early).toMatch(/^I need a flight to Paris, tomorrow/)
    app.send({ type: 'input_audio_buffer.commit' })
    const { transcript, item_id, usage } = await app.emitted('conversation.item.input_audio_transcription.completed')
    expect(transcript).toBe('I need a flight to Paris, tomorrow morning.')
    expect(deltas.map(({ text }) => text).join('')).toBe(transcript)
    expect(new Set(deltas.map(({ item }) => item))).toEqual(new Set([item_id]))
    expect(usage).toEqual({ type: 'duration', seconds: expect.any(Number) })
    expect(realtime.emitted('input_audio_buffer.committed')).toEqual([expect.objectContaining({ item_id })])
    expect(realtime).not.toHaveEmitted('input_audio_buffer.speech_started')
  })

  test('waits longer for words where delay is higher', async ({ realtime, caller }) => {
    const app = await startCaptions({ model: 'gpt-realtime-whisper', delay: 'xhigh' })
    caller.attach(app)
    await caller.says('I need a flight to Paris, tomorrow morning.')
    const early = realtime
      .emitted(`${prefix}.delta`)
      .map(({ delta }) => delta)
      .join('')
    expect('I need a flight to Paris, tomorrow morning.').toMatch(early)
    expect(early.length).toBeLessThan(25)
    app.send({ type: 'input_audio_buffer.commit' })
    await realtime.waitFor(`${prefix}.completed`)
    expect(
      realtime
        .emitted(`${prefix}.delta`)
        .map(({ delta }) => delta)
        .join(''),
    ).toBe('I need a flight to Paris, tomorrow morning.')
  })

  test('streams what is scripted in place of what was said, and one item after the other', async ({ realtime, caller }) => {
    const app = await startCaptions({ model: 'gpt-live-transcribe' })
    caller.attach(app)
    realtime.transcribeOnce('You need a fright to parish, the morning')
    await caller.says('I need a flight to Paris, tomorrow morning.')
    expect(
      realtime
        .emitted(`${prefix}.delta`)
        .map(({ delta }) => delta)
        .slice(0, 4),
    ).toEqual(['You', ' need', ' a', ' fright'])
    app.send({ type: 'input_audio_buffer.commit' })
    await caller.says('Good morning.')
    app.send({ type: 'input_audio_buffer.commit' })
    await realtime.settled()
    expect(realtime.emitted(`${prefix}.completed`).map(({ transcript }) => transcript)).toEqual([
      'You need a fright to parish, the morning',
      'Good morning.',
    ])
  })

  test('is told where the one speaker spoke', async ({ realtime, caller }) => {
    const app = await startCaptions({ model: 'gpt-4o-transcribe-diarize' })
    caller.attach(app)
    const question = await speech('Where is the station?')
    await caller.says(question)
    const { text, speaker, start, end } = await app.emitted('conversation.item.input_audio_transcription.segment')
    expect([text, speaker]).toEqual(['Where is the station?', 'A'])
    expect([start * 1000, end * 1000]).toEqual([question.speechSpan?.startMs, question.speechSpan?.endMs])
    await realtime.settled()
    expect(realtime.timeline.toString()).toMatch(/transcription\.segment .*speaker='A'.* "Where is the station\?"/)
  })

  test('owes no response.create: whoever waits in vain is not told to send one', async ({ realtime, caller }) => {
    const app = await startCaptions({ model: 'gpt-live-transcribe' })
    caller.attach(app)
    await caller.says('Good morning.')
    app.send({ type: 'input_audio_buffer.commit' })
    await realtime.settled()
    const waiting = realtime.waitFor('response.done', undefined, { timeout: 500 })
    await expect(waiting).rejects.toThrow(expect.not.objectContaining({ message: expect.stringContaining('response.create') }))
  })

  test('is told of a failure with its code and message', async ({ realtime, caller }) => {
    const app = await startCaptions({ model: 'gpt-live-transcribe' })
    caller.attach(app)
    realtime.transcribeOnce({ fail: 'audio_unintelligible', message: 'Nobody understood that.' })
    await caller.says('Something in the applause.')
    app.send({ type: 'input_audio_buffer.commit' })
    const { error } = await app.emitted('conversation.item.input_audio_transcription.failed')
    expect(error).toEqual({
      type: 'transcription_error',
      code: 'audio_unintelligible',
      message: 'Nobody understood that.',
      param: null,
    })
    expect(realtime).not.toHaveEmitted(`${prefix}.delta`)
  })

  test('segments for a model without speakers are a finding, and their text', async ({ realtime, caller }) => {
    const app = await startCaptions({ model: 'gpt-4o-transcribe' })
    caller.attach(app)
    realtime.transcribeOnce({ segments: [{ speaker: 'A', text: 'Hello.' }] })
    await caller.says('Hello.')
    await realtime.settled()
    expect(realtime.timeline.toString()).toMatch(/gpt-4o-transcribe does not tell speakers apart/)
    expect(realtime.emitted(`${prefix}.completed`)[0]?.transcript).toBe('Hello.')
    expect(realtime).not.toHaveEmitted(`${prefix}.segment`)
  })
})
