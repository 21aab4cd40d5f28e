// How long bot and user may be silent: after that a prompt, an event, or the end of the call. All of it is off until a setting says how long.

import type { BotConnection } from './bot-connection.ts'

export interface PatienceListener {
  /** The bot is silent: the caller is to hear that something goes on. */
  onBotSilent(): void
  onGivenUp(who: 'bot' | 'user'): void
}

export class Patience {
  #timers: (() => void)[] = []
  readonly #bot: BotConnection
  readonly #listener: PatienceListener

  constructor(bot: BotConnection, listener: PatienceListener) {
    this.#bot = bot
    this.#listener = listener
  }

  /** It is the bot's turn: the call has begun, or the user has said or pressed something. */
  awaitBot(): void {
    const { botNoInputTimeoutMS, botNoInputRetries, botNoInputGiveUpTimeoutMS } = this.#bot.settings.now
    this.stop()
    this.#repeat(botNoInputTimeoutMS, botNoInputRetries, () => this.#listener.onBotSilent())
    this.#once(botNoInputGiveUpTimeoutMS, () => this.#listener.onGivenUp('bot'))
  }

  /** It is the user's turn: the bot has been heard. */
  awaitUser(): void {
    const { userNoInputTimeoutMS, userNoInputRetries, userNoInputGiveUpTimeoutMS, sendEventsToBot } = this.#bot.settings.now
    this.stop()
    this.#repeat(userNoInputTimeoutMS, userNoInputRetries, (count) => {
      if (sendEventsToBot.includes('noUserInput')) this.#bot.sendActivity({ name: 'noUserInput', value: String(count) })
    })
    this.#once(userNoInputGiveUpTimeoutMS, () => this.#listener.onGivenUp('user'))
  }

  /** Who was waited for is there. */
  stop(): void {
    for (const cancel of this.#timers.splice(0)) cancel()
  }

  #once(ms: number, work: () => void): void {
    if (ms > 0) this.#timers.push(this.#bot.timeout(ms, work))
  }

  #repeat(ms: number, retries: number, work: (count: number) => void, count = 1): void {
    this.#once(ms, () => {
      work(count)
      if (count <= retries) this.#repeat(ms, retries, work, count + 1)
    })
  }
}
