// protocol.md 2.1: what `session.update` may not do. A refused update is refused whole: one error, nothing applied.

import { describe, expect, test } from 'vitest'
import { append, commit, loud, respond, says, update, updateInput, updateOutput } from './support/client-events.ts'
import { useServed } from './support/services.ts'
import { errorOf } from './support/wire-client.ts'

const served = useServed()

const vad = (fields: object): object => updateInput({ turn_detection: { type: 'server_vad', ...fields } })
const where = 'session.audio.input.turn_detection'

const refused: readonly (readonly [object, string, string])[] = [
  [update({ output_modalities: ['audio', 'text'] }), 'invalid_value', 'session.output_modalities'],
  [update({ output_modalities: [] }), 'invalid_value', 'session.output_modalities'],
  [update({ output_modalities: ['video'] }), 'invalid_value', 'session.output_modalities[0]'],
  [update({ instructions: null }), 'invalid_type', 'session.instructions'],
  [update({ tools: null }), 'invalid_type', 'session.tools'],
  [update({ tools: [{ type: 'function' }] }), 'missing_required_parameter', 'session.tools[0].name'],
  [update({ tools: [{ type: 'function', name: 'f', strict: true }] }), 'unknown_parameter', 'session.tools[0].strict'],
  [update({ tools: [{ name: 'f' }] }), 'missing_required_parameter', 'session.tools[0].type'],
  [update({ tool_choice: 'sometimes' }), 'invalid_value', 'session.tool_choice'],
  [update({ tool_choice: { type: 'function' } }), 'missing_required_parameter', 'session.tool_choice.name'],
  [update({ max_output_tokens: 0 }), 'integer_below_min_value', 'session.max_output_tokens'],
  [update({ max_output_tokens: 4097 }), 'integer_above_max_value', 'session.max_output_tokens'],
  [update({ max_output_tokens: 'lots' }), 'invalid_value', 'session.max_output_tokens'],
  [update({ include: ['everything'] }), 'invalid_value', 'session.include[0]'],
  [update({ truncation: 'often' }), 'invalid_value', 'session.truncation'],
  [
    update({ truncation: { type: 'retention_ratio', retention_ratio: 2 } }),
    'decimal_above_max_value',
    'session.truncation.retention_ratio',
  ],
  [update({ prompt: { version: '1' } }), 'missing_required_parameter', 'session.prompt.id'],
  [updateOutput({ voice: 'nobody' }), 'invalid_value', 'session.audio.output.voice'],
  [updateOutput({ speed: 0.2 }), 'decimal_below_min_value', 'session.audio.output.speed'],
  [updateOutput({ speed: 1.6 }), 'decimal_above_max_value', 'session.audio.output.speed'],
  [updateOutput({ format: { type: 'audio/pcm', rate: 8000 } }), 'integer_below_min_value', 'session.audio.output.format.rate'],
  [updateInput({ format: 'pcm16' }), 'invalid_type', 'session.audio.input.format'],
  [updateInput({ format: { type: 'audio/wav' } }), 'invalid_value', 'session.audio.input.format.type'],
  [updateInput({ format: { type: 'audio/pcmu', rate: 8000 } }), 'unknown_parameter', 'session.audio.input.format.rate'],
  [updateInput({ noise_reduction: { type: 'loud' } }), 'invalid_value', 'session.audio.input.noise_reduction.type'],
  [updateInput({ turn_detection: { type: 'none' } }), 'invalid_value', `${where}.type`],
  [updateInput({ turn_detection: { threshold: 0.5 } }), 'missing_required_parameter', `${where}.type`],
  [vad({ threshold: -0.1 }), 'decimal_below_min_value', `${where}.threshold`],
  [vad({ silence_duration_ms: 1.5 }), 'invalid_type', `${where}.silence_duration_ms`],
  [vad({ idle_timeout_ms: 4999 }), 'integer_below_min_value', `${where}.idle_timeout_ms`],
  [vad({ idle_timeout_ms: 30_001 }), 'integer_above_max_value', `${where}.idle_timeout_ms`],
  [vad({ eagerness: 'low' }), 'unknown_parameter', `${where}.eagerness`],
  [
    updateInput({ turn_detection: { type: 'semantic_vad', idle_timeout_ms: 6000 } }),
    'unknown_parameter',
    `${where}.idle_timeout_ms`,
  ],
  [updateInput({ turn_detection: { type: 'semantic_vad', eagerness: 'eager' } }), 'invalid_value', `${where}.eagerness`],
  ...[
    'modalities',
    'voice',
    'input_audio_format',
    'output_audio_format',
    'input_audio_transcription',
    'turn_detection',
    'temperature',
    'speed',
  ].map((key) => [update({ [key]: null }), 'unknown_parameter', `session.${key}`] as const),
]

