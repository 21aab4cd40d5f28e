// Live captions: a transcription-only session with server VAD.

import { openSession } from './connect.ts'

export interface Captions {
  /** A piece of 24 kHz mono PCM from the microphone. */
  mic(frame: Int16Array): void
  readonly captions: string[]
}

export async function startCaptions(): Promise<Captions> {
  const realtime = await openSession(
    {
      type: 'transcription',
      audio: {
        input: {
          format: { type: 'audio/pcm', rate: 24_000 },
          transcription: { model: 'gpt-4o-mini-transcribe', language: 'en' },
          turn_detection: { type: 'server_vad' },
        },
      },
    },
    { intent: 'transcription' },
  )
  const captions: string[] = []
  realtime.on('conversation.item.input_audio_transcription.completed', ({ transcript }) => captions.push(transcript))
  realtime.on('conversation.item.input_audio_transcription.failed', () => captions.push('[unintelligible]'))
  return {
    mic(frame) {
      const audio = Buffer.from(frame.buffer, frame.byteOffset, frame.byteLength).toString('base64')
      realtime.send({ type: 'input_audio_buffer.append', audio })
    },
    captions,
  }
}
