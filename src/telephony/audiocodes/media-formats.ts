// Names of AudioCodes media formats, and what they stand for. No messages here.

import type { AudioCodesFormat } from '../../api/phone-platforms.ts'
import { audioCodesFormats } from '../../runtime/dial-platform-rules.ts'
import type { PhoneFormat } from '../platform.ts'

const mulaw: PhoneFormat = { encoding: 'mulaw', rateHz: 8000 }
const lpcm = (rateHz: PhoneFormat['rateHz']): PhoneFormat => ({ encoding: 'pcm16', rateHz })

const formats: Readonly<Record<AudioCodesFormat, PhoneFormat>> = {
  'raw/lpcm16': lpcm(16_000),
  'raw/lpcm16_24': lpcm(24_000),
  'raw/lpcm16_8': lpcm(8000),
  'raw/mulaw': mulaw,
  'wav/lpcm16': lpcm(16_000),
  'wav/lpcm16_24': lpcm(24_000),
  'wav/lpcm16_8': lpcm(8000),
  'wav/mulaw': mulaw,
}

/** All that the platform knows, in the order in which it offers them. */
export const allFormats: readonly AudioCodesFormat[] = audioCodesFormats

export function isAudioCodesFormat(name: unknown): name is AudioCodesFormat {
  return typeof name === 'string' && Object.hasOwn(formats, name)
}

export function phoneFormat(name: AudioCodesFormat): PhoneFormat {
  return formats[name]
}

/** Sound of these begins with a RIFF header. */
export function isWav(name: AudioCodesFormat): boolean {
  return name.startsWith('wav/')
}
