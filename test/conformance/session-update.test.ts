// protocol.md 2.1: what `session.update` does to the session object, which every `session.updated` echoes whole.

import { describe, expect, test } from 'vitest'
import { respond, says, update, updateInput, updateOutput } from './support/client-events.ts'
import { useServed } from './support/services.ts'
import type { WireClient, WireEvent } from './support/wire-client.ts'

const served = useServed()

const defaultVad = {
  type: 'server_vad',
  threshold: 0.5,
  prefix_padding_ms: 300,
  silence_duration_ms: 200,
  idle_timeout_ms: null,
  create_response: true,
  interrupt_response: true,
}

async function updated(client: WireClient, ...updates: readonly object[]): Promise<WireEvent['session']> {
  const answers = await client.ask(...updates)
  expect(answers.map(({ type }) => type)).toEqual(updates.map(() => 'session.updated'))
  return answers.at(-1)!.session
}

describe('2.1 the session before any update', () => {
  test('is complete, nulls included', async () => {
    const client = await served.open()
    const { session } = client.events[0]!
    expect(session).toEqual({
      type: 'realtime',
      object: 'realtime.session',
      id: session.id,
      model: 'gpt-realtime',
      output_modalities: ['audio'],
      instructions: session.instructions,
      tools: [],
      tool_choice: 'auto',
      max_output_tokens: 'inf',
      tracing: null,
      truncation: 'auto',
      prompt: null,
      expires_at: session.expires_at,
      audio: {
        input: {
          format: { type: 'audio/pcm', rate: 24_000 },
          transcription: null,
          noise_reduction: null,
          turn_detection: defaultVad,
        },
        output: { format: { type: 'audio/pcm', rate: 24_000 }, voice: 'alloy', speed: 1 },
      },
      include: null,
    })
    expect(session.instructions).not.toBe('')
  })
})

const full = {
  output_modalities: ['text'],
  instructions: 'Be brief.',
  tools: [{ type: 'function', name: 'f', description: 'd', parameters: { type: 'object', properties: {} } }],
  tool_choice: { type: 'function', name: 'f' },
  max_output_tokens: 4096,
  tracing: { workflow_name: 'w', group_id: 'g', metadata: { a: 1 } },
  truncation: { type: 'retention_ratio', retention_ratio: 0.8, token_limits: { post_instructions: 2000 } },
  prompt: { id: 'pmpt_1', version: '2', variables: { city: 'Rome' } },
  include: ['item.input_audio_transcription.logprobs'],
  reasoning: { effort: 'low' },
  parallel_tool_calls: false,
}

describe('2.1 merging', () => {
  test('an empty update changes nothing, and is answered with the full object', async () => {
    const client = await served.open()
    expect(await updated(client, update({}))).toEqual(client.events[0]!.session)
  })

  test('every field is taken, and later updates leave it alone', async () => {
    const client = await served.open()
    const before = client.events[0]!.session
    const session = await updated(client, update(full), update({ instructions: 'Be briefer.' }))
    expect(session).toEqual({ ...before, ...full, instructions: 'Be briefer.' })
  })

  test('nested objects merge field by field', async () => {
    const client = await served.open()
    const session = await updated(
      client,
      updateInput({ turn_detection: { type: 'server_vad', threshold: 0.8 } }),
      updateInput({ turn_detection: { type: 'server_vad', create_response: false } }),
      updateInput({ transcription: { model: 'gpt-4o-transcribe', language: 'en' } }),
      updateInput({ transcription: { prompt: 'names' } }),
      updateOutput({ voice: 'marin' }),
      updateOutput({ speed: 1.25 }),
    )
    expect(session.audio).toEqual({
      input: {
        format: { type: 'audio/pcm', rate: 24_000 },
        transcription: { model: 'gpt-4o-transcribe', language: 'en', prompt: 'names' },
        noise_reduction: null,
        turn_detection: { ...defaultVad, threshold: 0.8, create_response: false },
      },
      output: { format: { type: 'audio/pcm', rate: 24_000 }, voice: 'marin', speed: 1.25 },
    })
  })

  test('turn_detection:{type} keeps the default numbers', async () => {
    const client = await served.open()
    expect((await updated(client, updateInput({ turn_detection: { type: 'server_vad' } }))).audio.input.turn_detection).toEqual(
      defaultVad,
    )
  })

  test('another type of turn detection starts from the defaults of that type', async () => {
    const client = await served.open()
    const semantic = await updated(
      client,
      updateInput({ turn_detection: { type: 'server_vad', threshold: 0.9, create_response: false } }),
      updateInput({ turn_detection: { type: 'semantic_vad', eagerness: 'high' } }),
    )
    expect(semantic.audio.input.turn_detection).toEqual({
      type: 'semantic_vad',
      eagerness: 'high',
      create_response: true,
      interrupt_response: true,
    })
    const back = await updated(client, updateInput({ turn_detection: { type: 'server_vad' } }))
    expect(back.audio.input.turn_detection).toEqual(defaultVad)
  })

  test('a transcription is echoed as {model, language: null, prompt: null}', async () => {
    const client = await served.open()
    const session = await updated(client, updateInput({ transcription: { model: 'whisper-1' } }))
    expect(session.audio.input.transcription).toEqual({ model: 'whisper-1', language: null, prompt: null })
    expect(session.type).toBe('realtime')
  })

  test.each([
    [{ type: 'audio/pcm' }, { type: 'audio/pcm', rate: 24_000 }],
    [
      { type: 'audio/pcm', rate: 24_000 },
      { type: 'audio/pcm', rate: 24_000 },
    ],
    [{ type: 'audio/pcmu' }, { type: 'audio/pcmu' }],
    [{ type: 'audio/pcma' }, { type: 'audio/pcma' }],
  ])('format %j is echoed as %j', async (format, echoed) => {
    const client = await served.open()
    const session = await updated(client, update({ audio: { input: { format }, output: { format } } }))
    expect([session.audio.input.format, session.audio.output.format]).toEqual([echoed, echoed])
  })

  test('null clears turn_detection, transcription, noise_reduction, tracing, prompt; "" instructions; [] tools', async () => {
    const client = await served.open()
    const input = { transcription: { model: 'whisper-1' }, noise_reduction: { type: 'far_field' } }
    await updated(client, update({ ...full, audio: { input } }))
    const nothing = { turn_detection: null, transcription: null, noise_reduction: null }
    const session = await updated(
      client,
      update({ tracing: null, prompt: null, include: null, instructions: '', tools: [], audio: { input: nothing } }),
    )
    expect(session).toMatchObject({
      tracing: null,
      prompt: null,
      include: null,
      instructions: '',
      tools: [],
      audio: { input: nothing },
    })
  })

  test('a different model is silently ignored: session.updated with the original one', async () => {
    const client = await served.open()
    expect(await updated(client, update({ model: 'gpt-4o-realtime-preview', instructions: 'New.' }))).toMatchObject({
      model: 'gpt-realtime',
      instructions: 'New.',
    })
  })

  test('values apply from the next response', async () => {
    const client = await served.openText()
    const turn = await client.turn(update({ max_output_tokens: 77 }), says('short'), respond())
    expect(turn.find(({ type }) => type === 'response.created')!.response).toMatchObject({
      max_output_tokens: 77,
      output_modalities: ['text'],
    })
  })
})
