// Replies that fail: the response fails on the wire, the test is told why, and the session goes on.

import { describe, expect, test } from 'vitest'
import { pcm } from '../../audio/pcm.ts'
import type { Reply } from '../../src/api.ts'
import { doneOf, talk } from './support/talk.ts'

describe('what goes wrong', () => {
  const failing: [string, Reply, RegExp][] = [
    ['a function that throws', () => raise('no brain'), /RTK_REPLY.*the function of reply 'brain' failed: Error: no brain/],
    ['an async function that rejects', async () => raise('no brain'), /RTK_REPLY.*reply 'brain' failed: Error: no brain/],
    ['a stream that throws', throwingStream, /RTK_REPLY.*reply 'brain' failed: Error: no brain/],
    ['a function that gives nothing', () => undefined as never, /RTK_REPLY.*'brain'/],
    ['a stream of something else', () => streamOf(7) as never, /RTK_REPLY.*'brain' streamed 7/],
    ['a sound that is not there', () => ({ audio: '/nowhere/at/all.wav' }), /RTK_AUDIO.*\/nowhere\/at\/all\.wav/],
  ]

  test.for(failing)('%s fails the response on the wire, and the test', async ([, reply, message]) => {
    await using talking = await talk(reply, { modality: 'audio' })
    talking.ask('hello')
    const wait = talking.realtime.nextResponse()
    await expect(wait).rejects.toThrow(message)
    await talking.service.clock.quiet()
    expect(doneOf(talking)).toMatchObject({
      status: 'failed',
      status_details: { type: 'failed', error: { code: 'server_error' } },
    })
    expect(talking.service.verdict.problems.map(({ message: told }) => told)).toEqual([expect.stringMatching(message)])
    talking.ask('and now?')
    await talking.service.clock.quiet()
    expect(talking.app.types().filter((type) => type === 'response.done')).toHaveLength(2)
  })

  test('a predicate that throws names its reply', async () => {
    await using talking = await talk({ when: () => raise('no idea'), text: 'Yes.' })
    talking.ask('hello')
    await expect(talking.realtime.nextResponse()).rejects.toThrow(/RTK_REPLY[\s\S]*brain[\s\S]*no idea/)
  })

  test('a turn that no reply fits rejects the wait with the table of scores', async () => {
    await using talking = await talk({ when: 'goodbye', text: 'Bye.' })
    talking.ask('hello')
    await expect(talking.realtime.nextResponse()).rejects.toThrow(/RTK_NO_MATCH.*"hello"[\s\S]*brain/)
    await talking.service.clock.quiet()
    expect(doneOf(talking)?.status).toBe('failed')
  })

  test('a recognizer that never works is told by its name, not as a reply', async () => {
    const transcription = { name: 'frail', load: async () => {}, transcribe: () => Promise.reject(new Error('out of memory')) }
    await using talking = await talk('Fine.', { transcription })
    const hum = Int16Array.from({ length: 24_000 }, (_, index) => 9000 * Math.sin(index / 20) * Math.sin(index / 3000))
    talking.app.send({ type: 'input_audio_buffer.append', audio: pcm(hum, 24_000).base64 })
    talking.app.send({ type: 'input_audio_buffer.commit' })
    talking.app.send({ type: 'response.create' })
    await expect(talking.realtime.nextResponse()).rejects.toThrow(
      /RTK_ENGINE.*The transcription engine 'frail' failed on what the caller said: Error: out of memory/,
    )
    expect(talking.service.verdict.problems).toMatchObject([{ name: 'AudioEngineFailed', engine: 'frail' }])
  })

  test('a fallback takes the turn that no reply fits', async () => {
    await using talking = await talk({ when: 'goodbye', text: 'Bye.' }, { fallback: ({ text }) => `What is ${text}?` })
    talking.ask('hello')
    expect(await talking.realtime.nextResponse()).toMatchObject({ name: 'fallback', text: 'What is hello?' })
  })

  test('and the default brain does, where it is asked for', async () => {
    await using talking = await talk({ when: 'goodbye', text: 'Bye.' }, { onUnmatched: 'fallback' })
    talking.ask('hello')
    const response = await talking.realtime.nextResponse()
    expect(response.status).toBe('completed')
    expect(response.text).not.toBe('')
  })
})

function raise(message: string): never {
  throw new Error(message)
}

async function* throwingStream(): AsyncGenerator<string> {
  yield 'So far '
  raise('no brain')
}

async function* streamOf(value: unknown): AsyncGenerator<unknown> {
  yield value
}
