// Voice apps as users write them, on the official clients: they know nothing of the kit.

import { RealtimeAgent, type RealtimeContextData, RealtimeSession } from '@openai/agents-realtime'
import { OpenAIRealtimeWS } from 'openai/realtime/ws'
import type { SessionUpdateEvent } from 'openai/resources/realtime/realtime'

type AudioConfig = NonNullable<Extract<SessionUpdateEvent['session'], { type: 'realtime' }>['audio']>
type AgentTools = ConstructorParameters<typeof RealtimeAgent<RealtimeContextData>>[0]['tools']
type SessionConfig = NonNullable<ConstructorParameters<typeof RealtimeSession>[1]>['config']

export interface SessionSettings {
  readonly model?: string
  readonly format?: 'pcm16' | 'g711_ulaw' | 'g711_alaw'
  readonly turnDetection?: object | null
  readonly transcription?: object
  readonly tools?: AgentTools
}

/** A voice agent on @openai/agents-realtime, ready to be spoken to. */
export async function startSession(settings: SessionSettings = {}): Promise<RealtimeSession> {
  const { model = 'gpt-realtime', format = 'pcm16', tools = [], turnDetection = { type: 'server_vad' }, transcription } = settings
  const agent = new RealtimeAgent({ name: 'Agent', instructions: 'Answer the phone.', tools })
  const audio = {
    input: { format, turnDetection, ...(transcription ? { transcription } : {}) },
    output: { format },
  }
  const config = { audio } as SessionConfig
  const session = new RealtimeSession(agent, {
    transport: 'websocket',
    model,
    tracingDisabled: true,
    ...(config ? { config } : {}),
  })
  session.on('error', () => {})
  const isConfigured = new Promise<void>((resolve) => {
    session.on('transport_event', (event) => {
      if (event.type === 'session.updated') resolve()
    })
  })
  await session.connect({ apiKey: 'sk-any' })
  await isConfigured
  return session
}

/** An app on the openai SDK, configured and ready. */
export function startClient(audio: AudioConfig = {}, model = 'gpt-realtime'): Promise<OpenAIRealtimeWS> {
  const client = new OpenAIRealtimeWS({ model })
  return new Promise((resolve, reject) => {
    client.on('error', reject)
    client.once('session.created', () => client.send({ type: 'session.update', session: { type: 'realtime', audio } }))
    client.once('session.updated', () => {
      client.off('error', reject)
      client.on('error', () => {})
      resolve(client)
    })
  })
}

/** What such an app must do by itself: when the caller speaks, tell the service how much of the answer was played. */
export function truncateWhereHeard(client: OpenAIRealtimeWS, options: { bytesPerMs?: number; errorMs?: number } = {}): void {
  const { bytesPerMs = 48, errorMs = 0 } = options
  let playing: { itemId: string; sinceMs: number; lengthMs: number } | undefined
  client.on('response.output_audio.delta', ({ item_id: itemId, delta }) => {
    if (playing?.itemId !== itemId) playing = { itemId, sinceMs: Date.now(), lengthMs: 0 }
    playing.lengthMs += Buffer.byteLength(delta, 'base64') / bytesPerMs
  })
  client.on('input_audio_buffer.speech_started', () => {
    if (!playing) return
    const { itemId, sinceMs, lengthMs } = playing
    playing = undefined
    const playedMs = Date.now() - sinceMs
    if (playedMs >= lengthMs) return
    client.send({ type: 'conversation.item.truncate', item_id: itemId, content_index: 0, audio_end_ms: playedMs + errorMs })
  })
}
