// Options of `phone.dial` that only one platform has. Names of settings are those of the platform's own configuration.

/** Formats of AudioCodes VoiceAI Connect: 16 bit little-endian mono at 16 kHz, or at 8 and 24 kHz where the name says so. */
export type AudioCodesFormat =
  | 'raw/lpcm16'
  | 'wav/lpcm16'
  | 'raw/lpcm16_8'
  | 'wav/lpcm16_8'
  | 'raw/lpcm16_24'
  | 'wav/lpcm16_24'
  | 'raw/mulaw'
  | 'wav/mulaw'

/** Parameters of a bot connection. The bot may change them during the call, by the `sessionParams` of an activity `config`. */
export interface AudioCodesSettings {
  /** The caller's speech stops the bot's. Off, as in a new connection: no user stream while the bot is heard. */
  bargeIn?: boolean
  /** A key stops the bot's speech too, where `bargeIn` is on. Default true. */
  bargeInOnDTMF?: boolean
  /** Keys are passed to the bot. Default false, as in a new connection. */
  sendDTMF?: boolean
  /** Keys are collected to one activity. Default false: one for each key. */
  dtmfCollect?: boolean
  /** Key that ends a collection, and is not part of it. Default '#'. */
  dtmfCollectSubmitDigit?: string
  /** So many keys end a collection. Default 5. */
  dtmfCollectMaxDigits?: number
  /** A collection ends so long after its last key. Default 2000. */
  dtmfCollectInterDigitTimeoutMS?: number
  /** Without barge-in: the user stream starts again after so long without an answer of the bot. Default 10,000. */
  resumeRecognitionTimeoutMS?: number
  /** The platform hangs up on a bot that has been silent for so long after the user. Default 0: never. */
  botNoInputGiveUpTimeoutMS?: number
  /** After so long without an answer of the bot, `botNoInputUrl` is played. Default 0: never. */
  botNoInputTimeoutMS?: number
  /** A `data:` URL: what the caller hears while the bot is silent. */
  botNoInputUrl?: string
  /** How often it is played. Default 0: once. */
  botNoInputRetries?: number
  /** After so long without the caller's speech or keys, the bot gets `noUserInput`. Default 0: never. */
  userNoInputTimeoutMS?: number
  /** How often more. Default 0. */
  userNoInputRetries?: number
  /** The platform hangs up on a user who was silent for so long. Default 0: never. */
  userNoInputGiveUpTimeoutMS?: number
  /** Events that the bot wants: 'noUserInput'. Default none. */
  sendEventsToBot?: readonly string[]
}

/** How AudioCodes VoiceAI Connect dials and behaves. */
export interface AudioCodesOptions extends AudioCodesSettings {
  /** What is offered, best first. Default: all eight, raw formats before wav ones, 16 kHz first. */
  formats?: readonly AudioCodesFormat[]
  /** Default 'vitest-realtime'. */
  botName?: string
  /** False tells the bot that the platform speaks for it. Default true. */
  expectAudioMessages?: boolean
  /** Sends `AC-Conversation-Id` and `AC-Caller-Number` with the upgrade. Default false. */
  acHeaders?: boolean
  /** How the activity of a key is called: both spellings are in use. Default 'DTMF'. */
  dtmfName?: 'DTMF' | 'dtmf'
  /** Length of a `userStream.chunk` in ms, a multiple of 20. Default 20. */
  chunkMs?: number
  /**
   * 'speech' runs a user stream only while the caller speaks (by the level of the sound, with what was said just before), as clients
   * with a voice activity detection of their own do. Default 'continuous', as the platform does.
   */
  userStream?: 'continuous' | 'speech'
  /** Silence that ends a user stream of 'speech', in ms. Default 1000. */
  speechEndMs?: number
  /** `playStream.stop` also drops what was not played yet. Default false. */
  stopFlushes?: boolean
  /** The bot is told when its speech has been played. Default true. */
  playFinished?: boolean
  /** The caller hears ringing until the bot speaks: the call counts as taken with the first `playStream.chunk`. Default false. */
  connectOnPrompt?: boolean
  /** Agent assist: names of who is on the call, the caller first. User streams then name whom they carry. */
  participants?: readonly string[]
  /** Only checks the connection, as the wizard of Live Hub does: `connection.validate`, then the socket closes. Default false. */
  validateOnly?: boolean
  /** How long the bot may take to accept a call or to acknowledge a user stream. Default 10,000. */
  answerTimeoutMs?: number
  /** How long after a lost connection the platform dials again. Default 1000. */
  resumeAfterMs?: number
}

/** How Telnyx streams a call. Fields of the command that starts a stream, in camelCase. */
export interface TelnyxOptions {
  /** Codec of the caller's sound. Default 'PCMU'. */
  streamCodec?: 'PCMU' | 'PCMA' | 'L16'
  /** 'rtp': the app sends sound as it is made. 'mp3' (the platform's own default): whole files, which are not played here. Default 'rtp'. */
  streamBidirectionalMode?: 'rtp' | 'mp3'
  /** Codec of the app's sound. Default: that of the caller. */
  streamBidirectionalCodec?: 'PCMU' | 'PCMA' | 'L16'
  /** Samples a second of L16, both ways. Default 16,000. */
  samplingRateHz?: 8000 | 16_000 | 24_000
  /** Text that the app gave to the call; it comes back in base64. */
  clientState?: string
  /** Default none. */
  tags?: readonly string[]
  /**
   * Path or URL that gets `streaming.started`, `streaming.stopped` and `streaming.failed`. Without `voice` and `stream` it is that of a
   * Call Control application: it gets `call.initiated` first, and the app answers by REST with a `stream_url`.
   */
  webhook?: string
  /** Private key (PEM, Ed25519) that signs webhooks; the app holds the public one. Unsigned without. */
  signingKey?: string
}

/** How the Vonage Voice API streams a call. */
export interface VonageOptions {
  /** Samples a second of the 16 bit sound, both ways, where no webhook says it. Default 16,000. */
  rateHz?: 8000 | 16_000 | 24_000
  /** How the answer webhook is asked. Default 'GET'. */
  answerMethod?: 'GET' | 'POST'
  /** Path or URL that gets the events of the call (`answered`, `disconnected` …). */
  eventUrl?: string
}
