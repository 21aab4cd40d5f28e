import { describe, expect, test } from 'vitest'
import type { RealtimeSessionUpdate, TurnDetection } from '../../src/protocol/session-config.ts'
import { defaultInstructions, defaultSession, mergeSession, sessionObjectSchema } from '../../src/protocol/session-config.ts'

const realtime = defaultSession({ id: 'sess_1', model: 'gpt-realtime', expiresAt: 1_800_003_600 })
const transcription = defaultSession({ id: 'sess_2', expiresAt: 1_800_003_600, kind: 'transcription' })

function merged(update: Omit<RealtimeSessionUpdate, 'type'>, from = realtime) {
  const result = mergeSession(from, { type: 'realtime', ...update })
  expect(sessionObjectSchema.safeParse(result).error).toBeUndefined()
  return result
}

describe('the session before any update', () => {
  test('of a conversation, in wire order', () => {
    expect(JSON.stringify(realtime)).toBe(
      JSON.stringify({
        type: 'realtime',
        object: 'realtime.session',
        id: 'sess_1',
        model: 'gpt-realtime',
        output_modalities: ['audio'],
        instructions: defaultInstructions,
        tools: [],
        tool_choice: 'auto',
        max_output_tokens: 'inf',
        tracing: null,
        truncation: 'auto',
        prompt: null,
        expires_at: 1_800_003_600,
        audio: {
          input: {
            format: { type: 'audio/pcm', rate: 24_000 },
            transcription: null,
            noise_reduction: null,
            turn_detection: {
              type: 'server_vad',
              threshold: 0.5,
              prefix_padding_ms: 300,
              silence_duration_ms: 200,
              idle_timeout_ms: null,
              create_response: true,
              interrupt_response: true,
            },
          },
          output: { format: { type: 'audio/pcm', rate: 24_000 }, voice: 'alloy', speed: 1 },
        },
        include: null,
      }),
    )
  })

  test('of a transcription, in wire order: no model, no output, four fields of turn detection', () => {
    expect(JSON.stringify(transcription)).toBe(
      JSON.stringify({
        type: 'transcription',
        object: 'realtime.transcription_session',
        id: 'sess_2',
        expires_at: 1_800_003_600,
        audio: {
          input: {
            format: { type: 'audio/pcm', rate: 24_000 },
            transcription: null,
            noise_reduction: null,
            turn_detection: { type: 'server_vad', threshold: 0.5, prefix_padding_ms: 300, silence_duration_ms: 200 },
          },
        },
        include: null,
      }),
    )
  })
})

