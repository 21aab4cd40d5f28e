// A page's talk button: fetches an ephemeral key from our own backend, opens the Realtime socket with it, shows what is answered.

import { OpenAIRealtimeWebSocket } from 'openai/realtime/websocket'
import { type ReactElement, useEffect, useRef, useState } from 'react'

type Status = 'idle' | 'connecting' | 'listening' | 'closed' | 'failed'

export function VoiceWidget(): ReactElement {
  const [status, setStatus] = useState<Status>('idle')
  const [answer, setAnswer] = useState('')
  const session = useRef<OpenAIRealtimeWebSocket>(undefined)

  useEffect(() => () => session.current?.close(), [])

  async function talk(): Promise<void> {
    setStatus('connecting')
    try {
      const realtime = new OpenAIRealtimeWebSocket({ model: 'gpt-realtime' }, { apiKey: await fetchKey(), baseURL: apiUrl })
      session.current = realtime
      realtime.socket.addEventListener('close', () => setStatus('closed'))
      realtime.on('error', () => setStatus('failed'))
      realtime.on('session.created', () => setStatus('listening'))
      realtime.on('response.created', () => setAnswer(''))
      realtime.on('response.output_text.delta', ({ delta }) => setAnswer((text) => text + delta))
      realtime.on('response.output_audio_transcript.delta', ({ delta }) => setAnswer((text) => text + delta))
    } catch {
      setStatus('failed')
    }
  }

  return (
    <section>
      <button type="button" disabled={status === 'connecting' || status === 'listening'} onClick={() => void talk()}>
        Talk
      </button>
      <p role="status">{status}</p>
      <p aria-live="polite">{answer}</p>
    </section>
  )
}

const apiUrl = 'https://api.openai.com/v1'

async function fetchKey(): Promise<string> {
  const response = await fetch('/api/token', { method: 'POST' })
  if (!response.ok) throw new Error(`no key: ${response.status}`)
  const { value } = (await response.json()) as { value: string }
  return value
}
