// A bridge behind AudioCodes VoiceAI Connect: the call as this kit's model sees it. The messages are in audiocodes-side.ts.

import type { WebSocket } from 'ws'
import { AudioCodesSide, type AudioCodesSideOptions } from './audiocodes-side.ts'
import type { BridgeOptions } from './bridge-options.ts'
import { RealtimeBridge } from './realtime-bridge.ts'

export interface AudioCodesBridgeOptions extends BridgeOptions, AudioCodesSideOptions {}

/**
 * A call of AudioCodes VoiceAI Connect (Bot API, streaming mode), on the socket that the platform opened.
 *
 * @example
 * const conversations = new Map()
 * sockets.on('connection', (socket) => new AudioCodesBridge(socket, { conversations }))
 */
export class AudioCodesBridge extends RealtimeBridge {
  protected readonly phone: AudioCodesSide

  constructor(socket: WebSocket, options: AudioCodesBridgeOptions = {}) {
    super(options)
    this.phone = new AudioCodesSide(socket, this.listener, options)
  }
}
