// The part of sdp-transform that the answer to an offer needs; the package brings no types.

declare module 'sdp-transform' {
  /** What looks like a whole number has become one. */
  type Value = string | number

  export interface SessionDescription extends Attributes {
    version?: number
    origin?: {
      username: string
      sessionId: Value
      sessionVersion: number
      netType: string
      ipVer: number
      address: string
    }
    name?: Value
    timing?: { start: number; stop: number }
    groups?: { type: string; mids: Value }[]
    msidSemantic?: { semantic: string; token: string }
    icelite?: string
    media: Media[]
  }

  /** Also of a whole session, for all its media. */
  export interface Attributes {
    iceUfrag?: Value
    icePwd?: Value
    fingerprint?: { type: string; hash: string }
    setup?: string
    direction?: string
  }

  export interface Media extends Attributes {
    type: string
    port: number
    protocol: string
    payloads?: Value
    connection?: { version: number; ip: string }
    rtp: { payload: number; codec: string; rate?: number; encoding?: Value }[]
    fmtp: { payload: number; config: string }[]
    mid?: Value
    msid?: { id: string; appdata?: string }[]
    rtcp?: { port: number; netType: string; ipVer: number; address: string }
    rtcpMux?: string
    sctpPort?: number
    maxMessageSize?: number
  }

  export function parse(text: string): SessionDescription
  export function write(session: SessionDescription): string
}
