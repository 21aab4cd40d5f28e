// When the platform listens to the caller. With barge-in: always. Without: not while the bot is heard or its answer is due.

import { rmsDbfs } from '../../../audio/level.ts'
import { decodePhone, frameMs } from '../phone-sound.ts'
import type { PhoneFormat } from '../platform.ts'
import type { BotConnection } from './bot-connection.ts'
import type { UserStream } from './user-stream.ts'

/** A frame that is louder is speech. Line noise is below. */
const speechDbfs = -40
/** What comes before the first loud frame belongs to the word too. */
const framesBefore = 5

export class Listening {
  /** What the bot's answer is waited for. */
  #awaited: 'nothing' | 'greeting' | 'answer' = 'greeting'
  #isPlaying = false
  #isOn = false
  #silentMs = Number.POSITIVE_INFINITY
  #before: Uint8Array[] = []
  #cancelTimer: () => void = () => undefined
  readonly #bot: BotConnection
  readonly #stream: UserStream

  constructor(bot: BotConnection, stream: UserStream) {
    this.#bot = bot
    this.#stream = stream
  }

  /** The session is accepted; resumed ones go on where they were. */
  begin(how: 'initiated' | 'resumed'): void {
    this.#isOn = true
    this.#isPlaying = false
    if (how === 'resumed') this.#expect('nothing')
    else this.#expect('greeting')
  }

  /** The session is over, or its connection is. */
  end(): void {
    this.#isOn = false
    this.#cancelTimer()
    this.#stream.reset()
  }

  playing(isPlaying: boolean): void {
    this.#isPlaying = isPlaying
    this.#expect('nothing')
  }

  /** The bot has understood something: without barge-in it is its turn now. */
  recognized(): void {
    if (!this.#isPlaying) this.#expect('answer')
  }

  /** Settings have changed. */
  update(): void {
    const { bargeIn } = this.#bot.settings.now
    const isOpen = this.#isOn && (bargeIn || (!this.#isPlaying && this.#awaited === 'nothing'))
    this.#stream.want(isOpen && (this.#bot.options.userStream !== 'speech' || this.#isSpeaking))
  }

  frame(bytes: Uint8Array, format: PhoneFormat, delayMs: number): void {
    if (!this.#isOn) return
    const needsLevel = this.#awaited === 'greeting' || this.#bot.options.userStream === 'speech'
    if (needsLevel) this.#measure(bytes, format)
    this.#stream.frame(bytes, delayMs, this.#stream.isWanted ? this.#before.splice(0) : [])
    if (!this.#stream.isWanted) this.#remember(bytes)
  }

  get #isSpeaking(): boolean {
    return this.#silentMs < (this.#bot.options.speechEndMs ?? 1000)
  }

  /** A caller who speaks before the bot's first word is listened to: who speaks first is not for the platform to say. */
  #measure(bytes: Uint8Array, format: PhoneFormat): void {
    const isLoud = rmsDbfs(decodePhone(bytes, format)) > speechDbfs
    this.#silentMs = isLoud ? 0 : this.#silentMs + frameMs
    if (isLoud && this.#awaited === 'greeting' && !this.#isPlaying) this.#expect('nothing')
    else this.update()
  }

  #remember(bytes: Uint8Array): void {
    if (this.#bot.options.userStream !== 'speech') return
    this.#before.push(bytes)
    if (this.#before.length > framesBefore) this.#before.shift()
  }

  #expect(what: 'nothing' | 'greeting' | 'answer'): void {
    this.#cancelTimer()
    this.#awaited = what
    if (what !== 'nothing')
      this.#cancelTimer = this.#bot.timeout(this.#bot.settings.now.resumeRecognitionTimeoutMS, () => this.#expect('nothing'))
    this.update()
  }
}
