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
  expect(transcription).toEqual({ enabled: true, model: 'gpt-4o-transcribe', engine: 'known', completed: 1, failed: 0 })
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
    /Engine 'whisper' is unavailable: .*\nInstall it with: npm install/,
  )
  app.close()
})
