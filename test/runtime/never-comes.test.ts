// A wait for an event that the session never sends says so; who owes what is said by what the app has really sent.

import { expect, test } from 'vitest'
import { encodeBase64 } from '../../audio/base64.ts'
import { bytesFromSamples } from '../../audio/pcm.ts'
import { speech } from '../../audio/speech.ts'
import { failureOf } from '../support/failure-of.ts'
import { activeCall } from './support/open-call.ts'
import { openService } from './support/open-service.ts'

const wss = 'wss://api.openai.com/v1/realtime'
const completed = 'conversation.item.input_audio_transcription.completed'

test('a transcript that nobody asked for, though the app has sent sound', async () => {
  await using opened = openService({ latency: 'instant' })
  const app = await opened.open({ url: `${wss}?intent=transcription` })
  const { samples } = await speech('Hello there')
  app.send({ type: 'input_audio_buffer.append', audio: encodeBase64(bytesFromSamples(samples)) })
  const failure = await failureOf(() => opened.realtime.waitFor(completed))
  expect(failure).toMatch(
    /\nThe app asked for no transcription \(audio.input.transcription is null\), so the service sends none.\n$/,
  )
  expect(failure).not.toContain('which has sent nothing')
})

test('an app that has set its session up, and said nothing', async () => {
  await using opened = openService()
  const app = await opened.open()
  const wait = () => opened.realtime.nextResponse({ timeout: 10 })
  expect(await failureOf(wait)).toContain('waits for the app, which has sent nothing')
  app.send({ type: 'session.update', session: { type: 'realtime', instructions: 'Be brief.' } })
  expect(await failureOf(wait)).toContain('waits for the app, which has sent no text and no sound yet')
})

test('a response of a translation session', async () => {
  await using opened = openService()
  await opened.open({ url: `${wss}/translations?model=gpt-realtime-translate` })
  const failure = await failureOf(() => opened.realtime.nextResponse({ timeout: 10 }))
  expect(failure).toContain('A translation session never sends response.done')
})

test('sound of a call on a plain socket', async () => {
  await using opened = openService()
  await opened.open()
  const wait = () => opened.realtime.waitFor('output_audio_buffer.started', undefined, { timeout: 10 })
  expect(await failureOf(wait)).toContain('Only calls (SIP, WebRTC) have output_audio_buffer.started')
})

test('nothing is said where a session may still send it', async () => {
  await using call = await activeCall()
  const wait = () => call.realtime.waitFor('output_audio_buffer.started', undefined, { timeout: 10 })
  expect(await failureOf(wait)).not.toContain('Only calls')
})

test('anything of a session that has closed', async () => {
  await using opened = openService()
  const app = await opened.open()
  app.client.close(1000)
  const failure = await failureOf(() => opened.realtime.waitFor('response.done', undefined, { timeout: 10 }))
  expect(failure).toMatch(/\nNo session is open any more: the last one was closed by the app \(#\d+, 1000\)\.\n$/)
})
