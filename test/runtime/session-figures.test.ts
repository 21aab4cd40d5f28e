import { OpenAIRealtimeWS } from 'openai/realtime/ws'
import { createLocalRealtime, expect, test } from 'vitest-realtime'
import { noise } from 'vitest-realtime/audio'

test('a session tells of its ears, its buffer and what it did', async ({ realtime, caller }) => {
  realtime.respond('hours', { when: 'open', text: 'Until ten.' })
  const app = new OpenAIRealtimeWS({ model: 'gpt-realtime' })
  await realtime.waitForSession()
  const session = { type: 'realtime', audio: { input: { transcription: { model: 'gpt-4o-transcribe' } } } } as const
  app.send({ type: 'session.update', session })
  await realtime.waitFor('session.updated')
  expect(realtime.session.vad).toMatchObject({ enabled: true, engine: 'energy', speaking: false, segments: 0 })
  expect(realtime.session.audioBuffer).toEqual({ durationMs: 0, bytes: 0, writtenMs: 0 })

  await caller.says('How long are you open?')
  await realtime.settled()
  const { vad, transcription, audioBuffer, metrics } = realtime.session
  expect(vad).toMatchObject({ speaking: false, segments: 1, settings: { type: 'server_vad', silence_duration_ms: 200 } })
  expect(transcription).toMatchObject({ enabled: true, model: 'gpt-4o-transcribe', engine: 'known', completed: 1, failed: 0 })
  expect(audioBuffer.writtenMs).toBeGreaterThan(1500)
  expect(audioBuffer.bytes).toBe(audioBuffer.durationMs * 48)
  expect(metrics).toMatchObject({
    received: 1,
    audioInMs: audioBuffer.writtenMs,
    errors: 0,
    responses: { completed: 1, cancelled: 0, incomplete: 0, failed: 0 },
  })
  expect(metrics.audioOutMs).toBeGreaterThan(400)
  const [responseTimeMs = 0] = metrics.responseTimesMs
  expect(realtime.responses[0]).toHaveRespondedWithin(responseTimeMs)
  expect(realtime.responses[0]).not.toHaveRespondedWithin(responseTimeMs - 1)
  expect(metrics.tokens.input).toBeGreaterThan(0)

  app.send({ type: 'session.update', session: { type: 'realtime', audio: { input: { turn_detection: null } } } })
  await realtime.waitFor('session.updated')
  expect(realtime.session.vad).toMatchObject({ enabled: false, settings: null })
  app.close()
})

test('an engine that is named and not installed fails what waits, with what to install', async () => {
  // Its model is on no disk of ours.
  await using realtime = createLocalRealtime({ transcription: 'whisper', latency: 'instant', onUnmatched: 'fallback' })
  const app = realtime.run(() => new OpenAIRealtimeWS({ model: 'gpt-realtime' }))
  await realtime.waitForSession()
  const session = { type: 'realtime', audio: { input: { turn_detection: null, transcription: { model: 'whisper-1' } } } } as const
  app.send({ type: 'session.update', session })
  await realtime.waitFor('session.updated')
  app.send({ type: 'input_audio_buffer.append', audio: noise(500, { levelDbfs: -20 }).base64 })
  app.send({ type: 'input_audio_buffer.commit' })
  await expect(realtime.waitFor('conversation.item.input_audio_transcription.completed')).rejects.toThrow(
    /Engine 'whisper' is unavailable: .*\nInstall it with: \S/,
  )
  app.close()
})

test('each response has a record: the scores, when its output came, how much of it', async ({ realtime }) => {
  realtime.respond('hours', { when: 'open', text: 'Until ten.' })
  realtime.respond('vip', { when: { keywords: ['gold'] }, text: 'Welcome.' })
  const app = new OpenAIRealtimeWS({ model: 'gpt-realtime' })
  await realtime.waitForSession()
  const ask = (text: string, modality: 'text' | 'audio'): void => {
    const content = [{ type: 'input_text', text } as const]
    app.send({ type: 'conversation.item.create', item: { type: 'message', role: 'user', content } })
    app.send({ type: 'response.create', response: { output_modalities: [modality] } })
  }
  ask('Are you open?', 'text')
  await realtime.settled()
  ask('Are you open now?', 'audio')
  await realtime.settled()

  const { byResponse, turns, intents, interruptions } = realtime.session.metrics
  expect(byResponse).toHaveLength(2)
  const [typed, spoken] = byResponse
  expect(typed).toEqual({
    id: realtime.responses[0]?.id,
    sessionId: realtime.session.id,
    name: 'hours',
    status: 'completed',
    score: expect.any(Number),
    scores: { hours: typed?.score, vip: null },
    createdAtMs: realtime.responses[0]?.createdAtMs,
    firstDeltaMs: expect.any(Number),
    firstTextMs: typed?.firstDeltaMs,
    firstAudioMs: null,
    durationMs: expect.any(Number),
    chunks: realtime.emitted('response.output_text.delta').length,
    bytes: 'Until ten.'.length,
    audioMs: 0,
    interrupted: false,
    interruptionStopMs: null,
  })
  const sounds = realtime.emitted('response.output_audio.delta')
  expect(spoken).toMatchObject({
    firstAudioMs: spoken?.firstDeltaMs,
    chunks: sounds.length,
    bytes: sounds.reduce((sum, { delta }) => sum + Buffer.byteLength(delta, 'base64'), 0),
  })
  expect(spoken?.bytes).toBe((spoken?.audioMs ?? 0) * 48)
  expect({ turns, interruptions }).toEqual({ turns: { user: 2, assistant: 2 }, interruptions: 0 })
  expect(intents).toEqual({ question: 2 })
  app.close()
})

