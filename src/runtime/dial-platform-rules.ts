// What the options of single platforms may be, in `phone.dial(…, { audiocodes | telnyx | vonage })`.

import { type OptionRules, oneOf, rule } from '../responses/option-check.ts'

const isText = (value: unknown): value is string => typeof value === 'string'
const isCount = (value: unknown): boolean => Number.isInteger(value) && (value as number) >= 0
const isMs = (value: unknown): boolean => typeof value === 'number' && value >= 0
const isListOf = (value: unknown, is: (one: unknown) => boolean): boolean => Array.isArray(value) && value.every(is)

const text = rule('a text', isText)
const flag = rule('true or false', (value) => typeof value === 'boolean')
const ms = rule('milliseconds of the clock, 0 or more', isMs)
const count = rule('a whole number, 0 or more', isCount)
const texts = rule('an array of texts', (value) => isListOf(value, isText))
const rate = rule('8000, 16000 or 24000', (value) => value === 8000 || value === 16_000 || value === 24_000)
const path = rule("a path, such as '/events', or a URL", (value) => isText(value) && value !== '')

export const audioCodesFormats = [
  'raw/lpcm16',
  'raw/lpcm16_24',
  'raw/lpcm16_8',
  'raw/mulaw',
  'wav/lpcm16',
  'wav/lpcm16_24',
  'wav/lpcm16_8',
  'wav/mulaw',
] as const

const isFormat = (value: unknown): boolean => audioCodesFormats.some((format) => format === value)

export const audioCodesRules: OptionRules = {
  bargeIn: flag,
  bargeInOnDTMF: flag,
  sendDTMF: flag,
  dtmfCollect: flag,
  dtmfCollectSubmitDigit: rule('one key, or an empty text', (value) => isText(value) && value.length <= 1),
  dtmfCollectMaxDigits: count,
  dtmfCollectInterDigitTimeoutMS: ms,
  resumeRecognitionTimeoutMS: ms,
  botNoInputGiveUpTimeoutMS: ms,
  botNoInputTimeoutMS: ms,
  botNoInputUrl: rule('a data: URL in base64', (value) => isText(value) && /^data:[^,]*;base64,/.test(value)),
  botNoInputRetries: count,
  userNoInputTimeoutMS: ms,
  userNoInputRetries: count,
  userNoInputGiveUpTimeoutMS: ms,
  sendEventsToBot: texts,
  formats: rule(
    `a list of ${audioCodesFormats.join(', ')}`,
    (value) => isListOf(value, isFormat) && (value as unknown[]).length > 0,
  ),
  botName: text,
  expectAudioMessages: flag,
  acHeaders: flag,
  dtmfName: oneOf(['DTMF', 'dtmf']),
  chunkMs: rule('a multiple of 20', (value) => isCount(value) && (value as number) > 0 && (value as number) % 20 === 0),
  userStream: oneOf(['continuous', 'speech']),
  speechEndMs: ms,
  stopFlushes: flag,
  playFinished: flag,
  connectOnPrompt: flag,
  participants: texts,
  validateOnly: flag,
  answerTimeoutMs: ms,
  resumeAfterMs: ms,
}

const codec = oneOf(['PCMU', 'PCMA', 'L16'])

export const telnyxRules: OptionRules = {
  streamCodec: codec,
  streamBidirectionalMode: oneOf(['rtp', 'mp3']),
  streamBidirectionalCodec: codec,
  samplingRateHz: rate,
  clientState: text,
  tags: texts,
  webhook: path,
  signingKey: rule('a private key in PEM', (value) => isText(value) && value.includes('PRIVATE KEY')),
}

export const vonageRules: OptionRules = {
  rateHz: rate,
  answerMethod: oneOf(['GET', 'POST']),
  eventUrl: path,
}
