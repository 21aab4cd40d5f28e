// protocol.md 1, 2.0 and 3.1: the two other ways to speak, as options: Azure's, and the beta API that was switched off.

import { describe, expect, test } from 'vitest'
import { appends, loud, quiet } from './support/client-events.ts'
import { type Local, startLocal } from './support/services.ts'
import { errorOf, orderOf, WireClient } from './support/wire-client.ts'

describe('2.0 Azure', () => {
  test('its list of types also has transcription_session.update', async () => {
    await using local = startLocal({ profile: 'azure' })
    const client = await local.open()
    expect(errorOf(await client.askOne({ type: 'nope' })).message).toMatch(
      /^Invalid value: 'nope'\. Supported values are: 'session\.update', 'transcription_session\.update', 'session\.close', /,
    )
  })
})

describe('3.1 the beta', () => {
  async function openBeta(local: Local): Promise<WireClient> {
    return local.open({ isBeta: true, headers: { 'openai-beta': 'realtime=v1' } })
  }
  const says = (text: string): object => ({
    type: 'conversation.item.create',
    item: { type: 'message', role: 'user', content: [{ type: 'input_text', text }] },
  })

  test('a text turn in its names and shapes', async () => {
    await using local = startLocal({ profile: 'beta', latency: 'instant' })
    const client = await openBeta(local)
    const from = client.events.length
    client.send(says('short'), { type: 'response.create', response: { modalities: ['text'] } })
    await client.until('response.done')
    await client.settle()
    const turn = client.events.slice(from)
    expect(orderOf(turn)).toEqual([
      'conversation.item.created',
      'response.created',
      'rate_limits.updated',
      'response.output_item.added',
      'conversation.item.created',
      'response.content_part.added',
      'response.text.delta',
      'response.text.done',
      'response.content_part.done',
      'response.output_item.done',
      'response.done',
    ])
    const { response } = turn.at(-1)!
    expect(response).toMatchObject({ modalities: ['text'], output_audio_format: 'pcm16', temperature: 0.8, voice: 'alloy' })
    expect(response.output[0]).toMatchObject({ object: 'realtime.item', content: [{ type: 'text', text: 'Hi there, friend.' }] })
    expect(JSON.stringify(turn)).not.toContain('obfuscation')
  })

  test('it greets with the flat session, then with its conversation', async () => {
    await using local = startLocal({ profile: 'beta', latency: 'instant' })
    const client = await openBeta(local)
    await client.until('conversation.created')
    const [created, conversation] = client.events
    expect(client.types()).toEqual(['session.created', 'conversation.created'])
    expect(created!.session).toMatchObject({
      object: 'realtime.session',
      model: 'gpt-realtime',
      modalities: ['audio', 'text'],
      input_audio_format: 'pcm16',
      output_audio_format: 'pcm16',
      input_audio_transcription: null,
      turn_detection: { type: 'server_vad', threshold: 0.5, prefix_padding_ms: 300, silence_duration_ms: 200 },
      tools: [],
      tool_choice: 'auto',
      temperature: 0.8,
      max_response_output_tokens: 'inf',
      client_secret: null,
    })
    expect(conversation!.conversation).toEqual({ id: expect.stringMatching(/^conv_/), object: 'realtime.conversation' })
  })

  test('refusals keep the shape of errors, in the names of the beta', async () => {
    await using local = startLocal({ profile: 'beta', latency: 'instant' })
    const client = await openBeta(local)
    await client.until('conversation.created')
    const error = await client.askOne({ type: 'session.update', event_id: 'mine', session: { voice: 'nobody' } })
    expect(error).toEqual({
      type: 'error',
      event_id: expect.any(String),
      error: {
        type: 'invalid_request_error',
        code: expect.any(String),
        message: expect.stringContaining("'nobody'"),
        param: 'session.voice',
        event_id: 'mine',
      },
    })
  })

  test("Azure's preview URL speaks it", async () => {
    await using local = startLocal({ profile: 'beta' })
    const url = 'wss://res.openai.azure.com/openai/realtime'
    const query = '?api-version=2024-10-01-preview&deployment=mine'
    const client = await WireClient.open(url, { isBeta: true, key: null, headers: { 'api-key': 'k' }, query })
    expect(client.events[0]!.session).toMatchObject({ model: 'mine', modalities: ['audio', 'text'] })
    await client.close()
    expect(local.realtime.sessions).toHaveLength(1)
  })

  test('an audio turn in its names', async () => {
    await using local = startLocal({ profile: 'beta', latency: 'instant' })
    const client = await openBeta(local)
    client.send(...appends(loud(640)), ...appends(quiet(320)))
    await client.until('response.done')
    const turn = client.events
    const types = new Set(turn.map(({ type }) => type))
    for (const type of ['audio.delta', 'audio.done', 'audio_transcript.delta', 'audio_transcript.done'])
      expect(types).toContain(`response.${type}`)
    expect([...types].filter((type) => /output_audio|conversation\.item\.added/.test(type))).toEqual([])
  })

  test('the flat session: old names in, old names out, new names unknown', async () => {
    await using local = startLocal({ profile: 'beta', latency: 'instant' })
    const client = await openBeta(local)
    const session = {
      modalities: ['text', 'audio'],
      voice: 'sage',
      speed: 1.1,
      input_audio_format: 'g711_ulaw',
      output_audio_format: 'pcm16',
      input_audio_transcription: { model: 'whisper-1' },
      input_audio_noise_reduction: { type: 'near_field' },
      turn_detection: null,
      max_response_output_tokens: 100,
    }
    const [updated, error] = await client.ask(
      { type: 'session.update', session },
      { type: 'session.update', session: { output_modalities: ['text'] } },
    )
    expect(updated).toMatchObject({ type: 'session.updated', session: { ...session, modalities: ['audio', 'text'] } })
    expect(error).toMatchObject({ type: 'error', error: { code: 'unknown_parameter', param: 'session.output_modalities' } })
  })

  test('transcription sessions by their own events', async () => {
    await using local = startLocal({ profile: 'beta', latency: 'instant' })
    const client = new WireClient('wss://api.openai.com/v1/realtime', { isBeta: true, query: '?intent=transcription' })
    expect((await client.until('transcription_session.created')).session).toMatchObject({
      object: 'realtime.transcription_session',
    })
    const session = { input_audio_transcription: { model: 'whisper-1' } }
    const updated = await client.askOne({ type: 'transcription_session.update', session })
    expect(updated).toMatchObject({
      type: 'transcription_session.updated',
      session: { input_audio_transcription: { model: 'whisper-1', language: null, prompt: null } },
    })
    expect(local.realtime.session.config.type).toBe('transcription')
    await client.close()
  })
})
