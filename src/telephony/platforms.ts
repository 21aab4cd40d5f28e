// The platforms that can be dialled, by name. A new one is a row here.

import type { PhonePlatform } from '../api/phone.ts'
import { audiocodes } from './audiocodes/audiocodes.ts'
import type { Platform } from './platform.ts'
import { telnyx } from './telnyx/telnyx.ts'
import { twilio } from './twilio/twilio.ts'
import { vonage } from './vonage/vonage.ts'

export const platforms: Readonly<Record<PhonePlatform, Platform>> = { twilio, audiocodes, telnyx, vonage }
