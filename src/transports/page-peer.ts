// WebRTC in a page: a peer connection whose offer the service has answered speaks with it in memory. What the app sends and hears
// of events goes over its data channel, which is the page's own object; media and ICE go nowhere.

import { PageTasks } from './page-tasks.ts'
import type { Wire, WireListener } from './transport.ts'

/** Attaches the data channel to the call of an SDP answer; undefined when that is none of ours. */
export type JoinCall = (answerSdp: string) => ((wire: Wire) => WireListener) | undefined

/** The channel of the API's events; others stay what they are. */
const eventsLabel = 'oai-events'

/** Replaces the page's RTCPeerConnection, where it has one. */
export function wrapPeerConnection(joinCall: JoinCall): void {
  const Real = globalThis.RTCPeerConnection
  if (!Real) return

  globalThis.RTCPeerConnection = class RTCPeerConnection extends Real {
    #events: EventsChannel | undefined

    override createDataChannel(label: string, init?: RTCDataChannelInit): RTCDataChannel {
      const channel = super.createDataChannel(label, init)
      if (label === eventsLabel) this.#events ??= new EventsChannel(channel)
      return channel
    }

    override async setRemoteDescription(description: RTCSessionDescriptionInit): Promise<void> {
      await super.setRemoteDescription(description)
      const join = description.type === 'answer' && description.sdp ? joinCall(description.sdp) : undefined
      if (!join || !this.#events) return
      this.#events.join(join)
      this.dispatchEvent(new Event('connectionstatechange'))
    }

    /** ICE finds nobody and ends with 'failed': not so for the app. */
    override get connectionState(): RTCPeerConnectionState {
      return this.#events?.isOpen ? 'connected' : super.connectionState
    }

    override get iceConnectionState(): RTCIceConnectionState {
      return this.#events?.isOpen ? 'connected' : super.iceConnectionState
    }

    override close(): void {
      super.close()
      this.#events?.close()
    }
  }
}

class EventsChannel {
  readonly #channel: RTCDataChannel
  readonly #tasks = new PageTasks()
  #listener: WireListener | undefined
  #state: RTCDataChannelState = 'connecting'

  constructor(channel: RTCDataChannel) {
    this.#channel = channel
  }

  get isOpen(): boolean {
    return this.#state === 'open'
  }

  join(join: (wire: Wire) => WireListener): void {
    Object.defineProperties(this.#channel, {
      readyState: { get: () => this.#state },
      send: { value: (data: unknown) => this.#send(data) },
      close: { value: () => this.close() },
    })
    this.#state = 'open'
    this.#later(new Event('open'))
    this.#listener = join({
      bufferedBytes: 0,
      send: (data) => {
        if (this.isOpen) this.#later(new MessageEvent('message', { data }))
      },
      close: () => this.#end(),
      terminate: () => this.#end(),
      ping: () => {},
    })
  }

  /** The app closes the channel, or the connection that it belongs to. */
  close(): void {
    if (!this.#listener || !this.isOpen) return
    this.#end()
    this.#listener.onClose(1000, '')
  }

  #send(data: unknown): void {
    if (!this.isOpen) throw new DOMException('The data channel is not open.', 'InvalidStateError')
    this.#listener?.onMessage(String(data))
  }

  #end(): void {
    if (!this.isOpen) return
    this.#state = 'closed'
    this.#later(new Event('close'))
  }

  #later(event: Event): void {
    this.#tasks.add(() => this.#channel.dispatchEvent(event))
  }
}