describe('2.1 one bad field refuses the whole update', () => {
  test.each(refused)('%j: %s at %s', async (event, code, param) => {
    const client = await served.open()
    const mixed = structuredClone(event) as { session: { tool_choice?: string; model?: string } }
    mixed.session = { ...mixed.session, model: 'ignored' }
    const [error, after] = await client.ask(mixed, update({}))
    expect(errorOf(error!)).toMatchObject({ code, param, event_id: null })
    expect(after).toMatchObject({ type: 'session.updated', session: client.events[0]!.session })
  })

  test('good fields beside the bad one are not applied either', async () => {
    const client = await served.open()
    const event = update({
      instructions: 'New.',
      audio: { input: { format: { type: 'audio/pcm', rate: 16_000 }, turn_detection: null } },
    })
    const [error, after] = await client.ask(event, update({}))
    expect(error!.type).toBe('error')
    expect(after!.session).toEqual(client.events[0]!.session)
  })

  test('after a refused 16 kHz the session goes on in the format that it had', async () => {
    const client = await served.open()
    await client.ask(updateInput({ turn_detection: null }), updateInput({ format: { type: 'audio/pcm', rate: 16_000 } }))
    const answers = await client.ask(append(loud(150)), commit)
    expect(answers.map(({ type }) => type)).toEqual([
      'input_audio_buffer.committed',
      'conversation.item.added',
      'conversation.item.done',
    ])
  })
})

describe('2.1 the kind of a session', () => {
  test.each([
    ['transcription', 'realtime', ''],
    ['realtime', 'transcription', '?intent=transcription'],
  ])('a %s update of a %s session is not allowed', async (kind, session, query) => {
    const client = await served.open(query ? { query } : {})
    expect(errorOf(await client.askOne({ type: 'session.update', session: { type: kind } }))).toEqual({
      code: 'invalid_value',
      message: `Passing a ${kind} session update event to a ${session} session is not allowed.`,
      param: null,
      event_id: null,
    })
  })
})

describe('2.1 voice', () => {
  test('cannot change once assistant audio is there; the same voice is fine', async () => {
    const client = await served.open()
    await client.askOne(updateOutput({ voice: 'marin' }))
    await client.turn(says('tone'), respond())
    const [error, same] = await client.ask(
      update({ instructions: 'New.', audio: { output: { voice: 'cedar' } } }),
      updateOutput({ voice: 'marin' }),
    )
    expect(errorOf(error!)).toEqual({
      code: 'cannot_update_voice',
      message: "Cannot update a conversation's voice if assistant audio is present.",
      param: null,
      event_id: null,
    })
    expect(same!.session.audio.output.voice).toBe('marin')
    expect(same!.session.instructions).not.toBe('New.')
  })

  test('text of the assistant does not lock it', async () => {
    const client = await served.openText()
    await client.turn(says('short'), respond())
    expect((await client.askOne(updateOutput({ voice: 'cedar' }))).session.audio.output.voice).toBe('cedar')
  })

  test('[U] the same holds for the voice of a response', async () => {
    const client = await served.open()
    await client.turn(says('tone'), respond())
    const error = errorOf(await client.askOne(respond({ audio: { output: { voice: 'cedar' } } })))
    expect(error.code).toBe('cannot_update_voice')
  })
})

test('2.1 tracing cannot be modified once it is on, but for turning it off', async () => {
  const client = await served.open()
  const answers = await client.ask(
    update({ tracing: 'auto' }),
    update({ tracing: 'auto' }),
    update({ tracing: { group_id: 'g' } }),
    update({ tracing: null }),
  )
  expect(answers.map(({ type }) => type)).toEqual(['session.updated', 'session.updated', 'error', 'session.updated'])
  expect(answers.at(-1)!.session.tracing).toBeNull()
})

describe('2.1 reasoning models', () => {
  test('gpt-realtime-2 may say more than 4,096 tokens', async () => {
    const client = await served.open({ query: '?model=gpt-realtime-2.1' })
    expect((await client.askOne(update({ max_output_tokens: 32_768 }))).session.max_output_tokens).toBe(32_768)
  })
})
