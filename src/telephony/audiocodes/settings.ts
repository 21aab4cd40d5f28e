// Parameters of the bot connection: defaults, what the test gave, what the bot changed by an activity. By the platform's own names.

import { z } from 'zod'
import type { AudioCodesSettings } from '../../api/phone-platforms.ts'

const ms = z.number().min(0)
const count = z.int().min(0)

const settingsSchema = z.object({
  bargeIn: z.boolean().default(false),
  bargeInOnDTMF: z.boolean().default(true),
  sendDTMF: z.boolean().default(false),
  dtmfCollect: z.boolean().default(false),
  dtmfCollectSubmitDigit: z.string().max(1).default('#'),
  dtmfCollectMaxDigits: count.default(5),
  dtmfCollectInterDigitTimeoutMS: ms.default(2000),
  resumeRecognitionTimeoutMS: ms.default(10_000),
  botNoInputGiveUpTimeoutMS: ms.default(0),
  botNoInputTimeoutMS: ms.default(0),
  botNoInputUrl: z.string().default(''),
  botNoInputRetries: count.default(0),
  userNoInputTimeoutMS: ms.default(0),
  userNoInputRetries: count.default(0),
  userNoInputGiveUpTimeoutMS: ms.default(0),
  sendEventsToBot: z.array(z.string()).readonly().default([]),
}) satisfies z.ZodType<Required<AudioCodesSettings>>

const names = Object.keys(settingsSchema.shape) as (keyof AudioCodesSettings)[]

/** Where the value of a parameter cannot be used. */
export interface SettingFault {
  readonly name: string
  readonly message: string
}

/** The parameters of one call: what is read of them is always the present value. */
export class Settings {
  #now: Required<AudioCodesSettings>

  /** What the test's author gives has been checked (runtime/dial-platform-rules.ts). */
  constructor(given: AudioCodesSettings = {}) {
    this.#now = settingsSchema.parse({ ...given })
  }

  get now(): Required<AudioCodesSettings> {
    return this.#now
  }

  /** Takes over what can be used. Names that are not simulated are left alone: the platform has hundreds. */
  change(parameters: Readonly<Record<string, unknown>>): SettingFault[] {
    return names.flatMap((name) => {
      const value = parameters[name]
      if (value === undefined) return []
      const read = settingsSchema.shape[name].safeParse(value)
      if (!read.success) return [{ name, message: read.error.issues[0]?.message ?? 'cannot be used' }]
      this.#now = { ...this.#now, [name]: read.data }
      return []
    })
  }
}