describe('an update', () => {
  test('of nothing changes nothing, and shares nothing that it changes', () => {
    const before = structuredClone(realtime)
    expect(merged({})).toEqual(realtime)
    merged({ instructions: 'x', audio: { input: { turn_detection: null } } })
    expect(realtime).toEqual(before)
  })

  test('keeps the key order of the wire', () => {
    const after = merged({ audio: { output: { voice: 'marin' } }, tools: [], instructions: 'x', output_modalities: ['text'] })
    expect(Object.keys(after)).toEqual(Object.keys(realtime))
    expect(Object.keys(after.audio.input)).toEqual(Object.keys(realtime.audio.input))
    expect(Object.keys(after.audio.output)).toEqual(Object.keys(realtime.audio.output))
  })

  test('changes only the fields that it has, at every depth', () => {
    const after = merged({ audio: { input: { turn_detection: { type: 'server_vad', threshold: 0.7 } } } })
    expect(after.audio.input.turn_detection).toEqual({ ...realtime.audio.input.turn_detection, threshold: 0.7 })
    expect({ ...after, audio: null }).toEqual({ ...realtime, audio: null })
    expect(after.audio.output).toEqual(realtime.audio.output)
  })

  test('never changes the model', () => {
    expect(merged({ model: 'gpt-other' }).model).toBe('gpt-realtime')
  })

  const semantic: TurnDetection = { type: 'semantic_vad', eagerness: 'auto', create_response: true, interrupt_response: true }

  test('of the type of turn detection starts from the defaults of that type', () => {
    const first = merged({ audio: { input: { turn_detection: { type: 'server_vad', threshold: 0.9, create_response: false } } } })
    const second = merged({ audio: { input: { turn_detection: { type: 'semantic_vad' } } } }, first)
    expect(second.audio.input.turn_detection).toEqual(semantic)
    const third = merged({ audio: { input: { turn_detection: { type: 'semantic_vad', eagerness: 'high' } } } }, second)
    expect(third.audio.input.turn_detection).toEqual({ ...semantic, eagerness: 'high' })
    const same = merged({ audio: { input: { turn_detection: { type: 'semantic_vad', create_response: false } } } }, third)
    expect(same.audio.input.turn_detection).toEqual({ ...semantic, eagerness: 'high', create_response: false })
    const back = merged({ audio: { input: { turn_detection: { type: 'server_vad', silence_duration_ms: 700 } } } }, third)
    expect(back.audio.input.turn_detection).toEqual({ ...realtime.audio.input.turn_detection, silence_duration_ms: 700 })
  })

  test('of null clears; what comes after starts from the defaults', () => {
    const full = merged({
      tracing: 'auto',
      prompt: { id: 'p' },
      include: ['item.input_audio_transcription.logprobs'],
      audio: { input: { transcription: { model: 'whisper-1' }, noise_reduction: { type: 'near_field' } } },
    })
    const none = { transcription: null, noise_reduction: null, turn_detection: null }
    const cleared = merged({ tracing: null, prompt: null, include: null, audio: { input: none } }, full)
    expect(cleared).toMatchObject({ tracing: null, prompt: null, include: null, audio: { input: none } })
    const again = merged({ audio: { input: { turn_detection: { type: 'server_vad' } } } }, cleared)
    expect(again.audio.input.turn_detection).toEqual(realtime.audio.input.turn_detection)
  })

  test('of an empty text or list clears', () => {
    const full = merged({ instructions: 'Be brief.', tools: [{ type: 'function', name: 'f' }] })
    expect(merged({}, full)).toMatchObject({ instructions: 'Be brief.', tools: [{ name: 'f' }] })
    expect(merged({ instructions: '', tools: [] }, full)).toMatchObject({ instructions: '', tools: [] })
  })

  test('of the transcription echoes language and prompt as null', () => {
    const first = merged({ audio: { input: { transcription: { model: 'gpt-4o-transcribe' } } } })
    expect(JSON.stringify(first.audio.input.transcription)).toBe('{"model":"gpt-4o-transcribe","language":null,"prompt":null}')
    const second = merged({ audio: { input: { transcription: { language: 'de' } } } }, first)
    expect(second.audio.input.transcription).toEqual({ model: 'gpt-4o-transcribe', language: 'de', prompt: null })
  })

  test('of the format: G.711 has no rate, PCM gets one', () => {
    const phone = merged({ audio: { input: { format: { type: 'audio/pcmu' } }, output: { format: { type: 'audio/pcma' } } } })
    expect(phone.audio.input.format).toEqual({ type: 'audio/pcmu' })
    expect(phone.audio.output).toEqual({ format: { type: 'audio/pcma' }, voice: 'alloy', speed: 1 })
    const back = merged({ audio: { input: { format: { type: 'audio/pcm' } } } }, phone)
    expect(back.audio.input.format).toEqual({ type: 'audio/pcm', rate: 24_000 })
    const fast = merged({ audio: { input: { format: { type: 'audio/pcm', rate: 48_000 } } } })
    expect(merged({ audio: { input: { format: { type: 'audio/pcm' } } } }, fast).audio.input.format).toEqual({
      type: 'audio/pcm',
      rate: 48_000,
    })
  })

  test('of reasoning merges', () => {
    expect('reasoning' in realtime).toBe(false)
    const first = merged({ reasoning: { effort: 'high' }, parallel_tool_calls: false })
    expect(first).toMatchObject({ reasoning: { effort: 'high' }, parallel_tool_calls: false })
    expect(merged({ reasoning: {} }, first).reasoning).toEqual({ effort: 'high' })
  })

  test('of a transcription session merges the input side', () => {
    const turn_detection = { type: 'server_vad', silence_duration_ms: 900 } as const
    const input = { turn_detection, transcription: { model: 'gpt-4o-transcribe', language: 'en' } }
    const after = mergeSession(transcription, { type: 'transcription', audio: { input } })
    expect(sessionObjectSchema.safeParse(after).error).toBeUndefined()
    expect(after.audio.input.turn_detection).toEqual({
      type: 'server_vad',
      threshold: 0.5,
      prefix_padding_ms: 300,
      silence_duration_ms: 900,
    })
    expect(after.audio.input.transcription).toEqual({ model: 'gpt-4o-transcribe', language: 'en', prompt: null })
  })

  test('of the other kind is our own defect', () => {
    const update: { type: 'realtime' | 'transcription' } = { type: 'transcription' }
    expect(() => mergeSession(realtime as typeof realtime | typeof transcription, update)).toThrow(/RTK_BUG/)
  })
})
