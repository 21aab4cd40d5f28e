// protocol.md 4.6 and 4.7: transcripts of what the user said, in conversations and in transcription sessions.

import { describe, expect, test } from 'vitest'
import { append, appends, commit, heardWords, loud, quiet, retrieve, updateInput } from './support/client-events.ts'
import { startLocal, useServed } from './support/services.ts'
import { errorOf, type WireClient, type WireEvent } from './support/wire-client.ts'

const served = useServed()

const prefix = 'conversation.item.input_audio_transcription'
const of = (events: readonly WireEvent[], type: string): WireEvent[] => events.filter((event) => event.type === type)
const kindUpdate = (input: object): object => ({ type: 'session.update', session: { type: 'transcription', audio: { input } } })

/** A conversation that commits by hand and transcribes with that model. */
async function transcribing(model: string, more: object = {}): Promise<WireClient> {
  const client = await served.openText()
  await client.askOne(updateInput({ transcription: { model, ...more } }))
  return client
}

async function transcribed(client: WireClient, ms = 1630): Promise<WireEvent[]> {
  const from = client.events.length
  client.send(append(loud(ms)), commit)
  await client.until(`${prefix}.completed`)
  return client.events.slice(from)
}

describe('4.6 transcription of input', () => {
  test('follows the commit: deltas, then completed; the item is not sent again, retrieve shows the transcript', async () => {
    const client = await transcribing('gpt-4o-transcribe')
    const events = await transcribed(client)
    const [committed] = events
    expect(events.slice(0, 3).map(({ type }) => type)).toEqual([
      'input_audio_buffer.committed',
      'conversation.item.added',
      'conversation.item.done',
    ])
    expect(events[1]!.item.content).toEqual([{ type: 'input_audio', transcript: null }])
    const deltas = of(events, `${prefix}.delta`)
    expect(deltas.length).toBeGreaterThan(1)
    expect(deltas.map(({ delta }) => delta).join('')).toBe(heardWords)
    expect(of(events, `${prefix}.completed`)[0]).toMatchObject({
      item_id: committed!.item_id,
      content_index: 0,
      transcript: heardWords,
    })
    expect(of(events, 'conversation.item.done')).toHaveLength(1)
    expect((await client.askOne(retrieve(committed!.item_id))).item.content[0].transcript).toBe(heardWords)
  })

  test('whisper-1: one delta with the full text, which is that of completed', async () => {
    const events = await transcribed(await transcribing('whisper-1'))
    expect(of(events, `${prefix}.delta`).map(({ delta }) => delta)).toEqual([heardWords])
  })

  test.each(['gpt-4o-transcribe', 'gpt-4o-mini-transcribe'])('%s is billed in tokens: 1.63 s are 16', async (model) => {
    const [completed] = of(await transcribed(await transcribing(model)), `${prefix}.completed`)
    const { usage } = completed!
    expect(usage).toMatchObject({ type: 'tokens', input_tokens: 16, input_token_details: { text_tokens: 0, audio_tokens: 16 } })
    expect(usage.total_tokens).toBe(usage.input_tokens + usage.output_tokens)
  })

  test.each(['whisper-1', 'gpt-transcribe', 'gpt-live-transcribe'])('%s is billed by time', async (model) => {
    const [completed] = of(await transcribed(await transcribing(model)), `${prefix}.completed`)
    expect(completed!.usage).toEqual({ type: 'duration', seconds: 2 })
  })

  test('logprobs only where the session includes them', async () => {
    const client = await transcribing('gpt-4o-transcribe')
    expect(of(await transcribed(client), `${prefix}.completed`)[0]).not.toHaveProperty('logprobs')
    await client.ask({
      type: 'session.update',
      session: { type: 'realtime', include: ['item.input_audio_transcription.logprobs'] },
    })
    const events = await transcribed(client)
    for (const event of [...of(events, `${prefix}.delta`), ...of(events, `${prefix}.completed`)]) {
      expect(event.logprobs[0]).toEqual({ token: expect.any(String), logprob: expect.any(Number), bytes: expect.any(Array) })
    }
  })

  test('without transcription nothing is transcribed', async () => {
    const client = await served.openText()
    expect((await client.ask(append(loud(500)), commit)).map(({ type }) => type)).not.toContain(`${prefix}.completed`)
  })

  test('a failure is told by failed, with its code', async () => {
    await using local = startLocal()
    const client = await local.open()
    await client.askOne(updateInput({ transcription: { model: 'whisper-1' }, turn_detection: null }))
    local.realtime.transcribeOnce({ fail: 'audio_unintelligible' })
    client.send(append(loud(500)), commit)
    const { error } = await client.until(`${prefix}.failed`)
    expect(error).toEqual({ type: 'transcription_error', code: 'audio_unintelligible', message: expect.any(String), param: null })
  })

  test('obfuscation is 8 to 14 characters, on text-like deltas and nowhere else', async () => {
    const client = await served.open()
    await client.askOne(updateInput({ transcription: { model: 'gpt-4o-transcribe' } }))
    const turn = await client.turn(...appends(loud(640)), ...appends(quiet(320)))
    const types = new Set(turn.filter((event) => 'obfuscation' in event).map(({ type }) => type))
    expect([...types].sort()).toEqual([`${prefix}.delta`, 'response.output_audio_transcript.delta'])
    for (const { obfuscation } of turn) if (obfuscation !== undefined) expect(obfuscation).toMatch(/^[0-9A-Za-z]{8,14}$/)
  })
})

