// The model side of the small bots of these tests: one Realtime socket, told of what comes from it.

import { WebSocket } from 'ws'

export interface ModelListener {
  /** `audio` is base64 in the session's format. */
  onAudio(audio: string): void
  onSpeechStarted(): void
  onCall?(name: string): void
}

const modelUrl = 'wss://api.openai.com/v1/realtime?model=gpt-realtime'

/** `ready` resolves when the session has the format both ways. */
export function openModel(
  format: object,
  listener: ModelListener,
): { socket: WebSocket; tell(event: object): void; ready: Promise<void> } {
  const socket = new WebSocket(modelUrl, { headers: { authorization: 'Bearer sk-test' } })
  const tell = (event: object) => socket.send(JSON.stringify(event))
  const ready = Promise.withResolvers<void>()
  socket.on('message', (data) => {
    const event = JSON.parse(String(data))
    if (event.type === 'session.created')
      tell({ type: 'session.update', session: { type: 'realtime', audio: { input: { format }, output: { format } } } })
    if (event.type === 'session.updated') ready.resolve()
    if (event.type === 'response.output_audio.delta') listener.onAudio(event.delta)
    if (event.type === 'input_audio_buffer.speech_started') listener.onSpeechStarted()
    if (event.type === 'response.function_call_arguments.done') listener.onCall?.(event.name)
  })
  return { socket, tell, ready: ready.promise }
}

export function say(tell: (event: object) => void, text: string): void {
  tell({ type: 'conversation.item.create', item: { type: 'message', role: 'user', content: [{ type: 'input_text', text }] } })
  tell({ type: 'response.create' })
}
