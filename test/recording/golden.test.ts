// The golden recordings answer the apps that they were made with, on a real client: each app gets the events of the recording, in their
// order, and nothing that it sends differs.

import { fileURLToPath } from 'node:url'
import { describe } from 'vitest'
import { expect, test } from 'vitest-realtime'
import type { RealtimeInstance } from '../../src/doors/realtime-instance.ts'
import { readRecordingSync } from '../../src/recording/read-recording.ts'
import { isEvent, type TimelineEntry } from '../../src/runtime/timeline.ts'
import { goldenSessions } from './support/golden-sessions.ts'

const pathOf = (name: string): string => fileURLToPath(new URL(`golden/${name}`, import.meta.url))

/** Types of the service's events, runs of one told once. */
function answersOf(entries: readonly TimelineEntry[]): string[] {
  return entries.flatMap((entry) => {
    if (!isEvent(entry)) return entry.note.type === 'closed' && entry.note.by === 'service' ? [`close ${entry.note.code}`] : []
    return entry.from === 'service' ? [entry.event.type] : []
  })
}

/** The same without repetitions, for reading. */
function orderOf(name: string): string {
  const types = answersOf(readRecordingSync(pathOf(name)).entries)
  return types.filter((type, place) => type !== types[place - 1]).join(' ')
}

describe.for(Object.entries(goldenSessions))('%s', ([name, { app }]) => {
  test('answers its app', async ({ realtime, caller }) => {
    await realtime.replay(pathOf(name))
    await app({ realtime, caller })
    const { entries } = (realtime as RealtimeInstance).internals.timeline
    expect(answersOf(entries)).toEqual(answersOf(readRecordingSync(pathOf(name)).entries))
  })
})

test('what the caller says to a recording is heard, though nothing was transcribed', async ({ realtime, caller }) => {
  await realtime.replay(pathOf('audio-turn'))
  await goldenSessions['audio-turn']?.app({ realtime, caller })
  expect(realtime).toHaveConversation([
    { role: 'user', text: 'When is the next ferry?' },
    { role: 'assistant', text: 'At noon.' },
  ])
  expect(caller).toHaveHeard('At noon.')
})

test('orders are those that were seen on the live service', () => {
  expect(orderOf('text-turns')).toBe(
    'session.created session.updated conversation.item.added conversation.item.done response.created response.output_item.added ' +
      'conversation.item.added response.content_part.added response.output_text.delta response.output_text.done ' +
      'response.content_part.done conversation.item.done response.output_item.done response.done rate_limits.updated ' +
      'conversation.item.added conversation.item.done response.created response.output_item.added conversation.item.added ' +
      'response.content_part.added response.output_text.delta response.output_text.done response.content_part.done ' +
      'conversation.item.done response.output_item.done response.done rate_limits.updated',
  )
  expect(orderOf('audio-turn')).toMatch(
    /^session\.created session\.updated input_audio_buffer\.speech_started input_audio_buffer\.speech_stopped input_audio_buffer\.committed conversation\.item\.added conversation\.item\.done response\.created response\.output_item\.added conversation\.item\.added response\.content_part\.added response\.output_audio_transcript\.delta /,
  )
  expect(orderOf('transcription')).not.toContain('response.')
  expect(orderOf('refused')).toBe('error close 3000 error close 4000')
  expect(orderOf('expiry')).toBe('session.created session.updated error close 1001')
  expect(orderOf('rate-limit')).toMatch(/response\.created response\.done/)
})
