// A platform's socket without the platform: for what its simulator would never send, or does too politely.

import { randomUUID } from 'node:crypto'
import { WebSocket } from 'ws'
import { encodeBase64 } from '../../../audio/base64.ts'
import { jsonObject } from '../../protocol/json.ts'
import { twilioSignature } from '../twilio-signature.ts'
import type { CheckWorld } from './check.ts'
import { within } from './heard.ts'

export interface RawCall {
  readonly isOpen: boolean
  /** Messages with sound that came. */
  readonly soundMessages: number
  /** A message whose sound cannot be decoded. */
  readonly badSound: string
  /** Whether the upgrade is accepted. `stays`: the socket is not closed again. */
  opens(options?: { stays?: boolean }): Promise<boolean>
  /** The first messages of a call, then silence 50 times a second. */
  starts(): Promise<void>
  send(text: string): void
  hangsUp(): void
  close(): void
}

const settleMs = 300

/** A call with that token; none where it is undefined. */
export function rawCall({ platform, url }: CheckWorld, authToken: string | undefined): RawCall {
  const dialect = platform === 'twilio' ? twilioDialect() : audiocodesDialect()
  const socket = new WebSocket(url, {
    headers: authToken === undefined ? {} : dialect.headers(authToken, url),
    handshakeTimeout: 10_000,
  })
  let soundMessages = 0
  let speaking: ReturnType<typeof setInterval> | undefined
  const opened = new Promise<boolean>((resolve) => {
    socket.once('open', () => resolve(true))
    socket.once('error', () => resolve(false))
  })
  const types = new Set<string>()
  socket.on('error', () => {})
  socket.on('message', (data) => {
    const type = typeOf(String(data))
    types.add(type)
    if (type === dialect.sound) soundMessages++
  })
  socket.on('close', () => clearInterval(speaking))
  const isOpen = (): boolean => socket.readyState === WebSocket.OPEN
  const send = (text: string): void => {
    if (isOpen()) socket.send(text)
  }
  return {
    badSound: dialect.badSound,
    get isOpen() {
      return isOpen()
    },
    get soundMessages() {
      return soundMessages
    },
    async opens({ stays = false } = {}) {
      // Some bots accept the upgrade, and close at once.
      const isTaken = (await opened) && !(await within(settleMs, () => !isOpen()))
      if (!stays) socket.terminate()
      return isTaken
    },
    async starts() {
      for (const { message, awaits } of dialect.start) {
        send(message)
        if (awaits) await within(10_000, () => types.has(awaits) || !isOpen())
      }
      speaking = setInterval(() => send(dialect.silence), 20)
    },
    send,
    hangsUp() {
      clearInterval(speaking)
      send(dialect.end)
    },
    close() {
      clearInterval(speaking)
      socket.terminate()
    },
  }
}

interface RawDialect {
  /** Type of messages with sound. */
  readonly sound: string
  readonly start: readonly { readonly message: string; readonly awaits?: string }[]
  readonly silence: string
  readonly badSound: string
  readonly end: string
  headers(authToken: string, url: URL): Record<string, string>
}

const silentFrame = encodeBase64(new Uint8Array(160).fill(0xff))

function twilioDialect(): RawDialect {
  const hex = (): string => randomUUID().replaceAll('-', '')
  const [streamSid, callSid, accountSid] = [`MZ${hex()}`, `CA${hex()}`, `AC${hex()}`]
  const mediaFormat = { encoding: 'audio/x-mulaw', sampleRate: 8000, channels: 1 }
  const start = { streamSid, accountSid, callSid, tracks: ['inbound'], mediaFormat, customParameters: {} }
  let count = 1
  const media = (payload: string): string =>
    JSON.stringify({
      event: 'media',
      sequenceNumber: String(++count),
      media: { track: 'inbound', chunk: '1', timestamp: '20', payload },
      streamSid,
    })
  return {
    sound: 'media',
    start: [
      { message: JSON.stringify({ event: 'connected', protocol: 'Call', version: '1.0.0' }) },
      { message: JSON.stringify({ event: 'start', sequenceNumber: '1', start, streamSid }) },
    ],
    silence: media(silentFrame),
    badSound: media('***'),
    end: JSON.stringify({ event: 'stop', sequenceNumber: '99999', stop: { accountSid, callSid }, streamSid }),
    headers: (authToken, url) => ({
      'x-twilio-signature': twilioSignature(authToken, `wss://${url.host}${url.pathname}${url.search}`),
    }),
  }
}

function audiocodesDialect(): RawDialect {
  const conversationId = randomUUID()
  const message = (type: string, fields: object = {}): string => JSON.stringify({ type, conversationId, ...fields })
  const initiate = { expectAudioMessages: true, botName: 'validate', caller: '+15550100', supportedMediaFormats: ['raw/mulaw'] }
  return {
    sound: 'playStream.chunk',
    start: [
      { message: message('session.initiate', initiate), awaits: 'session.accepted' },
      { message: message('userStream.start'), awaits: 'userStream.started' },
    ],
    silence: message('userStream.chunk', { audioChunk: silentFrame }),
    badSound: message('userStream.chunk', { audioChunk: '***' }),
    end: message('session.end', { reasonCode: 'client-disconnected', reason: 'Client Side' }),
    headers: (token) => ({ authorization: `Bearer ${token}` }),
  }
}

function typeOf(text: string): string {
  const message = jsonObject(text)
  return message ? String(message.event ?? message.type) : ''
}
