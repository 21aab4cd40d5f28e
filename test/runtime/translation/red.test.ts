// What makes a test with a translation session red, and what its story and its waits say then.

import { describe, expect, test } from 'vitest'
import type { RealtimeOptions } from '../../../src/api.ts'
import { storyOfRed } from '../../../src/doors/story.ts'
import { whoWaits } from '../../../src/runtime/settled.ts'
import * as engines from '../../conformance/support/service-options.ts'
import { type MemoryApp, type OpenService, openService } from '../support/open-service.ts'

const url = 'wss://api.openai.com/v1/realtime/translations?model=gpt-realtime-translate'

async function interpreter(
  options: RealtimeOptions = {},
): Promise<OpenService & { app: MemoryApp; hear(ms: number, level?: number): void }> {
  const opened = openService({ vad: engines.vad, transcription: engines.transcription, latency: 'instant', ...options })
  const app = await opened.open({ url })
  const hear = (ms: number, level = 0): void => {
    const audio = Buffer.from(new Int16Array(ms * 24).fill(level).buffer).toString('base64')
    app.send({ type: 'session.input_audio_buffer.append', audio })
  }
  return { ...opened, app, hear, [Symbol.asyncDispose]: () => opened.service.close() }
}

/** Messages in memory arrive in turns of the event loop. */
async function until(check: () => boolean): Promise<void> {
  for (let turn = 0; turn < 1000 && !check(); turn++) await new Promise((resolve) => setImmediate(resolve))
  expect(check()).toBe(true)
}

describe('an utterance that no reply fits', () => {
  test('is told with the score table, and the app gets an error that adds nothing to it', async () => {
    await using opened = await interpreter()
    opened.realtime.respond('hola', { when: 'good morning', text: 'Buenos días.' })
    opened.hear(1000, 9000)
    opened.hear(1000)
    await expect(opened.realtime.settled()).rejects.toThrow(/RTK_NO_MATCH[\s\S]*please play the tone[\s\S]*hola/)
    expect(opened.app.types()).toEqual(['session.created', 'error'])
    expect(opened.service.verdict.wireErrorProblem([])).toBeUndefined()
  })

  test('goes to the fallback of the options, where there is one', async () => {
    await using opened = await interpreter({ fallback: 'Perdón.' })
    opened.hear(1000, 9000)
    opened.hear(1000)
    await opened.realtime.settled()
    expect(
      opened.realtime
        .emitted('session.output_transcript.delta')
        .map(({ delta }) => delta)
        .join(''),
    ).toBe('Perdón.')
  })
})

test('an error that answers the app is red unless it was asserted', async () => {
  await using opened = await interpreter()
  opened.app.send({ type: 'response.create' })
  await until(() => opened.app.types().includes('error'))
  expect(opened.service.verdict.wireErrorProblem([])).toMatchObject({ code: 'RTK_WIRE_ERROR' })
  await opened.realtime.waitFor('error', { error: { param: 'type' } })
  expect(opened.service.verdict.wireErrorProblem([])).toBeUndefined()
})

describe('who waits for whom', () => {
  test('nobody, but for an app that has sent nothing, sound without an end, and an interpreter at work', async () => {
    const { promise, resolve } = Promise.withResolvers<string>()
    await using opened = await interpreter({ fallback: () => promise })
    const waits = (): string | undefined => whoWaits(opened.service, opened.service.connections)
    const heard = (count: number): Promise<void> =>
      until(() => opened.realtime.received('session.input_audio_buffer.append').length === count)
    expect(waits()).toMatch(/waits for the app, which has sent nothing/)
    opened.hear(1000, 9000)
    await heard(1)
    expect(waits()).toMatch(/the interpreter waits for the end of what is said/)
    opened.hear(1000)
    await heard(2)
    expect(waits()).toMatch(/has not said all of what it heard/)
    resolve('Perdón.')
    await opened.realtime.settled()
    expect(waits()).toBeUndefined()
  })

  test('settled() waits until the interpreter is done, and nextResponse() finds nothing', async () => {
    await using opened = await interpreter({ fallback: 'Perdón, no he entendido nada.', latency: 'openai' })
    opened.hear(1000, 9000)
    opened.hear(1000)
    await opened.realtime.settled()
    expect(opened.service.connections[0]?.core.pending).toBeUndefined()
    expect(opened.realtime.responses).toEqual([])
    await expect(opened.realtime.nextResponse({ timeout: 100 })).rejects.toThrow(/RTK_WAIT/)
  })
})

test('the story shows the stream in few lines: language, sound in ms, what was said', async () => {
  await using opened = await interpreter({ fallback: engines.responses.tone! })
  opened.app.send({ type: 'session.update', session: { audio: { output: { language: 'es' } } } })
  for (let piece = 0; piece < 50; piece++) opened.hear(20, 9000)
  opened.hear(1000)
  await opened.realtime.settled()
  const story = storyOfRed(opened.service, [], [])
    .split('\n')
    .filter((line) => line.includes('ms'))
    .map((line) => line.replace(/^ *#\d+ +\+ *\d+ms ([A-Z] )?/, '').replace(/resp_\S+/, 'resp'))
  expect(story.join('\n')).toMatchInlineSnapshot(`
    "What happened in "memory" (virtual ms):
    · connected  wss://api.openai.com/v1/realtime/translations?model=gpt-realtime-translate
    ← session.created  gpt-realtime-translate
    → session.update  audio.output.language
    ← session.updated  gpt-realtime-translate  language='es'
    → session.input_audio_buffer.append  ×10  9600 bytes, 200 ms pcm16  (to #13 +0ms)
    · vad by loudness
    → session.input_audio_buffer.append  ×41  86400 bytes, 1800 ms pcm16  (to #55 +0ms)
    · transcription by always-the-same
    · reply "fallback" chosen for resp
    ← session.output_transcript.delta  ×6  "One two three four five."  (to #63 +0ms)
    ← session.output_audio.delta  ×5  48000 bytes, 1000 ms pcm16  (to #68 +0ms)"
  `)
})
