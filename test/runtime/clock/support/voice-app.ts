// The app under test, written as users write theirs: an unmodified RealtimeSession, a microphone on setInterval, speech by its Date.

import { RealtimeAgent, type RealtimeContextData, RealtimeSession, tool } from '@openai/agents-realtime'

export { tool }

type Tools = ConstructorParameters<typeof RealtimeAgent<RealtimeContextData>>[0]['tools']

const frameBytes = 960
const loud = new Uint8Array(Buffer.alloc(frameBytes, 7)).buffer
const quiet = new ArrayBuffer(frameBytes)

export interface VoiceApp {
  readonly session: RealtimeSession
  /** Speaks for `ms`, beginning `inMs` from now. */
  speak(ms: number, inMs?: number): void
  stop(): void
}

export async function startVoiceApp(url: string, tools: Tools = []): Promise<VoiceApp> {
  const agent = new RealtimeAgent({ name: 'agent', instructions: '', tools })
  const session = new RealtimeSession(agent, { transport: 'websocket', tracingDisabled: true })
  session.on('error', () => {})
  await session.connect({ apiKey: 'sk-test', url })
  const speech = { fromMs: 0, untilMs: 0 }
  const microphone = setInterval(() => {
    const now = Date.now()
    session.sendAudio(now >= speech.fromMs && now < speech.untilMs ? loud : quiet)
  }, 20)
  return {
    session,
    speak(ms, inMs = 0) {
      speech.fromMs = Date.now() + inMs
      speech.untilMs = speech.fromMs + ms
    },
    stop() {
      clearInterval(microphone)
      session.close()
    },
  }
}
