// What a bot may do wrong towards AudioCodes VoiceAI Connect, by code. The platform has no codes of its own: these are the kit's, and
// stay what they are. The table of the README is checked against this one.

import type { PhoneFinding } from '../../api/phone.ts'

type Level = PhoneFinding['level']

export const audioCodesFindings = {
  7100: ['error', 'not a JSON text message'],
  7101: ['error', 'unknown message type'],
  7102: ['error', 'a field is missing or wrong'],
  7103: ['error', 'a message that only the platform sends'],
  7104: ['error', 'a message that is not due now'],
  7105: ['error', 'a media format that was not offered'],
  7106: ['error', 'a play stream was started while another one was open'],
  7107: ['error', 'the id of a play stream was used before'],
  7108: ['error', 'unknown or closed play stream'],
  7109: ['error', 'half a sample: 16 bit sound with an odd number of bytes'],
  7110: ['error', 'sound that cannot be decoded'],
  7111: ['warning', 'a WAV header is missing, or for other sound'],
  7112: ['warning', 'conversationId of another call'],
  7113: ['warning', 'a shape that the platform reads, but does not document'],
  7114: ['error', 'unknown activity'],
  7115: ['error', 'a parameter of an activity is missing or wrong'],
  7116: ['error', 'no answer in time'],
  7117: ['error', 'the bot declined the call'],
  7118: ['warning', 'the bot closed the socket without the activity hangup'],
  7119: ['warning', 'the connection was lost'],
  7120: ['error', 'the call was not resumed'],
  7121: ['error', 'the bot was silent for too long'],
} as const satisfies Readonly<Record<number, readonly [Level, string]>>

export type AudioCodesCode = keyof typeof audioCodesFindings

/** The finding of a code, with what happened this time behind what it is about. */
export function audioCodesFinding(code: AudioCodesCode, detail: string, path?: string): Omit<PhoneFinding, 'atMs'> {
  const [level, what] = audioCodesFindings[code]
  return { code, level, message: detail ? `${what}: ${detail}` : what, ...(path !== undefined && { path }) }
}
