// What a transport and the runtime say to each other. A transport knows sockets and nothing of Realtime events.

/** The service's end of one socket. */
export interface Wire {
  /** A text frame. */
  send(text: string): void
  close(code: number, reason: string): void
  /** Ends the socket without a close frame: the client sees 1006. */
  terminate(): void
  ping(payload: Uint8Array): void
  /** Bytes accepted by `send` that the client has not taken yet. */
  readonly bufferedBytes: number
}

/** What the runtime does with one socket. */
export interface WireListener {
  onMessage(data: string | Uint8Array): void
  /** 1006 when the client vanished. Called once. */
  onClose(code: number, reason: string): void
  /** The client's answer to `Wire.ping`. */
  onPong?(payload: Uint8Array): void
}

export interface UpgradeRequest {
  /** As the client asked for it: wss://api.openai.com/v1/realtime?model=… */
  readonly url: URL
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>
  readonly protocols: readonly string[]
  readonly transport: 'gate' | 'server' | 'memory'
}

/** Either take the socket, or answer the upgrade with plain HTTP. */
export type UpgradeAnswer =
  | { readonly accept: (wire: Wire) => WireListener; readonly protocol?: string }
  | { readonly status: number; readonly body: unknown; readonly headers?: Readonly<Record<string, string>> }

/** Called once for each upgrade, in the async context of the connecting client where the transport knows it. */
export type Doorman = (request: UpgradeRequest) => UpgradeAnswer
