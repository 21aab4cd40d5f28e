// The caller's sound on its way to the bot: asked for, acknowledged, then chunk by chunk, until it is stopped. The bot's acknowledgement
// opens the gate: sound from before is not sent later, but in speech mode, where the stream begins with the speech itself.

import type { AudioCodesFormat } from '../../api/phone-platforms.ts'
import { frameMs, joinBytes } from '../phone-sound.ts'
import type { BotConnection } from './bot-connection.ts'
import { isWav, phoneFormat } from './media-formats.ts'
import { wavHeader } from './wav-stream.ts'

type State = 'idle' | 'starting' | 'streaming' | 'stopping'

/** Speech that waits for `userStream.started`: 10 s. */
const mostKeptFrames = 500

export class UserStream {
  #state: State = 'idle'
  #isWanted = false
  /** Frames of the chunk that is being filled. */
  #frames: Uint8Array[] = []
  #needsHeader = false
  #cancelTimer: () => void = () => undefined
  readonly #bot: BotConnection
  readonly #format: () => AudioCodesFormat

  constructor(bot: BotConnection, format: () => AudioCodesFormat) {
    this.#bot = bot
    this.#format = format
  }

  get isWanted(): boolean {
    return this.#isWanted
  }

  /** The stream is to run, or not; the bot is asked as soon as it has answered what it was asked before. */
  want(isWanted: boolean): void {
    this.#isWanted = isWanted
    this.#settle()
  }

  acknowledged(what: 'started' | 'stopped'): void {
    const due = this.#state === 'starting' ? 'started' : this.#state === 'stopping' ? 'stopped' : undefined
    if (what !== due) return this.#bot.finding(7104, `userStream.${what} while the user stream is ${this.#state}`, 'type')
    this.#cancelTimer()
    this.#state = what === 'started' ? 'streaming' : 'idle'
    this.#flush()
    this.#settle()
  }

  /** `before`: sound from before the stream was asked for, which goes ahead of it. */
  frame(bytes: Uint8Array, delayMs: number, before: readonly Uint8Array[] = []): void {
    const isKept = this.#state === 'starting' && this.#bot.options.userStream === 'speech'
    if (this.#state !== 'streaming' && !isKept) return
    this.#frames.push(...before, bytes)
    if (isKept) this.#frames.splice(0, this.#frames.length - mostKeptFrames)
    else if (this.#frames.length * frameMs >= (this.#bot.options.chunkMs ?? frameMs)) this.#sendChunk(delayMs)
  }

  /** The socket is gone, and with it what was agreed on it. */
  reset(): void {
    this.#cancelTimer()
    this.#state = 'idle'
    this.#isWanted = false
    this.#frames = []
  }

  #settle(): void {
    if (this.#state === 'idle' && this.#isWanted) return this.#ask('start')
    if (this.#state !== 'streaming' || this.#isWanted) return
    this.#flush()
    this.#ask('stop')
  }

  /** What has been kept, or does not fill a chunk. */
  #flush(): void {
    if (this.#frames.length) this.#sendChunk(0)
  }

  #ask(step: 'start' | 'stop'): void {
    this.#state = step === 'start' ? 'starting' : 'stopping'
    this.#needsHeader = isWav(this.#format())
    this.#bot.sendUserStream(step)
    // Nobody waits for ever, and nobody gives up: a late answer still counts.
    const limitMs = this.#bot.options.answerTimeoutMs ?? 10_000
    const missing = step === 'start' ? 'userStream.started' : 'userStream.stopped'
    this.#cancelTimer = this.#bot.timeout(limitMs, () => this.#bot.finding(7116, `no ${missing} within ${limitMs} ms`))
  }

  #sendChunk(delayMs: number): void {
    const header = this.#needsHeader ? [wavHeader(phoneFormat(this.#format()))] : []
    this.#needsHeader = false
    this.#bot.sendSound(joinBytes([...header, ...this.#frames]), delayMs)
    this.#frames = []
  }
}
