// A phone agent that hands the model's sound on at its own pace, a packet at a time, as bots for AudioCodes are told to.

import { createServer, type Server } from 'node:http'
import { WebSocket, WebSocketServer } from 'ws'

const bytesPerMs = 8
const phoneFormat = { format: { type: 'audio/pcmu' } }

/** `packetMs`: how much sound goes out at a time. The first packets are sent as soon as the model speaks. */
export function pacedApp({ packetMs = 20 }: { readonly packetMs?: number } = {}): Server {
  const server = createServer()
  new WebSocketServer({ server }).on('connection', (phone) => {
    const model = new WebSocket('wss://api.openai.com/v1/realtime?model=gpt-realtime', { headers: { Authorization: 'Bearer x' } })
    const tell = (event: object): void => {
      if (model.readyState === WebSocket.OPEN) model.send(JSON.stringify(event))
    }
    let streamSid = ''
    let queue = Buffer.alloc(0)
    let timer: NodeJS.Timeout | undefined
    const sendPacket = (): void => {
      const packet = queue.subarray(0, packetMs * bytesPerMs)
      queue = queue.subarray(packet.length)
      if (packet.length > 0)
        phone.send(JSON.stringify({ event: 'media', streamSid, media: { payload: packet.toString('base64') } }))
    }
    model.on('open', () =>
      tell({ type: 'session.update', session: { type: 'realtime', audio: { input: phoneFormat, output: phoneFormat } } }),
    )
    model.on('message', (data) => {
      const event = JSON.parse(String(data))
      if (event.type === 'session.updated') tell({ type: 'response.create' })
      if (event.type === 'response.output_audio.delta') {
        queue = Buffer.concat([queue, Buffer.from(event.delta, 'base64')])
        timer ??= setInterval(sendPacket, packetMs)
      }
      if (event.type === 'input_audio_buffer.speech_started') {
        queue = Buffer.alloc(0)
        phone.send(JSON.stringify({ event: 'clear', streamSid }))
      }
    })
    phone.on('message', (data) => {
      const message = JSON.parse(String(data))
      if (message.event === 'start') streamSid = message.start.streamSid
      if (message.event === 'media') tell({ type: 'input_audio_buffer.append', audio: message.media.payload })
    })
    phone.on('close', () => {
      clearInterval(timer)
      model.close()
    })
    model.on('error', () => {})
  })
  return server
}
