// A translation session as a pure machine: what comes in, what goes out, and when.

import { describe, expect, test } from 'vitest'
import { encodeBase64 } from '../../audio/base64.ts'
import { pcm } from './session-driver.ts'
import { spokenTo, TranslationDriver } from './translation-driver.ts'

const update = (audio: object): { type: 'session.update'; session: { audio: object } } => ({
  type: 'session.update',
  session: { audio },
})

describe('the session', () => {
  test('greets with its object: kind, model, end of life, nothing configured', () => {
    const { sent } = new TranslationDriver().open()
    expect(sent.map(({ event }) => event)).toEqual([
      {
        type: 'session.created',
        event_id: expect.stringMatching(/^event_/),
        session: {
          id: expect.stringMatching(/^sess_/),
          type: 'translation',
          model: 'gpt-realtime-translate',
          expires_at: 1_800_003_600,
          audio: { input: { transcription: null, noise_reduction: null }, output: {} },
        },
      },
    ])
  })

  test('an update changes what it names and nothing else', () => {
    const driver = new TranslationDriver().open()
    driver.client(update({ output: { language: 'es' } }))
    driver.client(
      update({ input: { transcription: { model: 'whisper-1' }, noise_reduction: { type: 'near_field', strength: 0.5 } } }),
    )
    driver.client(update({ input: { noise_reduction: { type: 'far_field' } } }))
    driver.client({ type: 'session.update', session: {} })
    expect(driver.of('session.updated').at(-1)?.session).toMatchObject({
      type: 'translation',
      model: 'gpt-realtime-translate',
      audio: {
        input: { transcription: { model: 'whisper-1' }, noise_reduction: { type: 'far_field', strength: 0.5 } },
        output: { language: 'es' },
      },
    })
    driver.client(update({ input: { transcription: null, noise_reduction: null } }))
    expect(driver.of('session.updated').at(-1)?.session.audio).toEqual({
      input: { transcription: null, noise_reduction: null },
      output: { language: 'es' },
    })
  })

  test('acknowledges as late as the profile says, in order', () => {
    const driver = new TranslationDriver({ latency: { acknowledgeMs: 50 } }).open()
    driver.client(update({ output: { language: 'es' } })).wait(20)
    driver.client(update({ output: { language: 'fr' } }))
    expect(driver.types).toEqual(['session.created'])
    driver.wait(200)
    expect(driver.times('session.updated')).toEqual([50, 70])
    expect(driver.of('session.updated').map(({ session }) => session.audio.output.language)).toEqual(['es', 'fr'])
  })

  test('ends after its life with one error and 1001', () => {
    const driver = spokenTo().wait(3_600_000)
    expect(driver.of('error')).toMatchObject([{ error: { code: 'session_expired' } }])
    expect(driver.closed).toMatchObject({ code: 1001 })
    expect(driver.effects.at(-2)).toMatchObject({ type: 'stop-reply', responseId: driver.asked[0]?.responseId })
    driver.client(update({ output: { language: 'es' } }))
    expect(driver.of('session.updated')).toEqual([])
  })
})

describe('sound', () => {
  test('goes to the detector in whole engine frames of 200 ms, however it came', () => {
    const driver = new TranslationDriver().open()
    const given = (): number[] =>
      driver.effects.flatMap((effect) => (effect.type === 'detect-speech' ? [effect.audio.length / 48] : []))
    driver.append(pcm(190))
    expect(given()).toEqual([])
    driver.append(pcm(10))
    expect(given()).toEqual([200])
    driver.append(pcm(450)).append(pcm(150))
    expect(given()).toEqual([200, 400, 200])
    expect(driver.effects.filter((effect) => effect.type === 'detect-speech' && effect.restart)).toHaveLength(1)
  })

  test('that is no base64 is refused, and the session goes on', () => {
    const driver = new TranslationDriver().open()
    driver.client({ type: 'session.input_audio_buffer.append', audio: 'not base64!', event_id: 'mine' })
    expect(driver.of('error')).toMatchObject([{ error: { code: 'invalid_value', param: 'audio', event_id: 'mine' } }])
    expect(driver.says().asked).toHaveLength(1)
  })

  test('of more than the limit closes the session with 1009', () => {
    const driver = new TranslationDriver({ messageBytes: 1000 }).open()
    driver.client({ type: 'session.input_audio_buffer.append', audio: encodeBase64(new Uint8Array(900)) })
    expect(driver.closed).toMatchObject({ code: 1009 })
  })

  test('a sample that is split between two appends is put together again', () => {
    const driver = new TranslationDriver().open()
    const bytes = pcm(400, 9000)
    driver.append(bytes.subarray(0, 4801)).append(bytes.subarray(4801))
    const [first, second] = driver.effects.flatMap((effect) => (effect.type === 'detect-speech' ? [effect.audio] : []))
    expect([...(first ?? []), ...(second ?? [])]).toEqual([...bytes])
  })

  test('of silence is not kept for ever', () => {
    const driver = new TranslationDriver().open().hears(10_000, 0, 200)
    expect(driver.state.buffer.endByte - driver.state.buffer.startByte).toBeLessThanOrEqual(2 * 2000 * 48 + 9600)
  })
})

describe('an utterance', () => {
  test('ends with a pause, and asks for its words and its interpretation, as a turn without instructions', () => {
    const driver = new TranslationDriver()
      .open()
      .client(update({ output: { language: 'es' } }))
      .hears(300)
      .says(1000)
    const [heard] = driver.effects.flatMap((effect) => (effect.type === 'heard' ? [effect] : []))
    const [request] = driver.asked
    expect(request).toMatchObject({
      turn: 1,
      instructions: '',
      tools: [],
      metadata: { language: 'es' },
      modalities: ['audio'],
      outputFormat: { type: 'audio/pcm', rate: 24_000 },
      askedBy: 'translation',
      userItem: { id: heard?.itemId, role: 'user' },
    })
    // 300 ms of padding before the first loud frame, which here is not the first one.
    expect(heard?.startSample).toBe(480)
    expect(heard?.endSample).toBeGreaterThan(1300 * 24)
    expect(heard?.audio.length).toBe((heard!.endSample - heard!.startSample) * 2)
    expect(driver.types).toEqual(['session.created', 'session.updated'])
  })

  test('may hold the pause of a comma', () => {
    const driver = new TranslationDriver().open().hears(600, 9000).hears(350).says(600)
    expect(driver.asked).toHaveLength(1)
  })

  test('follows another: the second counts as turn 2 and begins where the first ended', () => {
    const driver = spokenTo().says()
    const heard = driver.effects.flatMap((effect) => (effect.type === 'heard' ? [effect] : []))
    expect(driver.asked.map(({ turn }) => turn)).toEqual([1, 2])
    expect(heard[1]!.startSample).toBeGreaterThanOrEqual(heard[0]!.endSample)
    expect(driver.asked.map(({ metadata }) => metadata)).toEqual([{}, {}])
  })
})
