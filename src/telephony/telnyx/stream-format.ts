// How Telnyx codes sound on a media stream, by the names of its codecs.

import type { TelnyxOptions } from '../../api/phone-platforms.ts'
import type { PhoneFormat } from '../platform.ts'

export type TelnyxCodec = NonNullable<TelnyxOptions['streamCodec']>

export function telnyxFormat(codec: TelnyxCodec, rateHz: PhoneFormat['rateHz']): PhoneFormat {
  if (codec === 'L16') return { encoding: 'pcm16', rateHz }
  return { encoding: codec === 'PCMU' ? 'mulaw' : 'alaw', rateHz: 8000 }
}

export function isTelnyxCodec(name: unknown): name is TelnyxCodec {
  return name === 'PCMU' || name === 'PCMA' || name === 'L16'
}