describe('4.7 transcription sessions', () => {
  const open = (): Promise<WireClient> => served.open({ query: '?intent=transcription' })

  test('the session object has no model and no output side; turn detection is echoed with four fields', async () => {
    const client = await open()
    const { session } = client.events[0]!
    expect(session).toEqual({
      type: 'transcription',
      object: 'realtime.transcription_session',
      id: session.id,
      expires_at: session.expires_at,
      audio: {
        input: {
          format: { type: 'audio/pcm', rate: 24_000 },
          transcription: null,
          noise_reduction: null,
          turn_detection: { type: 'server_vad', threshold: 0.5, prefix_padding_ms: 300, silence_duration_ms: 200 },
        },
      },
      include: null,
    })
  })

  test('speech is committed and transcribed: no response, no rate limits', async () => {
    const client = await open()
    await client.askOne(kindUpdate({ transcription: { model: 'gpt-4o-transcribe' } }))
    const from = client.events.length
    client.send(...appends(loud(640)), ...appends(quiet(512)))
    await client.until(`${prefix}.completed`)
    await client.settle()
    expect([...new Set(client.types(from))]).toEqual([
      'input_audio_buffer.speech_started',
      'input_audio_buffer.speech_stopped',
      'input_audio_buffer.committed',
      'conversation.item.added',
      'conversation.item.done',
      `${prefix}.delta`,
      `${prefix}.completed`,
    ])
  })

  test('16 kHz is refused whole: audio is committed, never transcribed', async () => {
    const client = await open()
    const format = { type: 'audio/pcm', rate: 16_000 }
    const error = errorOf(await client.askOne(kindUpdate({ format, transcription: { model: 'gpt-4o-transcribe' } })))
    expect(error).toMatchObject({ code: 'integer_below_min_value', param: 'session.audio.input.format.rate' })
    const events = await client.ask(...appends(loud(640)), ...appends(quiet(512)))
    expect(events.map(({ type }) => type).slice(2)).toEqual([
      'input_audio_buffer.committed',
      'conversation.item.added',
      'conversation.item.done',
    ])
  })

  test.each([
    [{ type: 'transcription', model: 'gpt-4o-transcribe' }, 'session.model'],
    [{ type: 'transcription', instructions: 'x' }, 'session.instructions'],
    [{ type: 'transcription', audio: { output: { voice: 'alloy' } } }, 'session.audio.output'],
    [{ type: 'transcription', tools: [] }, 'session.tools'],
  ])('%j is an unknown parameter', async (session, param) => {
    const client = await open()
    expect(errorOf(await client.askOne({ type: 'session.update', session }))).toMatchObject({ code: 'unknown_parameter', param })
  })

  test.each(['gpt-realtime-whisper', 'gpt-live-transcribe'])('%s refuses a turn_detection object', async (model) => {
    const client = await open()
    const turn_detection = { type: 'server_vad' }
    const message = 'Turn detection is not supported for this transcription model.'
    expect(errorOf(await client.askOne(kindUpdate({ transcription: { model }, turn_detection }))).message).toBe(message)
    expect((await client.askOne(kindUpdate({ transcription: { model }, turn_detection: null }))).type).toBe('session.updated')
    expect(errorOf(await client.askOne(kindUpdate({ turn_detection }))).message).toBe(message)
  })

  test('merges and clears like a conversation', async () => {
    const client = await open()
    const answers = await client.ask(
      kindUpdate({ transcription: { model: 'gpt-4o-transcribe', language: 'en' }, noise_reduction: { type: 'near_field' } }),
      kindUpdate({ transcription: { prompt: 'p' }, turn_detection: { type: 'server_vad', threshold: 0.7 } }),
      kindUpdate({ noise_reduction: null }),
    )
    expect(answers.at(-1)!.session.audio.input).toEqual({
      format: { type: 'audio/pcm', rate: 24_000 },
      transcription: { model: 'gpt-4o-transcribe', language: 'en', prompt: 'p' },
      noise_reduction: null,
      turn_detection: { type: 'server_vad', threshold: 0.7, prefix_padding_ms: 300, silence_duration_ms: 200 },
    })
  })
})
