// AudioCodes VoiceAI Connect at its end of one conversation: session, and what becomes of each message of the bot.
//
//   dialling -> initiating -accepted-> active -> ended        active -connection lost-> suspended -dialled again-> resuming -> active
//
// The wizard's check of a connection is `validating` instead. The parts of an active call are in files of their own: user stream and when
// it runs (listening.ts), playback, activities, keys, patience.

import type { PhoneEndedBy } from '../../api/phone.ts'
import type { AudioCodesFormat } from '../../api/phone-platforms.ts'
import { isRecord } from '../../protocol/json.ts'
import type { PhoneFormat, PlatformDial, PlatformLine, PlatformPeer } from '../platform.ts'
import { Activities, dataOf } from './activities.ts'
import { BotConnection } from './bot-connection.ts'
import { BotInbox, type Message, type ReadMessage, textOf } from './bot-inbox.ts'
import { Keys } from './keys.ts'
import { Listening } from './listening.ts'
import { allFormats, isAudioCodesFormat, phoneFormat } from './media-formats.ts'
import { Patience } from './patience.ts'
import { Playback } from './playback.ts'
import type { Settings } from './settings.ts'
import { startParameters } from './start-parameters.ts'
import { UserStream } from './user-stream.ts'
import { WavStripper } from './wav-stream.ts'

type State = 'dialling' | 'validating' | 'initiating' | 'active' | 'suspended' | 'resuming' | 'ended'
type EndCode = 'client-disconnected' | 'bot-disconnected' | 'transferred' | 'error'

const defaultAnswerMs = 10_000
const defaultResumeMs = 1000
const mostAttempts = 3
/** Closing codes of a bot that means to end the call; after all others the platform dials again. */
const meantAsEnd: ReadonlySet<number> = new Set([1000, 1005])
const replies: ReadonlySet<string> = new Set(['connection.validated', 'session.accepted', 'session.error', 'session.resumed'])

export class AudioCodesPeer implements PlatformPeer {
  readonly platform = 'audiocodes'
  #state: State = 'dialling'
  #format: AudioCodesFormat
  #attempts = 0
  /** While suspended: a socket is being opened. */
  #isDialling = false
  #hasAnswered = false
  #cancelTimer: () => void = () => undefined
  readonly #line: PlatformLine
  readonly #bot: BotConnection
  readonly #inbox: BotInbox
  readonly #dial: (conversationId: string) => PlatformDial
  readonly #offered: readonly AudioCodesFormat[]
  readonly #userStream: UserStream
  readonly #listening: Listening
  readonly #playback: Playback
  readonly #keys: Keys
  readonly #patience: Patience
  readonly #activities: Activities

