// Keys that the caller presses: one activity for each, or one for what was collected.

import { RealtimeKitError } from '../../errors.ts'
import type { BotConnection } from './bot-connection.ts'

const keysAreOff =
  'call.presses(…): this bot gets no keys: sendDTMF is off, as in a new connection of VoiceAI Connect.\n' +
  'Pass phone.dial(…, { audiocodes: { sendDTMF: true } }), or let the bot set it by an activity `config`.'

export class Keys {
  #collected = ''
  #cancelTimer: () => void = () => undefined
  readonly #bot: BotConnection
  readonly #onSent: () => void

  constructor(bot: BotConnection, onSent: () => void) {
    this.#bot = bot
    this.#onSent = onSent
  }

  press(key: string): void {
    const { settings } = this.#bot
    // The platform would swallow it without a word; a test that presses keys means them to arrive.
    if (!settings.now.sendDTMF) throw new RealtimeKitError('RTK_CALL', keysAreOff)
    if (settings.now.dtmfCollect) this.#collect(key)
    else this.#send(key)
  }

  end(): void {
    this.#cancelTimer()
    this.#collected = ''
  }

  #collect(key: string): void {
    const { dtmfCollectSubmitDigit, dtmfCollectMaxDigits, dtmfCollectInterDigitTimeoutMS } = this.#bot.settings.now
    this.#cancelTimer()
    const isSubmit = key === dtmfCollectSubmitDigit
    if (!isSubmit) this.#collected += key
    if (isSubmit || this.#collected.length >= dtmfCollectMaxDigits) this.#submit()
    else this.#cancelTimer = this.#bot.timeout(dtmfCollectInterDigitTimeoutMS, () => this.#submit())
  }

  #submit(): void {
    const value = this.#collected
    this.#collected = ''
    this.#send(value)
  }

  #send(value: string): void {
    this.#bot.sendActivity({ name: this.#bot.options.dtmfName ?? 'DTMF', value })
    this.#onSent()
  }
}
