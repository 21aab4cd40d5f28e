// The caller on the official clients, end to end: what it says arrives, what it hears is what was played, and an interruption is
// truncated where it stopped hearing.

import { tool } from '@openai/agents-realtime'
import { describe } from 'vitest'
import { expect, test } from 'vitest-realtime'
import { z } from 'zod'
import { startClient, startSession, truncateWhereHeard } from './support/apps.ts'

const opening = 'Hello! How can I help you today? We are open until ten in the evening, and on Sundays from noon until four.'

describe.for(['pcm16', 'g711_ulaw', 'g711_alaw'] as const)('RealtimeSession in %s', (format) => {
  test('is spoken to, answers, and is interrupted while the answer is still being sent', async ({ realtime, caller }) => {
    realtime.respond('opening', { when: 'hello', text: opening })
    realtime.respond('booked', { when: 'table for two', text: 'Done.' })
    caller.attach(await startSession({ format }))

    await caller.says('Hello there')
    await caller.interrupts('A table for two please', { afterMs: 600 })
    await realtime.settled()

    const [greeting, booked] = realtime.responses
    expect(greeting).toHaveBeenInterrupted({ afterMs: 600, toleranceMs: 320 })
    expect(greeting).toHaveTruncatedWhereHeard({ toleranceMs: 5 })
    expect(greeting?.status).toBe('cancelled')
    expect(realtime).toHaveEmittedSequence([
      'input_audio_buffer.speech_started',
      { type: 'response.done', response: { status: 'cancelled', status_details: { reason: 'turn_detected' } } },
      'conversation.item.truncate',
      'conversation.item.truncated',
      'input_audio_buffer.committed',
      { type: 'response.done', response: { status: 'completed' } },
    ])
    expect(booked).toSelectResponse('booked')
    expect(booked).toHaveRespondedWithin(900)
    expect(realtime).toHaveDetectedSpeech({ startMs: 200, endMs: 874, toleranceMs: 160 })
    expect(caller).toHaveHeard(/^Hello! .*Done\.$/)
    expect(caller).not.toHaveHeard('today')
  })

  test('is interrupted after the answer was sent: nothing is cancelled, only truncated', async ({ realtime, caller }) => {
    realtime.respond('opening', { when: 'hello', text: opening })
    realtime.respond('booked', { when: 'table for two', text: 'Done.' })
    caller.attach(await startSession({ format }))

    await caller.says('Hello there')
    await caller.interrupts('A table for two please', { afterMs: 3000 })
    await realtime.settled()

    const [greeting] = realtime.responses
    expect(greeting?.status).toBe('completed')
    expect(greeting).toHaveBeenInterrupted({ afterMs: 3000, toleranceMs: 320 })
    expect(greeting).toHaveTruncatedWhereHeard({ toleranceMs: 5 })
    expect(caller).toHaveHeard(/today\? We are open/)
    expect(caller).not.toHaveHeard('Sundays')
    expect(realtime).toHaveConversation([
      { role: 'user', text: 'Hello there' },
      { role: 'assistant' },
      { role: 'user', text: 'A table for two please' },
      { role: 'assistant', text: 'Done.' },
    ])
  })
})

describe.for([
  ['24 kHz PCM', { type: 'audio/pcm', rate: 24_000 }, 48],
  ['mu-law', { type: 'audio/pcmu' }, 8],
] as const)('OpenAIRealtimeWS in %s', ([, format, bytesPerMs]) => {
  test('is spoken to, answers, is interrupted, and truncates by itself', async ({ realtime, caller }) => {
    realtime.respond('opening', { when: 'hello', text: opening })
    realtime.respond('booked', { when: 'table for two', text: 'Done.' })
    const client = await startClient({ input: { format, transcription: { model: 'whisper-1' } }, output: { format } })
    truncateWhereHeard(client, { bytesPerMs })
    caller.attach(client)

    await caller.says('Hello there')
    await caller.interrupts('A table for two please', { afterMs: 3000 })
    await realtime.settled()

    const [greeting] = realtime.responses
    expect(greeting).toHaveBeenInterrupted({ afterMs: 3000, toleranceMs: 320 })
    expect(greeting).toHaveTruncatedWhereHeard({ toleranceMs: 5 })
    expect(realtime).toHaveTranscribed('Hello there')
    expect(realtime).toHaveTranscribed('A table for two please')
    expect(caller).toHaveHeard(/Done\.$/)
  })
})

test('an app that truncates at the wrong place is told so, with the distance', async ({ realtime, caller }) => {
  realtime.respond('opening', { when: 'hello', text: opening })
  realtime.respond('booked', { when: 'table for two', text: 'Done.' })
  const client = await startClient()
  truncateWhereHeard(client, { errorMs: 500 })
  caller.attach(client)

  await caller.says('Hello there')
  await caller.interrupts('A table for two please', { afterMs: 2000 })
  await realtime.settled()

  const [greeting] = realtime.responses
  expect(greeting).toHaveTruncatedWhereHeard({ toleranceMs: 500 })
  expect(greeting).not.toHaveTruncatedWhereHeard({ toleranceMs: 499 })
  expect(() => expect(greeting).toHaveTruncatedWhereHeard()).toThrow(/cut at 2560 ms .*heard 2060 ms: 500 ms too late/)
})

test('an app that never truncates is told so', async ({ realtime, caller }) => {
  realtime.respond('opening', { when: 'hello', text: opening })
  realtime.respond('booked', { when: 'table for two', text: 'Done.' })
  caller.attach(await startClient())

  await caller.says('Hello there')
  await caller.interrupts('A table for two please', { afterMs: 3000 })
  await realtime.settled()

  const [greeting] = realtime.responses
  expect(greeting).not.toHaveBeenInterrupted()
  expect(() => expect(greeting).toHaveTruncatedWhereHeard()).toThrow(/never sent conversation\.item\.truncate/)
})

test('functions of the app are called by voice, and the answer is spoken', async ({ realtime, caller }) => {
  realtime.respond('book', {
    when: /table for (two|three)/,
    call: { name: 'book_table', arguments: { seats: 3 } },
    then: ({ result }) => `Booked for ${result.seats} at table ${result.table}.`,
  })
  const bookTable = tool({
    name: 'book_table',
    description: 'Books a table.',
    parameters: z.object({ seats: z.number() }),
    execute: async ({ seats }) => ({ seats, table: 7 }),
  })
  caller.attach(await startSession({ tools: [bookTable] }))

  await caller.says('A table for three, please')
  await caller.hears('table 7')
  expect(realtime).toHaveCalledFunction('book_table', { seats: 3 })
  expect(realtime).toHaveReturnedFromFunction('book_table', { seats: 3, table: 7 })
  expect(realtime).toHaveConversation([
    { role: 'user', text: 'A table for three, please' },
    { role: 'assistant', call: 'book_table' },
    { role: 'assistant', text: 'Booked for 3 at table 7.' },
  ])
  expect(realtime.responses[1]).toHaveRespondedWithin(800)
})
