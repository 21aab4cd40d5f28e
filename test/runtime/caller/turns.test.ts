// How turns are found: push to talk, semantic VAD, and the two switches of turn detection.

import { describe } from 'vitest'
import { expect, speech, test } from 'vitest-realtime'
import { concatPcm } from 'vitest-realtime/audio'
import { startClient, startSession, truncateWhereHeard } from './support/apps.ts'

const opening = 'Hello! How can I help you today? We are open until ten in the evening, and on Sundays from noon until four.'

describe('push to talk', () => {
  test('the app commits and asks; speech is not announced', async ({ realtime, caller }) => {
    realtime.respond('weather', { when: 'weather', text: 'Sunny.' })
    const client = await startClient({ input: { turn_detection: null } })
    caller.attach(client)
    await caller.says('What is the weather like?')
    client.send({ type: 'input_audio_buffer.commit' })
    client.send({ type: 'response.create' })
    const weather = await realtime.nextResponse()
    expect(weather).toSelectResponse('weather')
    // 700 ms of silence after the last word belong to what was said.
    expect(weather).toHaveRespondedWithin(700 + 600)
    expect(realtime).not.toHaveEmitted('input_audio_buffer.speech_started')
    expect(realtime).toHaveConversation([
      { role: 'user', text: 'What is the weather like?' },
      { role: 'assistant', text: 'Sunny.' },
    ])
  })

  test('two utterances before the button is released are one turn', async ({ realtime, caller }) => {
    realtime.respond('both', { when: 'hello there what is the weather', text: 'Sunny.' })
    const client = await startClient({ input: { turn_detection: null } })
    caller.attach(client)
    await caller.says('Hello there')
    await caller.pauses(400)
    await caller.says('What is the weather like?')
    client.send({ type: 'input_audio_buffer.commit' })
    client.send({ type: 'response.create' })
    expect(await realtime.nextResponse()).toSelectResponse('both')
  })

  test('the app cuts the answer when the button is pressed: the caller stops hearing it there', async ({
    realtime,
    caller,
    clock,
  }) => {
    realtime.respond('opening', { when: 'hello', text: opening })
    const client = await startClient({ input: { turn_detection: null } })
    caller.attach(client)
    await caller.says('Hello there')
    client.send({ type: 'input_audio_buffer.commit' })
    client.send({ type: 'response.create' })
    const { item } = await realtime.waitFor('response.output_item.added')
    await realtime.waitFor('response.output_audio.delta')
    const heardFromMs = clock.now()
    await caller.pauses(3000)
    client.send({
      type: 'conversation.item.truncate',
      item_id: item.id ?? '',
      content_index: 0,
      audio_end_ms: clock.now() - heardFromMs,
    })
    await realtime.settled()
    expect(realtime.responses[0]).toHaveTruncatedWhereHeard({ toleranceMs: 5 })
    expect(realtime.responses[0]).toHaveBeenInterrupted({ afterMs: 3000, toleranceMs: 5 })
    expect(caller).not.toHaveHeard('Sundays')
  })
})

describe('semantic VAD', () => {
  test('lets a pause within a sentence pass', async ({ realtime, caller }) => {
    realtime.respond('all', { when: 'flight to paris tomorrow morning', text: 'Booked.' })
    caller.attach(await startClient({ input: { turn_detection: { type: 'semantic_vad' } } }))
    const start = await speech('I need a flight to Paris', { leadMs: 0, trailMs: 800 })
    await caller.says(concatPcm(start, await speech('tomorrow morning', { leadMs: 0 })))
    expect(await realtime.nextResponse()).toSelectResponse('all')
    expect(realtime.emitted('input_audio_buffer.speech_started')).toHaveLength(1)
  })

  test.for(['low', 'medium', 'high'] as const)(
    'of eagerness %s ends the turn by itself',
    async (eagerness, { realtime, caller }) => {
      realtime.respond('hello', { when: 'hello', text: 'Hello!' })
      caller.attach(await startClient({ input: { turn_detection: { type: 'semantic_vad', eagerness } } }))
      await caller.says('Hello there')
      expect(await realtime.nextResponse()).toHaveRespondedWithin({ low: 3200, medium: 2000, high: 1400 }[eagerness])
    },
  )
})

describe('server VAD', () => {
  test('with create_response false commits the turn, and the app answers it', async ({ realtime, caller }) => {
    realtime.respond('hello', { when: 'hello', text: 'Hello!' })
    const client = await startClient({ input: { turn_detection: { type: 'server_vad', create_response: false } } })
    caller.attach(client)
    await caller.says('Hello there')
    await realtime.settled()
    expect(realtime).toHaveEmitted('input_audio_buffer.committed')
    expect(realtime.responses).toEqual([])
    client.send({ type: 'response.create' })
    expect(await realtime.nextResponse()).toSelectResponse('hello')
  })

  test('with interrupt_response false lets the answer go on, and the caller hears all of it', async ({ realtime, caller }) => {
    realtime.respond('opening', { when: 'hello', text: opening })
    realtime.respond('booked', { when: 'table for two', text: 'Done.' })
    caller.attach(await startClient({ input: { turn_detection: { type: 'server_vad', interrupt_response: false } } }))
    await caller.says('Hello there')
    await caller.interrupts('A table for two please', { afterMs: 2500 })
    await realtime.settled()
    expect(realtime.responses[0]).not.toHaveBeenInterrupted()
    expect(caller.heard.text).toBe(`${opening} Done.`)
  })

  test('does not stop an app that cancels and truncates by itself', async ({ realtime, caller }) => {
    realtime.respond('opening', { when: 'hello', text: opening })
    realtime.respond('booked', { when: 'table for two', text: 'Done.' })
    caller.attach(await startSession({ turnDetection: { type: 'server_vad', interruptResponse: false } }))
    await caller.says('Hello there')
    await caller.interrupts('A table for two please', { afterMs: 600 })
    await realtime.settled()
    const [greeting] = realtime.responses
    expect(greeting?.status).toBe('cancelled')
    expect(realtime).toHaveReceived('response.cancel')
    expect(greeting).toHaveTruncatedWhereHeard({ toleranceMs: 5 })
  })

  test('hears a caller who speaks again before the answer has begun: that turn is dropped', async ({ realtime, caller }) => {
    realtime.respond('opening', { when: 'hello', text: opening })
    realtime.respond('booked', { when: 'table for two', text: 'Done.' })
    const client = await startClient()
    truncateWhereHeard(client)
    caller.attach(client)
    await caller.says(await speech('Hello there', { trailMs: 300 }))
    await realtime.waitFor('response.created')
    await caller.says(await speech('A table for two please', { leadMs: 0 }))
    await realtime.settled()
    const [dropped, booked] = realtime.responses
    expect(dropped).toHaveBeenInterrupted()
    expect(dropped?.status).toBe('cancelled')
    expect(dropped?.text).toBe('')
    expect(booked).toSelectResponse('booked')
    expect(caller.heard.text).toBe('Done.')
    expect(realtime).not.toHaveReceived('conversation.item.truncate')
  })
})
