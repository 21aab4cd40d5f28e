// Push to talk: no turn detection, the app decides when an utterance begins and ends.

import { openSession } from './connect.ts'

export interface WalkieTalkie {
  press(): void
  /** A piece of 24 kHz mono PCM from the microphone; dropped while the button is up. */
  mic(frame: Int16Array): void
  release(): void
  lastError?: string
}

export async function startWalkieTalkie(): Promise<WalkieTalkie> {
  const realtime = await openSession({
    type: 'realtime',
    instructions: 'You answer over a walkie-talkie. Over.',
    audio: { input: { turn_detection: null } },
  })
  let pressed = false
  const app: WalkieTalkie = {
    press() {
      pressed = true
      realtime.send({ type: 'input_audio_buffer.clear' })
    },
    mic(frame) {
      if (!pressed) return
      const audio = Buffer.from(frame.buffer, frame.byteOffset, frame.byteLength).toString('base64')
      realtime.send({ type: 'input_audio_buffer.append', audio })
    },
    release() {
      pressed = false
      realtime.send({ type: 'input_audio_buffer.commit' })
    },
  }
  realtime.on('input_audio_buffer.committed', () => realtime.send({ type: 'response.create' }))
  realtime.on('error', ({ error, message }) => {
    app.lastError = error?.code === 'input_audio_buffer_commit_empty' ? 'Hold the button while you speak.' : message
  })
  return app
}
