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
    const turn = await client.turn(says('short'), { type: 'response.create', response: { modalities: ['text'] } })
    expect(orderOf(turn)).toEqual([
      'conversation.item.created',
      'response.created',
      'response.output_item.added',
      'conversation.item.created',
      'response.content_part.added',
      'response.text.delta',
      'response.text.done',
      'response.content_part.done',
      'response.output_item.done',
      'response.done',
      'rate_limits.updated',
    ])
    const { response } = turn.at(-2)!
    expect(response).toMatchObject({ modalities: ['text'], output_audio_format: 'pcm16', temperature: 0.8, voice: 'alloy' })
    expect(response.output[0]).toMatchObject({ object: 'realtime.item', content: [{ type: 'text', text: 'Hi there, friend.' }] })
    expect(JSON.stringify(turn)).not.toContain('obfuscation')
  })

  test('an audio turn in its names', async () => {
    await using local = startLocal({ profile: 'beta', latency: 'instant' })
    const client = await openBeta(local)
    const turn = await client.turn(...appends(loud(640)), ...appends(quiet(320)))
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