  constructor(line: PlatformLine, settings: Settings, dial: (conversationId: string) => PlatformDial) {
    const options = line.options.audiocodes ?? {}
    this.#line = line
    this.#dial = dial
    this.#bot = new BotConnection(line, options, settings)
    this.#inbox = new BotInbox(this.#bot)
    this.#offered = options.formats ?? allFormats
    this.#format = this.#offered[0] ?? 'raw/lpcm16'
    this.#userStream = new UserStream(this.#bot, () => this.#format)
    this.#listening = new Listening(this.#bot, this.#userStream)
    this.#patience = new Patience(this.#bot, { onBotSilent: () => this.#playPrompt(), onGivenUp: (who) => this.#giveUp(who) })
    this.#playback = new Playback(this.#bot, this.#offered, {
      onStarted: () => this.#playing(true),
      onSound: () => this.#answer(),
      onFinished: () => this.#playing(false),
    })
    this.#keys = new Keys(this.#bot, () => this.#keysSent())
    this.#activities = new Activities(this.#bot, this.#playback, {
      onHangUp: (reason) => this.#end('app', 'bot-disconnected', reason),
      onTransfer: (target) => this.#end('app', 'transferred', `transferred to ${target}`),
      onSettings: () => this.#listening.update(),
    })
  }

  get callId(): string {
    return this.#bot.conversationId
  }

  get inputFormat(): PhoneFormat {
    return phoneFormat(this.#format)
  }

  /** What the first upgrade carries, and each that resumes. */
  get dial(): PlatformDial {
    return this.#dial(this.callId)
  }

  opened(): void {
    if (this.#state === 'suspended') return this.#ask('resuming', 'session.resume', 'session.accepted')
    const { validateOnly, expectAudioMessages = true, botName = 'vitest-realtime' } = this.#bot.options
    if (validateOnly) return this.#ask('validating', 'connection.validate', 'connection.validated')
    const caller = this.#line.options.from ?? '+15550100'
    const supportedMediaFormats = [...this.#offered]
    this.#ask('initiating', 'session.initiate', 'session.accepted', {
      expectAudioMessages,
      botName,
      caller,
      supportedMediaFormats,
    })
  }

  message(data: string | Uint8Array): void {
    if (this.#state === 'ended') return
    const read = this.#inbox.read(data)
    if (!read) return
    if (replies.has(read.type)) return this.#replied(read)
    if (this.#state === 'active') return this.#receive(read)
    const when = this.#state === 'suspended' ? 'while the connection is lost' : 'before session.accepted'
    this.#bot.finding(7104, `${read.type} ${when}`, 'type')
  }

  frame(bytes: Uint8Array, { lost, delayMs }: { readonly lost: boolean; readonly delayMs: number }): void {
    if (this.#state === 'active' && !lost) this.#listening.frame(bytes, this.inputFormat, delayMs)
  }

  key(digit: string): void {
    if (this.#state === 'active') this.#keys.press(digit)
  }

  hangUp(): void {
    this.#end('caller', 'client-disconnected', 'Client Side')
  }

  dropped(resumeAfterMs: number | undefined): void {
    if (this.#state !== 'ended') this.#suspend('the connection was lost', resumeAfterMs)
  }

  refused(reason: string): void {
    if (this.#state === 'suspended') return this.#suspend(reason)
    this.#bot.finding(7117, reason)
    this.#over('platform', reason)
  }

  closed(code: number, reason: string): void {
    const how = reason ? `${code} ${reason}` : `${code}`
    const state = this.#state
    if (state === 'ended') return
    if (state === 'resuming') return this.#suspend(`closed with ${how}`)
    // The end of the socket that was dropped; or of one that was to replace it.
    if (state === 'suspended') return this.#isDialling ? this.#suspend(`closed with ${how}`) : undefined
    if (state === 'active' && !meantAsEnd.has(code)) {
      this.#bot.finding(7119, `closed with ${how}`)
      return this.#suspend(`closed with ${how}`)
    }
    if (state === 'active') this.#bot.finding(7118, `closed with ${how}`)
    const due = state === 'validating' ? 'connection.validated' : 'session.accepted'
    this.#over('app', `the app closed the socket with ${how}${state === 'active' ? '' : ` before ${due}`}`)
  }

  /** Sends what the bot has to answer, and waits for it. */
  #ask(state: State, type: string, answer: string, fields: object = {}): void {
    this.#state = state
    this.#isDialling = false
    this.#bot.send(type, fields)
    const limitMs = this.#bot.options.answerTimeoutMs ?? defaultAnswerMs
    this.#cancelTimer = this.#bot.timeout(limitMs, () => {
      this.#bot.finding(7116, `no ${answer} within ${limitMs} ms`)
      this.#end('platform', 'error', `no ${answer} within ${limitMs} ms`)
    })
  }

  #replied({ type, message }: ReadMessage): void {
    const dueIn =
      type === 'connection.validated' ? ['validating'] : type === 'session.resumed' ? ['resuming'] : ['initiating', 'resuming']
    if (!dueIn.includes(this.#state) && type !== 'session.error')
      return this.#bot.finding(7104, `${type}, and nothing was asked`, 'type')
    this.#cancelTimer()
    if (type === 'connection.validated') return this.#validated(message)
    if (type === 'session.error') return this.#declined(message)
    return this.#state === 'resuming' ? this.#resumed(message) : this.#accepted(message)
  }

  #receive({ type, message }: ReadMessage): void {
    const works: Partial<Record<typeof type, () => void>> = {
      'userStream.started': () => this.#userStream.acknowledged('started'),
      'userStream.stopped': () => this.#userStream.acknowledged('stopped'),
      'userStream.speech.started': () => this.#speech('goes on'),
      'userStream.speech.hypothesis': () => this.#speech('goes on'),
      'userStream.speech.committed': () => this.#speech('is over'),
      'userStream.speech.recognition': () => this.#speech('is understood'),
      'playStream.start': () =>
        this.#playback.start(
          textOf(message.streamId),
          message.mediaFormat,
          isRecord(message.activityParams) ? message.activityParams : undefined,
        ),
      'playStream.chunk': () => this.#playback.chunk(textOf(message.streamId), textOf(message.audioChunk)),
      'playStream.stop': () => this.#playback.stop(textOf(message.streamId)),
      'playStream.mark.set': () => this.#mark(message),
      activities: () => this.#activities.receive(Array.isArray(message.activities) ? message.activities : []),
    }
    works[type]?.()
  }

  #accepted({ mediaFormat }: Message): void {
    if (!this.#isOffered(mediaFormat))
      return this.#end('platform', 'error', `media format ${JSON.stringify(mediaFormat)} was not offered`)
    this.#format = mediaFormat
    this.#state = 'active'
    this.#bot.sendActivity({ name: 'start', parameters: startParameters(this.#line.options, this.callId) })
    this.#patience.awaitBot()
    this.#listening.begin('initiated')
    if (!this.#bot.options.connectOnPrompt) this.#answer()
  }

  #resumed({ mediaFormat }: Message): void {
    if (mediaFormat !== undefined && mediaFormat !== this.#format)
      this.#bot.finding(7113, `the session goes on in ${this.#format}, not in ${JSON.stringify(mediaFormat)}`, 'mediaFormat')
    this.#state = 'active'
    this.#attempts = 0
    this.#line.note('platform', 'session resumed')
    this.#listening.begin('resumed')
  }

  #isOffered(format: unknown): format is AudioCodesFormat {
    const isOffered = isAudioCodesFormat(format) && this.#offered.includes(format)
    if (!isOffered) this.#bot.finding(7105, `${JSON.stringify(format)}; offered were ${this.#offered.join(', ')}`, 'mediaFormat')
    return isOffered
  }

  #validated({ success }: Message): void {
    if (success !== true) return this.#over('app', 'the app says that the connection is not valid')
    this.#answer()
    this.#over('platform', 'the connection is valid')
  }

  #declined({ reason }: Message): void {
    const why = textOf(reason) || 'no reason given'
    this.#bot.finding(this.#state === 'resuming' ? 7120 : 7117, why, 'reason')
    this.#over('app', `session.error: ${why}`)
  }

  /** The caller is heard, the bot says so: with barge-in that ends what is being played. */
  #speech(what: 'goes on' | 'is over' | 'is understood'): void {
    if (this.#playback.mayBeInterrupted) this.#playback.abort()
    if (what === 'is understood') this.#listening.recognized()
    if (this.#playback.isActive) return
    if (what === 'goes on') this.#patience.stop()
    else this.#patience.awaitBot()
  }

  #keysSent(): void {
    if (this.#playback.mayBeInterrupted && this.#bot.settings.now.bargeInOnDTMF) this.#playback.abort()
    if (!this.#playback.isActive) this.#patience.awaitBot()
  }

  /** Newer platforms tell the bot how far it was heard. The fields of a mark are not documented: all come back. */
  #mark({ type: _, ...fields }: Message): void {
    this.#line.mark(() => {
      if (this.#state === 'active') this.#bot.send('playStream.mark.reached', fields)
    })
  }

  #playing(isPlaying: boolean): void {
    this.#patience.stop()
    // Whoever hangs up, or has lost the connection, is told nothing more.
    if (this.#state !== 'active') return
    if (!isPlaying && this.#bot.options.playFinished !== false) this.#bot.sendActivity({ name: 'playFinished' })
    if (!isPlaying) this.#patience.awaitUser()
    this.#listening.playing(isPlaying)
  }

  #playPrompt(): void {
    const format = phoneFormat('wav/lpcm16')
    const prompt = new WavStripper(format).push(dataOf(this.#bot.settings.now.botNoInputUrl) ?? new Uint8Array())
    if (prompt.kind === 'sound') this.#line.play(prompt.sound, format, 'botNoInput')
  }

  #giveUp(who: 'bot' | 'user'): void {
    if (who === 'bot') this.#bot.finding(7121, `${this.#bot.settings.now.botNoInputGiveUpTimeoutMS} ms`)
    this.#end('platform', 'error', who === 'bot' ? 'bot input timeout' : 'user input timeout')
  }

  #answer(): void {
    if (!this.#hasAnswered) this.#line.answered()
    this.#hasAnswered = true
  }

  /** The call stays, its connection is dialled again. What was on its way is lost. */
  #suspend(why: string, resumeAfterMs = this.#bot.options.resumeAfterMs ?? defaultResumeMs): void {
    this.#isDialling = false
    this.#quieten('suspended')
    if (!Number.isFinite(resumeAfterMs)) return this.#over('platform', why)
    if (++this.#attempts > mostAttempts) {
      this.#bot.finding(7120, `${mostAttempts} attempts: ${why}`)
      return this.#over('platform', why)
    }
    this.#line.note('platform', `dials again in ${resumeAfterMs} ms: ${why}`)
    this.#cancelTimer = this.#bot.timeout(resumeAfterMs, () => {
      this.#isDialling = true
      this.#line.reconnect(this.dial)
    })
  }

  /** Stops all that goes on in an active call, without a word to the bot. */
  #quieten(state: 'suspended' | 'ended'): void {
    this.#state = state
    this.#cancelTimer()
    this.#listening.end()
    this.#keys.end()
    this.#activities.end()
    this.#playback.abort()
    this.#patience.stop()
  }

  /** Says so to the bot, then closes. */
  #end(by: PhoneEndedBy, reasonCode: EndCode, reason: string): void {
    if (this.#state === 'ended') return
    if (this.#state !== 'suspended') this.#bot.send('session.end', { reasonCode, reason })
    this.#over(by, reason)
  }

  #over(by: PhoneEndedBy, reason: string): void {
    this.#quieten('ended')
    this.#line.close(1000, '')
    this.#line.ended(by, reason)
  }
}
