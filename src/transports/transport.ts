// What a transport and the runtime say to each other. A transport knows sockets and nothing of Realtime events.

/** The service's end of one socket. */
export interface Wire {
  /** A text frame. */
  send(text: string): void
  /** A binary frame: for relays, as the service sends none. Absent where no real socket lies between. */
  sendBytes?(bytes: Uint8Array): void
  close(code: number, reason: string): void
  /** Ends the socket without a close frame: the client sees 1006. */
  terminate(): void
  ping(payload: Uint8Array): void
  /**
   * Reads nothing more of what the client sends, pings and closes included, until `resume`. Where a real socket lies between, the
   * client is slowed down in the end; in process what it sends waits in memory.
   */
  pause?(): void
  resume?(): void
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
  /** More waits for the client than a transport keeps. Called once; the listener closes. */
  onOverflow?(bufferedBytes: number): void
  /** A message beyond what a transport reads at all; the transport has closed with 1009. */
  onOversize?(): void
}

/** What may wait for a client that does not read; more of it ends the session. */
export const maxUnreadBytes: number = 128 * 1024 * 1024

export interface UpgradeRequest {
  /** As the client asked for it: wss://api.openai.com/v1/realtime?model=… */
  readonly url: URL
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>
  readonly protocols: readonly string[]
  readonly transport: 'gate' | 'server' | 'memory'
  /** How long the client's socket waits for the answer, by a timer that no clock of ours moves; `giveUp` is what that timer does. */
  readonly patience?: { readonly ms: number; giveUp(): void } | undefined
  /** Somebody named this URL by hand: whatever its path, it is meant. */
  readonly isNamed?: boolean
}

/** Take the socket, answer the upgrade with plain HTTP, refuse the connection as if nobody listened, or answer later. */
export type UpgradeAnswer =
  | {
      readonly accept: (wire: Wire) => WireListener
      readonly protocol?: string
      /** Longest message that the listener wants to see. The transport reads more than that, so that the listener can say so. */
      readonly maxMessageBytes?: number
    }
  | { readonly status: number; readonly body: unknown; readonly headers?: Readonly<Record<string, string>> }
  | { readonly refused: true }
  /** Gives the way to call it off, for a client that leaves. */
  | { readonly delayed: (deliver: (answer: UpgradeAnswer) => void) => () => void }

/** Called once for each upgrade, in the async context of the connecting client where the transport knows it. */
export type Doorman = (request: UpgradeRequest) => UpgradeAnswer
