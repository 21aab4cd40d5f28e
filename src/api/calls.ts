// Public types of calls: sessions whose sound goes over SIP or WebRTC, which sockets of the app attach to with `?call_id=`.

import type { ServiceSession } from './realtime.ts'

export interface IncomingCallOptions {
  /** Who phones: number or SIP address. Default '+15550100'. */
  from?: string
  /** Whom: default '+15550199'. */
  to?: string
  /** More SIP headers of the invitation. */
  headers?: Record<string, string>
  /** Default: `realtime.webhookSecret`. */
  secret?: string
}

/** One call. */
export interface RealtimeCall {
  /** `rtc_…` */
  readonly id: string
  readonly kind: 'sip' | 'webrtc'
  readonly status: 'ringing' | 'active' | 'rejected' | 'referred' | 'ended'
  /** SIP status that the app rejected with. */
  readonly rejectedWith: number | undefined
  /** `target_uri` that the app referred to. */
  readonly referredTo: string | undefined
  /** What the app answered the webhook with; undefined for WebRTC. */
  readonly webhookStatus: number | undefined
  /** Present once the call is active. */
  readonly session: ServiceSession | undefined
  /**
   * Resolves when the app has accepted. `timeout` is in virtual ms, 30,000 by default.
   *
   * @throws RealtimeKitError RTK_CALL when the app rejected or the call is over, RTK_WAIT when the app does nothing
   * @example
   * const session = await call.accepted()
   * expect(session.config.instructions).toContain('hotel')
   */
  accepted(options?: { timeout?: number }): Promise<ServiceSession>
  /**
   * Presses keys, 100 ms apart: one `input_audio_buffer.dtmf_event_received` each. Digits, `*`, `#`, A to D. SIP only.
   *
   * @throws RealtimeKitError RTK_OPTION for other keys, RTK_CALL when the call is not active, or over WebRTC
   * @example
   * await call.presses('42#')
   */
  presses(keys: string): Promise<void>
  /** The caller hangs up: the session ends, and so do the sockets on it, with 1000. Nothing where the call is over. */
  hangsUp(): Promise<void>
  /**
   * Resolves when the call is over, whoever ended it: the service does when the session's life is over, or the test closes it.
   * `timeout` is in virtual ms, 30,000 by default. Rejects with RTK_WAIT.
   */
  ended(options?: { timeout?: number }): Promise<{ by: 'app' | 'caller' | 'service' }>
}
