// The WebRTC calls that pages open: which SDP answer belongs to which call. A page never says so itself: its `fetch` takes the
// answer, and its RTCPeerConnection is given it.

import type { Service } from '../runtime/service.ts'
import type { JoinCall } from '../transports/page-peer.ts'

interface Answered {
  readonly service: Service
  readonly callId: string
  readonly url: URL
}

export class PageCalls {
  readonly #byOrigin = new Map<string, Answered>()

  /** Remembers an answer of the REST side, if it opened a call. */
  async note(service: Service, request: Request, response: Response): Promise<void> {
    const callId = response.headers.get('location')?.split('/').at(-1)
    if (response.status !== 201 || callId === undefined) return
    this.#byOrigin.set(originOf(await response.clone().text()), { service, callId, url: new URL(request.url) })
  }

  readonly join: JoinCall = (answerSdp) => {
    const answered = this.#byOrigin.get(originOf(answerSdp))
    const call = answered?.service.calls.find(answered.callId)
    if (!answered || !call?.isOpen) return undefined
    return (wire) => {
      const listener = call.attach(wire, { url: answered.url, headers: {}, protocols: [], transport: 'gate' })
      // This is no socket beside the call: it is the call's own line.
      return { ...listener, onClose: () => call.hangUp('app') }
    }
  }

  forget(): void {
    this.#byOrigin.clear()
  }
}

/** The line that names an answer, whatever else the app changed in it (its last line break, its bandwidth). */
function originOf(sdp: string): string {
  return /^o=.*$/m.exec(sdp)?.[0].trim() ?? ''
}
