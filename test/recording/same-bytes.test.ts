// A spoken conversation with an unmodified agent of @openai/agents-realtime: two runs write the same folder, byte for byte, and what is
// read back is what happened.

import { join } from 'node:path'
import { describe } from 'vitest'
import { expect, test } from 'vitest-realtime'
import { readRecording } from '../../src/recording/read-recording.ts'
import { startVoiceAgent } from '../examples/src/voice-agent.ts'
import { filesIn, ownFolder } from './sample.ts'

describe('a conversation that is interrupted', () => {
  const folders: string[] = []
  test.for([1, 2])('run %i', async (_, { realtime, caller }) => {
    const folder = join(ownFolder(), 'talk')
    realtime.respond('greeting', { when: 'hello', text: 'Hello! How can I help you today? We are open until ten.' })
    realtime.respond('book', { when: /table/i, text: 'Done, a table for two.' })
    const agent = await startVoiceAgent()
    caller.attach(agent.session)
    await caller.says('Hello there')
    await caller.interrupts('A table for two please', { afterMs: 900 })
    await realtime.settled()
    await realtime.saveRecording(folder)
    folders.push(JSON.stringify(filesIn(folder)))
    const { entries } = await readRecording(folder)
    expect(entries.filter((entry) => 'event' in entry).map(({ atMs }) => atMs)).toEqual(
      realtime.timeline.entries.map(({ atMs }) => Math.round(atMs * 1000) / 1000),
    )
    const sound = (all: readonly object[]) =>
      all.flatMap((entry) => {
        const { type, audio, delta } = (entry as { event?: Record<string, string> }).event ?? {}
        return type?.endsWith('append') ? [audio] : type?.endsWith('output_audio.delta') ? [delta] : []
      })
    expect(sound(entries)).toEqual(sound(realtime.timeline.entries))
    expect(sound(entries).length).toBeGreaterThan(50)
    expect(new Set(folders).size).toBe(1)
  })
})
