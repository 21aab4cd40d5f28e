// What no capture of the live service has settled: each point has the likeliest value, and an option to try the other one.
// Evidence and open points: protocol.md 10. The rest of the core reads these and never guesses by itself.

/** Points on which the live service is not known for sure. */
export interface Behavior {
  /** Send `conversation.created` after `session.created`, as the beta did. Default false: no capture of GA has it. */
  readonly conversationCreated: boolean
  /** What the app sees first when the caller interrupts: the speech, or the end of the response. Default 'speech-started'. */
  readonly bargeIn: 'speech-started' | 'response-done'
  /** A turn that ends while a response is active (`interrupt_response: false`) gets an `error`. Default true; else silence. */
  readonly overlapError: boolean
  /** Items with an id that exists: refused (newer models), or appended (gpt-realtime-1.5, early 2026). Default 'refuse'. */
  readonly duplicateItemIds: 'refuse' | 'append'
  /** Longest `item.id` that is taken, in characters. Default 32, the limit of the beta. */
  readonly maxItemIdLength: number
  /** `phase` on message items of gpt-realtime-2 models. Default false: neither the reference nor the SDK has it. */
  readonly phase: boolean
  /** After an MCP call the service begins the next response by itself. Default false. */
  readonly mcpFollowUp: boolean
  /** A last piece of sound after `response.output_audio.done`, as seen in the beta. Default false. */
  readonly trailingAudio: boolean
  /** `POST /v1/realtime/sessions` and `/transcription_sessions` still answer. Default true, as in the reference. */
  readonly betaRest: boolean
  /** Close code for a message over the limit of size. Default 1009. */
  readonly oversizeCloseCode: number
  /** `error.code` for a `session.update` of the other kind of session. Default 'invalid_value'. */
  readonly sessionKindCode: string | null
  /** `error.code` for `response.create` in a transcription session. Default 'invalid_value'. */
  readonly transcriptionResponseCode: string | null
  /** A sideband socket (`call_id`) needs `model` too. Default false. */
  readonly sidebandNeedsModel: boolean
  /**
   * How a socket for an unknown `call_id` is refused: HTTP 404 instead of the upgrade, as reported of the live service, or upgrade,
   * `error` and close 4000, as other refusals. Default 'http-404'.
   */
  readonly unknownCall: 'http-404' | 'close'
  /** Sounds of the user shorter than this begin no speech, in ms. Default 60: two frames of the detector. */
  readonly minSpeechMs: number
}

export const defaultBehavior: Behavior = {
  conversationCreated: false,
  bargeIn: 'speech-started',
  overlapError: true,
  duplicateItemIds: 'refuse',
  maxItemIdLength: 32,
  phase: false,
  mcpFollowUp: false,
  trailingAudio: false,
  betaRest: true,
  oversizeCloseCode: 1009,
  sessionKindCode: 'invalid_value',
  transcriptionResponseCode: 'invalid_value',
  sidebandNeedsModel: false,
  unknownCall: 'http-404',
  minSpeechMs: 60,
}
