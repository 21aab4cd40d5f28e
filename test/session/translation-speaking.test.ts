// What a translation session says: the interpreter's text and sound, the words of the speaker, and how it ends.

import { describe, expect, test } from 'vitest'
import { openaiLatency } from '../../src/session/latency.ts'
import { end, spoken, text } from './session-driver.ts'
import { spokenTo, TranslationDriver, transcribed } from './translation-driver.ts'

const close = { type: 'session.close' } as const

describe('the interpreter', () => {
  test('speaks as late and as fast as the profile says, its text ahead of its sound', () => {
    // The pause is noticed with the engine frame that ends at 1600 ms.
    const driver = new TranslationDriver().open().hears(1000, 9000).hears(600)
    const askedMs = driver.state.utterances[0]!.endedAtMs
    expect(askedMs).toBe(1580)
    driver.reply('Buenos días.', 3000).wait(5000)
    const { createdMs, firstAudioMs, transcriptLeadMs, audioSpeed } = openaiLatency
    const sound = driver.times('session.output_audio.delta')
    const firstMs = askedMs + createdMs + firstAudioMs
    expect(sound[0]).toBeCloseTo(firstMs)
    expect(sound.at(-1)).toBeCloseTo(firstMs + (3000 - 80) / audioSpeed)
    expect(driver.times('session.output_transcript.delta')[0]).toBeCloseTo(firstMs - transcriptLeadMs)
    expect(driver.said('output')).toBe('Buenos días.')
  })

  test('sends all of the sound, told as PCM16 of one channel at 24,000 Hz', () => {
    const driver = spokenTo().reply('Hola', 1000).wait(3000)
    const deltas = driver.of('session.output_audio.delta')
    const bytes = deltas.map(({ delta }) => Buffer.from(delta, 'base64'))
    expect(Buffer.concat(bytes)).toEqual(Buffer.from(spoken(1000).bytes))
    for (const delta of deltas) expect(delta).toMatchObject({ format: 'pcm16', sample_rate: 24_000, channels: 1 })
  })

  test('counts `elapsed_ms` in frames of the source, never back, from the end of the utterance on', () => {
    const driver = spokenTo().reply('Buenos días', 2000).wait(2000).says().reply('Adiós', 2000).wait(5000)
    const elapsed = driver.sent.flatMap(({ event }) => ('elapsed_ms' in event ? [event.elapsed_ms] : []))
    const firstEndMs = driver.effects.flatMap((effect) => (effect.type === 'heard' ? [effect.endSample / 24] : []))[0]!
    expect(elapsed[0]).toBeGreaterThanOrEqual(firstEndMs)
    expect(elapsed.every((ms) => ms % 200 === 0)).toBe(true)
    expect(elapsed).toEqual([...elapsed].sort((a, b) => a - b))
    expect(new Set(elapsed).size).toBeGreaterThan(1)
  })

  test('finishes what it says before it goes on to what was said meanwhile, set off by a space', () => {
    const driver = spokenTo().reply('Uno dos tres', 20_000)
    driver.says().reply('cuatro', 1000).wait(10_000)
    const order = driver.sent.flatMap(({ event }) => (event.type === 'session.output_transcript.delta' ? [event.delta] : []))
    expect(order.join('')).toBe('Uno dos tres cuatro')
    const sounds = driver.times('session.output_audio.delta')
    expect(sounds).toEqual([...sounds].sort((a, b) => a - b))
    // What came too late is spoken from then on at the usual pace, not in one heap.
    expect(new Set(sounds.slice(-4)).size).toBeGreaterThan(2)
  })

  test('waits with the second utterance for the reply to the first', () => {
    const driver = spokenTo().says().reply('dos', 500, 1).wait(3000)
    expect(driver.said('output')).toBe('')
    driver.reply('uno', 500, 0).wait(3000)
    expect(driver.said('output')).toBe('uno dos')
  })

  test('goes on as a reply streams in', () => {
    const driver = spokenTo()
    driver
      .pieces([text('Buenos ', spoken(500))])
      .wait(1000)
      .pieces([text('días', spoken(500)), end])
      .wait(2000)
    expect(driver.said('output')).toBe('Buenos días')
    expect(driver.state.utterances).toEqual([])
  })

  test('has no use for calls', () => {
    const driver = spokenTo()
    driver.pieces([{ type: 'call', name: 'book', arguments: '{}' }, text('Hola', spoken(200)), end]).wait(3000)
    expect(driver.said('output')).toBe('Hola')
    expect(new Set(driver.types.slice(1))).toEqual(new Set(['session.output_transcript.delta', 'session.output_audio.delta']))
  })

  test('tells of a failure of the service, and goes on with what comes next', () => {
    const driver = spokenTo()
    driver.pieces([{ type: 'fail', error: { type: 'server_error', code: 'server_error', message: 'Sorry.' } }]).wait(10)
    expect(driver.of('error')).toEqual([
      {
        type: 'error',
        event_id: expect.any(String),
        error: { type: 'server_error', code: 'server_error', message: 'Sorry.', param: null, event_id: null },
      },
    ])
    driver.says().reply('Hola').wait(2000)
    expect(driver.said('output')).toBe('Hola')
  })

  test('needs no time at all with instant latency', () => {
    const driver = new TranslationDriver({ latency: 'instant' }).open().says().reply('Hola', 5000)
    expect(driver.said('output')).toBe('Hola')
    expect(new Set([...driver.times('session.output_audio.delta')]).size).toBe(1)
  })
})

