// Activities of the bot: what it asks the platform to do.

import type { z } from 'zod'
import { decodeBase64 } from '../../../audio/base64.ts'
import type { BotConnection } from './bot-connection.ts'
import { activitySchema, messageFaults } from './bot-messages.ts'
import { isAudioCodesFormat } from './media-formats.ts'
import type { Playback } from './playback.ts'

export interface ActivityListener {
  onHangUp(reason: string): void
  onTransfer(target: string): void
  onSettings(): void
}

/** An activity without a type is an event. */
const readable = activitySchema.partial({ type: true })
type ReadActivity = z.infer<typeof readable>

type Params = Readonly<Record<string, unknown>>
type Work = (params: Params, path: string) => void

/** Known, and without effect on what is simulated. */
const withoutEffect = [
  'config',
  'expectAnotherBotMessage',
  'startRecognition',
  'stopRecognition',
  'startCallRecording',
  'stopCallRecording',
  'pauseCallRecording',
  'resumeCallRecording',
  'sendMetaData',
  'speakerVerificationCreateSpeaker',
  'speakerVerificationEnroll',
  'speakerVerificationVerify',
  'speakerVerificationGetSpeakerStatus',
  'speakerVerificationDeleteSpeaker',
]

export class Activities {
  #cancelTimer: () => void = () => undefined
  readonly #works: ReadonlyMap<string, Work>
  readonly #bot: BotConnection
  readonly #playback: Playback
  readonly #listener: ActivityListener

  constructor(bot: BotConnection, playback: Playback, listener: ActivityListener) {
    this.#bot = bot
    this.#playback = playback
    this.#listener = listener
    const transfer: Work = (params, path) => this.#transfer(params, path)
    this.#works = new Map<string, Work>([
      ...withoutEffect.map((name): [string, Work] => [name, () => undefined]),
      ['hangup', ({ hangupReason }) => listener.onHangUp(typeof hangupReason === 'string' ? hangupReason : 'Bot hung up')],
      ['transfer', transfer],
      ['handover', transfer],
      ['playUrl', (params, path) => this.#playUrl(params, path)],
      ['sendDtmf', (params, path) => this.#sendDtmf(params, path)],
      ['abortPrompts', () => playback.abort()],
    ])
  }

  /** One message's activities, in order; each may ask to wait first, and then so do those behind it. */
  receive(activities: readonly unknown[], at = 0): void {
    for (let index = at; index < activities.length; index++) {
      const activity = this.#read(activities[index], `activities.${index}`)
      const delayMs = activity?.delay ?? 0
      if (activity && delayMs > 0) {
        this.#cancelTimer = this.#bot.line.after(delayMs, () => {
          this.#perform(activity, `activities.${index}`)
          this.receive(activities, index + 1)
        })
        return
      }
      if (activity) this.#perform(activity, `activities.${index}`)
    }
  }

  /** What was to come after a delay does not. */
  end(): void {
    this.#cancelTimer()
  }

  #read(value: unknown, path: string): ReadActivity | undefined {
    for (const fault of messageFaults(activitySchema, value)) this.#bot.finding(7102, fault.message, joined(path, fault.path))
    return readable.safeParse(value).data
  }

  #perform(activity: ReadActivity, path: string): void {
    for (const { name, message } of this.#bot.settings.change(activity.sessionParams ?? {}))
      this.#bot.finding(7115, message, `${path}.sessionParams.${name}`)
    if (activity.sessionParams) this.#listener.onSettings()
    if (activity.type === 'message') return this.#message(activity, path)
    const work = this.#works.get(activity.name ?? '')
    if (!work) return this.#bot.finding(7114, `"${activity.name ?? ''}"`, `${path}.name`)
    work(activity.activityParams ?? {}, `${path}.activityParams`)
  }

  /** The platform speaks for the bot, with a voice of its own, unless the bot was asked to send sound. */
  #message({ text }: ReadActivity, path: string): void {
    if (this.#bot.options.expectAudioMessages !== false)
      return this.#bot.finding(7104, 'a text, where sound was asked for (expectAudioMessages)', path)
    if (text === undefined) return this.#bot.finding(7115, 'a message without text', `${path}.text`)
    this.#playback.say(text)
  }

  #transfer({ transferTarget }: Params, path: string): void {
    const target = typeof transferTarget === 'string' ? transferTarget : ''
    if (!/^(?:tel:\+?[\d\-.()]+|sips?:\S+)$/i.test(target))
      return this.#bot.finding(7115, 'a tel: or sip: URL', `${path}.transferTarget`)
    this.#listener.onTransfer(target)
  }

  #playUrl(params: Params, path: string): void {
    const url = typeof params.playUrlUrl === 'string' ? params.playUrlUrl : ''
    const format = params.playUrlMediaFormat ?? 'wav/lpcm16'
    if (!isAudioCodesFormat(format)) return this.#bot.finding(7105, `"${String(format)}"`, `${path}.playUrlMediaFormat`)
    const bytes = dataOf(url)
    if (bytes) return this.#playback.playWhole(bytes, format, 'playUrl')
    this.#bot.finding(7115, url.startsWith('data:') ? 'not in base64' : 'only data: URLs are played here', `${path}.playUrlUrl`)
  }

  /** Who is called hears the tones, not the caller: they are in the messages of the call. */
  #sendDtmf({ dtmfDigits }: Params, path: string): void {
    if (typeof dtmfDigits === 'string' && /^[0-9*#]{1,20}$/.test(dtmfDigits)) return
    this.#bot.finding(7115, '1 to 20 of 0-9, * and #; it is ignored', `${path}.dtmfDigits`)
  }
}

/** Bytes of a `data:` URL in base64. */
export function dataOf(url: string): Uint8Array<ArrayBuffer> | undefined {
  const [, base64] = /^data:[^,]*;base64,(.*)$/s.exec(url) ?? []
  return base64 === undefined ? undefined : decodeBase64(base64)
}

function joined(path: string, rest: string): string {
  return rest ? `${path}.${rest}` : path
}
