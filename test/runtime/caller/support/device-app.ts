// An app with a microphone and a loudspeaker of its own, as a desktop or kiosk app has them: it gathers frames and sends them by its
// own timer, and plays what it gets piece by piece.

import type { OpenAIRealtimeWS } from 'openai/realtime/ws'
import type { Pcm, Speaker } from 'vitest-realtime'

export interface DeviceApp {
  microphone(frame: Pcm): void
  speaker(speaker: Speaker): void
  stop(): void
}

/** Sends what the microphone gave every `everyMs`, `lateMs` after that. Truncates where its own player stopped. */
export function deviceApp(
  client: OpenAIRealtimeWS,
  { everyMs = 100, lateMs = 0 }: { everyMs?: number; lateMs?: number } = {},
): DeviceApp {
  let gathered: Buffer[] = []
  let speaker: Speaker | undefined
  let playing: { itemId: string; sinceMs: number } | undefined
  const send = (bytes: Buffer): void => client.send({ type: 'input_audio_buffer.append', audio: bytes.toString('base64') })
  const timer = setInterval(() => {
    if (gathered.length === 0) return
    const bytes = Buffer.concat(gathered)
    gathered = []
    if (lateMs > 0) setTimeout(() => send(bytes), lateMs)
    else send(bytes)
  }, everyMs)
  client.on('response.output_audio.delta', ({ item_id: itemId, delta }) => {
    if (playing?.itemId !== itemId) playing = { itemId, sinceMs: Date.now() }
    const bytes = new Uint8Array(Buffer.from(delta, 'base64'))
    speaker?.play(bytes.buffer, itemId)
  })
  client.on('input_audio_buffer.speech_started', () => {
    if (!playing) return
    const { itemId, sinceMs } = playing
    playing = undefined
    speaker?.stop()
    client.send({ type: 'conversation.item.truncate', item_id: itemId, content_index: 0, audio_end_ms: Date.now() - sinceMs })
  })
  return {
    microphone: ({ samples }) => void gathered.push(Buffer.from(samples.slice().buffer)),
    speaker: (given) => {
      speaker = given
    },
    stop: () => clearInterval(timer),
  }
}