describe('the words of the speaker', () => {
  const words = (driver: TranslationDriver, said: string): TranslationDriver => {
    const asked = driver.effects.flatMap((effect) => (effect.type === 'transcribe' ? [effect.itemId] : []))
    driver.input({ type: 'transcript', itemId: asked.at(-1)!, result: { type: 'completed', text: said } })
    return driver
  }

  test('are neither asked for nor sent without a transcription', () => {
    const driver = spokenTo().reply('Hola').wait(3000)
    expect(driver.effects.some((effect) => effect.type === 'transcribe')).toBe(false)
    expect(driver.of('session.input_transcript.delta')).toEqual([])
  })

  test('come as fragments that join to the text, the second utterance set off by a space', () => {
    const driver = new TranslationDriver().open().client(transcribed).says()
    expect(driver.effects.find((effect) => effect.type === 'transcribe')).toMatchObject({ model: 'gpt-realtime-whisper' })
    words(driver, 'Good morning.').wait(2000)
    words(driver.says(), 'How are you?').wait(2000)
    expect(driver.said('input')).toBe('Good morning. How are you?')
    expect(driver.of('session.input_transcript.delta').length).toBeGreaterThan(4)
  })

  test('that cannot be known are left out', () => {
    const driver = new TranslationDriver().open().client(transcribed).says()
    const itemId = driver.asked[0]!.userItem!.id!
    driver.input({ type: 'transcript', itemId, result: { type: 'failed', code: 'audio_unintelligible', message: '' } })
    driver.reply('…').wait(2000).client(close).wait(1)
    expect(driver.of('session.input_transcript.delta')).toEqual([])
    expect(driver.closed).toMatchObject({ code: 1000 })
  })
})

describe('session.close', () => {
  test('with nothing under way: session.closed, then 1000', () => {
    const driver = new TranslationDriver().open().client(close).wait(0)
    expect(driver.types).toEqual(['session.created', 'session.closed'])
    expect(driver.closed).toMatchObject({ code: 1000, reason: '' })
  })

  test('in the middle of speech: what was said until then is interpreted first', () => {
    const driver = new TranslationDriver().open().hears(730, 9000).client(close).wait(0)
    const [heard] = driver.effects.flatMap((effect) => (effect.type === 'heard' ? [effect] : []))
    expect(heard?.endSample).toBe(730 * 24)
    expect(driver.types).toEqual(['session.created'])
    driver.reply('Hola', 1000).wait(5000)
    expect(driver.said('output')).toBe('Hola')
    expect(driver.types.at(-1)).toBe('session.closed')
    expect(driver.closed).toMatchObject({ code: 1000 })
  })

  test('waits for words of the speaker that are still to come', () => {
    const driver = new TranslationDriver().open().client(transcribed).says().client(close).reply('Hola', 200).wait(5000)
    expect(driver.closed).toBeUndefined()
    driver.input({ type: 'transcript', itemId: driver.asked[0]!.userItem!.id!, result: { type: 'completed', text: 'Hi' } })
    driver.wait(2000)
    expect(driver.said('input')).toBe('Hi')
    expect(driver.types.at(-1)).toBe('session.closed')
  })

  test('takes no more sound; a second close changes nothing', () => {
    const driver = spokenTo().client(close).wait(0)
    driver.says().client(close)
    expect(driver.asked).toHaveLength(1)
    expect(driver.of('error')).toEqual([])
    driver.reply('Hola').wait(3000)
    expect(driver.of('session.closed')).toHaveLength(1)
  })
})
