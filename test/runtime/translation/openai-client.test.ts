// Translation sessions behind the gate, through the official client: what it takes, what a test can say of it.

import { describe } from 'vitest'
import { expect, test } from 'vitest-realtime'
import { startInterpreter, subtitles } from './interpreter-app.ts'

const transcription = { transcription: { model: 'gpt-realtime-whisper' } }

describe('an app that translates', () => {
  test('is understood, and its interpreter says what was scripted', async ({ realtime, caller }) => {
    realtime.respond('hola', { when: 'good morning', text: 'Buenos días.' })
    realtime.respond('mesa', { when: /table for two/i, text: 'Una mesa para dos, por favor.' })
    const client = await startInterpreter('es', transcription)
    const text = subtitles(client)
    caller.attach(client)

    await caller.says('Good morning')
    await caller.says('A table for two please')
    await realtime.settled()

    expect(text()).toBe('Buenos días. Una mesa para dos, por favor.')
    expect(realtime).toHaveEmittedSequence([
      'session.created',
      'session.update',
      { type: 'session.updated', session: { type: 'translation', audio: { output: { language: 'es' } } } },
      { type: 'session.output_audio.delta', format: 'pcm16', sample_rate: 24_000, channels: 1 },
    ])
    const source = realtime.emitted('session.input_transcript.delta').map(({ delta }) => delta)
    expect(source.join('')).toBe('Good morning A table for two please')
    expect(caller).toHaveHeard('Buenos días. Una mesa para dos, por favor.')
    expect(caller.heard.durationMs).toBeGreaterThan(2000)
  })

  test('finishes: all of the translation, then session.closed and 1000', async ({ realtime, caller }) => {
    realtime.respond('hola', { when: 'good morning', text: 'Buenos días.' })
    const client = await startInterpreter()
    const text = subtitles(client)
    const closed = new Promise<number>((resolve) => client.socket.on('close', resolve))
    caller.attach(client)
    await caller.says('Good morning')
    await client.finish({ timeoutMs: 60_000 })
    await realtime.settled()
    expect(text()).toBe('Buenos días.')
    expect(caller).toHaveHeard('Buenos días.')
    expect(await closed).toBe(1000)
    expect(realtime).toHaveReceived('session.close')
    expect(realtime).toHaveEmitted('session.closed')
    expect(realtime.session.open).toBe(false)
  })

  test('closes in the middle of a sentence: what was said until then is translated', async ({ realtime, caller }) => {
    realtime.respond('hola', { when: 'good', text: 'Buenos días.' })
    const client = await startInterpreter()
    const text = subtitles(client)
    const saying = caller.says('Good morning to all of you out there')
    await caller.pauses(700)
    await client.finish({ timeoutMs: 60_000 })
    await saying
    expect(text()).toBe('Buenos días.')
  })

  const lastWords = ['Thank you', 'Yes', 'We come from far away']
  test.for(lastWords)('finishes right after "%s": nobody wants silence', async (last, { realtime, caller }) => {
    realtime.respond('hola', { text: 'Hola.', delayMs: 2000 })
    const client = await startInterpreter()
    const text = subtitles(client)
    caller.attach(client)
    await caller.says('Good morning everybody')
    await caller.says(last)
    await client.finish({ timeoutMs: 60_000 })
    expect(text()).toBe('Hola. Hola.')
  })

  test('finishes while somebody speaks: the rest is said into a dead line', async ({ realtime, caller }) => {
    realtime.respond('hola', { text: 'Hola.', delayMs: 5000 })
    const client = await startInterpreter()
    const text = subtitles(client)
    caller.attach(client)
    const saying = caller.says('Good morning to all of you out there')
    await caller.pauses(700)
    const finished = client.finish({ timeoutMs: 60_000 })
    await saying
    await finished
    expect(text()).toBe('Hola.')
  })

  test('has a session without conversation and responses, found by its kind and model', async ({ realtime, caller }) => {
    realtime.for({ intent: 'translation' }).respond('hola', { when: { metadata: { language: 'es' } }, text: 'Hola.' })
    await startInterpreter()
    await caller.says('Good morning')
    await realtime.settled()
    const { session } = realtime
    expect(session.conversation).toEqual([])
    expect(session.responses).toEqual([])
    expect(session.config).toMatchObject({
      type: 'translation',
      model: 'gpt-realtime-translate',
      audio: { output: { language: 'es' } },
    })
    expect(realtime.for({ model: 'gpt-realtime-translate' }).session).toBe(session)
    expect(() => realtime.for({ intent: 'transcription' }).session).toThrow(/no session/)
    expect(session.received('session.update')).toHaveLength(1)
    expect(caller).toHaveHeard('Hola.')
  })

  test('two sessions, one for each direction, each with a script of its own', async ({ realtime, caller }) => {
    realtime.respond('es', { when: { metadata: { language: 'es' } }, text: 'Buenos días.' })
    realtime.respond('fr', { when: { metadata: { language: 'fr' } }, text: 'Bonjour.' })
    const spanish = await startInterpreter('es')
    const french = await startInterpreter('fr')
    const texts = [subtitles(spanish), subtitles(french)]
    caller.attach({
      microphone: ({ base64 }) => {
        for (const client of [spanish, french]) client.send({ type: 'session.input_audio_buffer.append', audio: base64 })
      },
    })
    await caller.says('Good morning')
    await realtime.settled()
    expect(texts.map((text) => text())).toEqual(['Buenos días.', 'Bonjour.'])
  })

  test('gets the words by transcribeOnce, and a reply that is made of them', async ({ realtime, caller }) => {
    realtime.transcribeOnce({ deltas: ['Guten', ' Morgen'] })
    realtime.respond('made', (turn) => `${turn.number}: ${turn.text} (${turn.metadata.language})`)
    const client = await startInterpreter('es', transcription)
    const text = subtitles(client)
    await caller.says('Good morning')
    await realtime.settled()
    expect(realtime.emitted('session.input_transcript.delta').map(({ delta }) => delta)).toEqual(['Guten', ' Morgen'])
    expect(text()).toBe('1: Good morning (es)')
  })

  test('has a microphone and a loudspeaker of its own: what it plays is heard, as far as it was played', async ({
    realtime,
    caller,
  }) => {
    realtime.respond('hola', { when: 'good morning', text: 'Buenos días a todos los que han venido hoy.' })
    const client = await startInterpreter()
    caller.attach({
      microphone: ({ base64 }) => client.send({ type: 'session.input_audio_buffer.append', audio: base64 }),
      speaker: (speaker) => {
        client.on('session.output_audio.delta', ({ delta }) => {
          const bytes = new Uint8Array(Buffer.from(delta, 'base64'))
          speaker.play(bytes.buffer)
        })
        client.on('session.updated', () => speaker.stop())
      },
    })
    await caller.says('Good morning')
    await caller.hears('Buenos días')
    client.send({ type: 'session.update', session: { audio: { output: { language: 'fr' } } } })
    await realtime.settled()
    expect(caller).toHaveHeard(/^Buenos días/)
    expect(caller).not.toHaveHeard('hoy')
    // What was stopped stays stopped; the next utterance is another one.
    await caller.says('Good morning')
    await realtime.settled()
    expect(caller).toHaveHeard(/han venido hoy\.$/)
  })

  test('can be made to fail: the app is told, and the test is not red for it', async ({ realtime, caller }) => {
    realtime.respond('hola', 'Hola.')
    realtime.fail({ response: 'rate_limit_exceeded' })
    realtime.fail({ drop: 'session.output_audio.delta' })
    const client = await startInterpreter()
    const errors: unknown[] = []
    client.on('error', (error) => errors.push(error.error?.code))
    await caller.says('Good morning')
    await realtime.settled()
    await caller.says('Good morning')
    await realtime.settled()
    expect(errors).toEqual(['rate_limit_exceeded'])
    expect(realtime.emitted('session.output_transcript.delta').length).toBeGreaterThan(0)
  })

  test('a refused update is an error of the app, with the path of the field', async ({ realtime }) => {
    const client = await startInterpreter()
    client.send({ type: 'session.update', session: { audio: { input: { language: 'en' } } } } as never)
    const { error } = await realtime.waitFor('error')
    expect(error).toMatchObject({ code: 'unknown_parameter', param: 'session.audio.input.language' })
  })

  test('ends after 60 minutes like any session', async ({ realtime }) => {
    const client = await startInterpreter()
    const closed = new Promise<number>((resolve) => client.socket.on('close', resolve))
    await realtime.clock.advance(3_600_000)
    expect(await closed).toBe(1001)
    expect(realtime).toHaveEmitted('error', { error: { code: 'session_expired' } })
  })
})
