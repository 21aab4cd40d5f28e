// Words of sound that neither the model nor the kit's voice made: an app's own recording.

import { describe } from 'vitest'
import { expect, test } from 'vitest-realtime'
import { beep, smallApp } from './support/small-app.ts'

/** Plays a recording in two pieces, a second apart. */
function greeter() {
  return smallApp({
    onMessage(message, socket) {
      if (message.event !== 'start') return
      const play = (ms: number) =>
        socket.send(JSON.stringify({ event: 'media', streamSid: message.streamSid, media: { payload: beep(ms) } }))
      play(900)
      setTimeout(() => play(1500), 2000)
    },
  })
}

describe('with a transcription engine', () => {
  const asked: number[] = []
  test.override('realtimeOptions', {
    transcription: {
      name: 'of-the-test',
      load: async () => {},
      async transcribe(sound) {
        asked.push(sound.durationMs)
        return { text: sound.durationMs < 1000 ? 'Welcome.' : 'Please hold the line.' }
      },
    },
  })

  test('it is asked for each part, once that is over', async ({ phone }) => {
    const call = await phone.dial(greeter().server, { stream: '/media' })
    await call.hears('Welcome.')
    await call.hears('Please hold the line.')
    expect(call).toHaveHeard('Welcome. Please hold the line.')
    expect(asked).toEqual([900, 1500])
  })
})

test('without one the wait says so', async ({ phone }) => {
  const call = await phone.dial(greeter().server, { stream: '/media' })
  await expect(call.hears('Welcome', { timeout: 5000 })).rejects.toThrow(
    /2400 ms of the sound are not the model's, and nobody knows their words: .* take a transcription engine/,
  )
  expect(() => expect(call).toHaveHeard('Welcome')).toThrow("2400 ms of the sound are not the model's")
})
