// protocol.md 4.4: semantic_vad waits for the speaker, by what was said. All of it in virtual time, through the openai client.

import { OpenAIRealtimeWS } from 'openai/realtime/ws'
import { describe, expect } from 'vitest'
import { type LocalRealtime, speech, test } from 'vitest-realtime'
import { concatPcm, pcm } from 'vitest-realtime/audio'

type Eagerness = 'low' | 'medium' | 'high' | 'auto'

async function startAgent(eagerness: Eagerness): Promise<OpenAIRealtimeWS> {
  const app = new OpenAIRealtimeWS({ model: 'gpt-realtime' })
  await app.emitted('session.created')
  const turn_detection = { type: 'semantic_vad', eagerness } as const
  app.send({
    type: 'session.update',
    session: {
      type: 'realtime',
      output_modalities: ['text'],
      audio: { input: { turn_detection, transcription: { model: 'gpt-4o-transcribe' } } },
    },
  })
  await app.emitted('session.updated')
  return app
}

/** From the end of what was said to the end of the turn that the service heard. */
function waitedMs(realtime: LocalRealtime, endMs: number): number {
  const stopped = realtime.emitted('input_audio_buffer.speech_stopped')
  expect(stopped).toHaveLength(1)
  return stopped[0]!.audio_end_ms - endMs
}

const near = (ms: number) => ({ asymmetricMatch: (value: number) => Math.abs(value - ms) <= 200, toString: () => `about ${ms}` })

describe('semantic_vad', () => {
  test.for([
    ['low', 600],
    ['medium', 600],
    ['high', 600],
  ] as const)('%s: after a whole sentence the turn ends soon', async ([eagerness, ms], { realtime, caller }) => {
    realtime.respond('any', { text: 'Fine.' })
    caller.attach(await startAgent(eagerness))
    const said = await speech('A table for two, please.')
    await caller.says(said)
    await realtime.nextResponse()
    expect(waitedMs(realtime, said.speechSpan!.endMs)).toEqual(near(ms))
  })

  test.for([
    ['low', 8000],
    ['medium', 4000],
    ['auto', 4000],
    ['high', 2000],
  ] as const)(
    '%s: after one that trails off the turn ends when the wait is over',
    async ([eagerness, ms], { realtime, caller }) => {
      realtime.respond('any', { text: 'Fine.' })
      caller.attach(await startAgent(eagerness))
      const said = await speech('I would like, um')
      await caller.says(said)
      await realtime.nextResponse()
      expect(waitedMs(realtime, said.speechSpan!.endMs)).toEqual(near(ms))
    },
  )

  test('a pause of one second inside of a sentence does not split it at medium', async ({ realtime, caller }) => {
    realtime.respond('any', { text: 'Fine.' })
    caller.attach(await startAgent('medium'))
    const first = await speech('The inventory should contain twelve items', { leadMs: 0, trailMs: 0 })
    const second = await speech('not twenty.', { leadMs: 0 })
    await caller.says(concatPcm(first, pcm(new Int16Array(first.rateHz), first.rateHz), second))
    await realtime.nextResponse()
    expect(realtime.emitted('input_audio_buffer.committed')).toHaveLength(1)
    await realtime.settled()
    expect(realtime).toHaveTranscribed('The inventory should contain twelve items not twenty.')
  })

  test('what is added within the wait belongs to the same turn', async ({ realtime, caller }) => {
    realtime.respond('table', { when: 'table for two', text: 'Done.' })
    caller.attach(await startAgent('medium'))
    await caller.says('I would like, um')
    await caller.pauses(1500)
    await caller.says('a table for two.')
    expect(await realtime.nextResponse()).toSelectResponse('table')
    expect(realtime.emitted('input_audio_buffer.speech_started')).toHaveLength(1)
  })

  test.for([
    ['low', 2400],
    ['medium', 1200],
    ['high', 800],
  ] as const)('%s: sound whose words nobody knows waits a while in between', async ([eagerness, ms], { realtime, caller }) => {
    realtime.respond('any', { text: 'Fine.' })
    caller.attach(await startAgent(eagerness))
    const { samples, rateHz, speechSpan } = await speech('A table for two, please.')
    await caller.says(pcm(samples, rateHz))
    await realtime.nextResponse()
    expect(waitedMs(realtime, speechSpan!.endMs)).toEqual(near(ms))
  })

  test('the events are those of server_vad, and there is no idle timeout', async ({ realtime, caller, clock }) => {
    realtime.respond('any', { text: 'Fine.' })
    const app = await startAgent('auto')
    caller.attach(app)
    await caller.says('Hello there.')
    await realtime.nextResponse()
    expect(realtime).toHaveEmittedSequence([
      'input_audio_buffer.speech_started',
      'input_audio_buffer.speech_stopped',
      'input_audio_buffer.committed',
      'conversation.item.added',
      'conversation.item.done',
      'response.created',
    ])
    await clock.advance(60_000)
    expect(realtime).not.toHaveEmitted('input_audio_buffer.timeout_triggered')
  })
})
