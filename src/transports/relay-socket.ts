// A doorman that hands each WebSocket on to another server, as if nothing lay between: handshake, subprotocol, frames in order,
// pace, closes both ways. What passes is shown to an observer, who changes nothing.

import type { IncomingMessage } from 'node:http'
import type { ClientOptions, RawData, WebSocket } from 'ws'
import { messageOf } from '../errors.ts'
import { realTime } from '../runtime/clock/real-time.ts'
import { limitReason } from './handshake.ts'
import { loadWs } from './load-ws.ts'
import type { Doorman, UpgradeAnswer, UpgradeRequest, Wire, WireListener } from './transport.ts'

export type Frame = string | Uint8Array

/** What one socket's relay tells. */
export interface SocketObserver {
  fromClient(frame: Frame): void
  fromServer(frame: Frame): void
  closed(code: number, reason: string, by: 'app' | 'service'): void
}

export interface SocketRelay {
  /** Where a connection leads. */
  target(request: UpgradeRequest): URL
  /** Headers to add, and authorities to trust. */
  readonly options?: Pick<ClientOptions, 'ca' | 'headers'>
  /** Called when the other server has taken the socket. */
  opened?(request: UpgradeRequest): SocketObserver | undefined
  /** The other server refused it with an HTTP answer, or could not be reached. */
  refused?(request: UpgradeRequest, why: RelayedRefusal | { readonly error: Error }): void
}

/** Headers have lower-case names. */
export interface RelayedRefusal {
  readonly status: number
  readonly body: string
  readonly headers: Readonly<Record<string, string>>
}

/** Of the handshake of one hop; the next hop has its own. */
const hopHeaders = /^(?:host|connection|upgrade|content-length|transfer-encoding|sec-websocket-.*)$/
/** So much may wait for a slow end before the other one is slowed down. */
const highBytes = 1024 * 1024
const lookAgainMs = 5
/** A relay has no opinion on sizes. */
const maxMessageBytes = 1024 * 1024 * 1024
const maxRefusalBytes = 1024 * 1024

export function relaySockets(relay: SocketRelay): Doorman {
  return (request) => ({
    delayed: (deliver) => {
      const link = connect(relay, request)
      let isOver = false
      const answer = (what: UpgradeAnswer): void => {
        if (isOver) return
        isOver = true
        deliver(what)
      }
      link.once('open', () => answer({ ...join(link, relay.opened?.(request)), protocol: link.protocol }))
      link.once('unexpected-response', (_asked, response: IncomingMessage) => {
        void readRefusal(response).then((refusal) => {
          relay.refused?.(request, refusal)
          answer(refusal)
          link.terminate()
        })
      })
      link.on('error', (error) => {
        if (isOver) return
        relay.refused?.(request, { error })
        answer({ refused: true })
      })
      return () => {
        if (!isOver) link.terminate()
        isOver = true
      }
    },
  })
}

function connect({ target, options = {} }: SocketRelay, request: UpgradeRequest): WebSocket {
  const { WebSocket } = loadWs()
  const headers = Object.fromEntries(Object.entries(request.headers).filter(([name]) => !hopHeaders.test(name)))
  return new WebSocket(target(request), [...request.protocols], {
    ...options,
    headers: { ...headers, ...options.headers },
    perMessageDeflate: false,
    maxPayload: maxMessageBytes,
  })
}

async function readRefusal(response: IncomingMessage): Promise<RelayedRefusal> {
  const chunks: Buffer[] = []
  let bytes = 0
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      bytes += chunk.length
      if (bytes <= maxRefusalBytes) chunks.push(chunk)
    }
  } catch {
    // What has come is passed on.
  }
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(response.headers)) {
    if (value !== undefined && !/^(?:connection|content-length|transfer-encoding|content-encoding)$/.test(name))
      headers[name] = String(value)
  }
  return { status: response.statusCode ?? 502, body: Buffer.concat(chunks).toString(), headers }
}

/** The open socket of the other server, as what takes the client's. Frames that come before the client is there wait. */
function join(link: WebSocket, observer: SocketObserver | undefined): Extract<UpgradeAnswer, { accept: unknown }> {
  const early: (() => void)[] = []
  let wire: Wire | undefined
  const whenThere = (work: (wire: Wire) => void): void => {
    if (wire) work(wire)
    else early.push(() => wire && work(wire))
  }
  let isClosed = false
  const close = (code: number, reason: string, by: 'app' | 'service'): boolean => {
    if (isClosed) return false
    isClosed = true
    observer?.closed(code, reason, by)
    return true
  }
  link.on('message', (data: RawData, isBinary: boolean) => {
    const frame = isBinary ? bytesOf(data) : data.toString()
    observer?.fromServer(frame)
    whenThere((there) => passToClient(there, frame, link))
  })
  link.on('close', (code: number, reason: Buffer) => {
    if (!close(code, reason.toString(), 'service')) return
    whenThere((there) => (code === 1006 ? there.terminate() : there.close(code, reason.toString())))
  })
  const accept = (opened: Wire): WireListener => {
    wire = opened
    for (const work of early.splice(0)) work()
    return {
      onMessage(frame) {
        if (isClosed) return
        observer?.fromClient(frame)
        passToServer(link, frame, opened)
      },
      onClose(code, reason) {
        if (!close(code, reason, 'app')) return
        closeLink(link, code, reason)
      },
      onOverflow: () => link.terminate(),
    }
  }
  return { accept, maxMessageBytes }
}

function passToClient(wire: Wire, frame: Frame, link: WebSocket): void {
  if (typeof frame === 'string') wire.send(frame)
  else wire.sendBytes?.(frame)
  if (wire.bufferedBytes < highBytes || link.isPaused) return
  link.pause()
  const look = (): void => {
    if (wire.bufferedBytes < highBytes || link.readyState !== link.OPEN) link.resume()
    else realTime.setTimeout(look, lookAgainMs)
  }
  realTime.setTimeout(look, lookAgainMs)
}

function passToServer(link: WebSocket, frame: Frame, wire: Wire): void {
  if (link.readyState !== link.OPEN) return
  const isSlow = link.bufferedAmount >= highBytes
  link.send(frame, { binary: typeof frame !== 'string' }, () => {
    if (isSlow) wire.resume?.()
  })
  if (isSlow) wire.pause?.()
}

function closeLink(link: WebSocket, code: number, reason: string): void {
  if (code === 1006) return link.terminate()
  if (code === 1005) return link.close()
  try {
    link.close(code, limitReason(reason))
  } catch {
    // A code that nobody may send by hand.
    link.terminate()
  }
}

function bytesOf(data: RawData): Uint8Array {
  if (Array.isArray(data)) return Buffer.concat(data)
  return ArrayBuffer.isView(data) ? data : new Uint8Array(data)
}

/** For messages: why another server could not be reached. */
export function reachText(url: URL, error: Error): string {
  const code = 'code' in error ? String(error.code) : ''
  return `${url.origin} cannot be reached: ${messageOf(error) || code}`
}