test('turn detection and transcription are measured against what the caller said, and who talked how much', async ({
  realtime,
  caller,
}) => {
  realtime.respond('long', {
    when: 'story',
    text: 'Once upon a time there was a king who had three sons and a very large garden.',
  })
  realtime.respond('stop', { when: 'stop', text: 'As you like.' })
  const app = new OpenAIRealtimeWS({ model: 'gpt-realtime' })
  await realtime.waitForSession()
  const session = { type: 'realtime', audio: { input: { transcription: { model: 'gpt-4o-transcribe' } } } } as const
  app.send({ type: 'session.update', session })
  await realtime.waitFor('session.updated')
  realtime.transcribeOnce('Tell him a story')
  await caller.says('Tell me a story')
  await caller.interrupts('Stop it please', { afterMs: 1000 })
  await realtime.settled()

  const { metrics, vad, transcription } = realtime.session
  expect(vad.accuracy).toMatchObject({ utterances: 2, found: 2, missed: 0, falseSegments: 0 })
  for (const latencyMs of vad.accuracy?.startLatenciesMs ?? []) expect(latencyMs).toBeGreaterThan(0)
  for (const latencyMs of vad.accuracy?.endLatenciesMs ?? []) expect(latencyMs).toBeGreaterThan(190)
  expect(vad.accuracy?.endLatenciesMs).toHaveLength(2)
  expect(transcription.accuracy).toEqual({ items: 2, words: 7, errors: 1, wordErrorRate: 1 / 7 })
  expect(transcription.latenciesMs).toHaveLength(2)
  expect(metrics).toMatchObject({ interruptions: 1, turns: { user: 2, assistant: 2 } })
  expect(metrics.byResponse.map(({ interrupted }) => interrupted)).toEqual([true, false])
  // The loudspeaker stops when speech is announced, which is so much later than its true start.
  const [stopMs, none] = metrics.byResponse.map(({ interruptionStopMs }) => interruptionStopMs)
  expect(none).toBeNull()
  expect(stopMs).toBeCloseTo(vad.accuracy?.startLatenciesMs[1] ?? Number.NaN, 5)
  const errors = [...(vad.accuracy?.startErrorsMs ?? []), ...(vad.accuracy?.endErrorsMs ?? [])]
  expect(errors).toHaveLength(4)
  for (const errorMs of errors) expect(Math.abs(errorMs)).toBeLessThan(250)
  const { talk } = metrics
  expect(talk.assistantMs).toBeLessThan(metrics.audioOutMs)
  expect(talk.userShare).toBeCloseTo(talk.userMs / (talk.userMs + talk.assistantMs))
  // The pace of the embedded voice.
  expect(talk.userWordsPerMinute).toBeGreaterThan(120)
  expect(talk.userWordsPerMinute).toBeLessThan(300)
  expect(talk.assistantWordsPerMinute).toBeGreaterThan(100)
  app.close()
})

test('figures are snapshots: they stay as they were, cannot be changed, and are JSON', async ({ realtime }) => {
  realtime.respond('hi', 'Hi.')
  const app = new OpenAIRealtimeWS({ model: 'gpt-realtime' })
  await realtime.waitForSession()
  const before = realtime.session.metrics
  const [copy] = [JSON.parse(JSON.stringify(before))]
  app.send({ type: 'response.create' })
  await realtime.settled()
  expect(before).toEqual(copy)
  expect(realtime.session.metrics.byResponse).toHaveLength(1)
  for (const value of [
    before,
    before.talk,
    before.byResponse,
    realtime.session.vad,
    realtime.session.vad.settings,
    realtime.session.audioBuffer,
  ])
    expect(Object.isFrozen(value)).toBe(true)
  expect(() => Object.assign(before, { sent: 0 })).toThrow(TypeError)
  expect(before.talk).toEqual({
    userMs: 0,
    assistantMs: 0,
    userShare: null,
    userWordsPerMinute: null,
    assistantWordsPerMinute: null,
  })
  expect(before).toMatchObject({ vad: { segments: 0, accuracy: null }, transcription: { accuracy: null } })
  app.close()
})
