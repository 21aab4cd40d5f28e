// Callers as call centres know them: presets of voice, pace and the noise of the place.

import type { CallerSound } from '../api/caller.ts'
import type { DialOptions, PhonePersona } from '../api/phone.ts'

interface Persona {
  readonly sound: CallerSound
  readonly line: Pick<DialOptions, 'noiseDbfs'>
}

export const personas: Readonly<Record<PhonePersona, Persona>> = {
  typical: { sound: {}, line: {} },
  frustrated: { sound: { voice: 'rms', speed: 1.2 }, line: { noiseDbfs: -60 } },
  elderly: { sound: { voice: 'awb', speed: 0.8 }, line: {} },
  hurried: { sound: { speed: 1.35 }, line: { noiseDbfs: -50 } },
}
