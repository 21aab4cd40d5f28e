// The bot's end of AudioCodes VoiceAI Connect, streaming mode: what it is told and what it answers. A lost connection may be taken up by
// another socket, which finds this side by the id of its conversation.

import type { WebSocket } from 'ws'
import { decodeBase64, encodeBase64 } from '../../audio/base64.ts'
import type { AudioCodesFormat } from '../api/phone-platforms.ts'
import { isRecord } from '../protocol/json.ts'
import { isAudioCodesFormat, isWav, phoneFormat } from '../telephony/audiocodes/media-formats.ts'
import { WavStripper, wavHeader } from '../telephony/audiocodes/wav-stream.ts'
import type { PhoneListener, PhoneSide } from './phone-side.ts'
import { PlatformSocket, type SocketListener } from './platform-socket.ts'

export interface AudioCodesSideOptions {
  /** Conversations that may be resumed, shared by the bridges of a server. Default: none can. */
  conversations?: Map<string, AudioCodesSide>
  /** How long a lost conversation is kept. Default 30,000 ms. */
  resumeGraceMs?: number
  /** Parameters that the platform is asked to use. Default `{ bargeIn: true, sendDTMF: true }`. False: none. */
  sessionParams?: Readonly<Record<string, unknown>> | false
}

type Message = Record<string, unknown>

const usualParams = { bargeIn: true, sendDTMF: true }
/** How long the platform may take to say `session.end` and to close. */
const farewellMs = 5000
const initiateMs = 10_000

export class AudioCodesSide implements PhoneSide {
  readonly platform = 'audiocodes'
  readonly hasMarks = false
  readonly frameMs = 100
  readonly latencyMs = 40
  readonly leadMs = 300
  readonly #listener: PhoneListener
  readonly #options: AudioCodesSideOptions
  readonly #ear: SocketListener = {
    message: (message) => this.#receive(message),
    unreadable: (what) => this.#listener.problem(`VoiceAI Connect sent ${what}`),
    closed: (code) => this.#closed(code),
  }
  #socket: PlatformSocket | undefined
  #conversationId = ''
  #format: AudioCodesFormat = 'raw/mulaw'
  #state: 'new' | 'initiated' | 'accepted' | 'over' = 'new'
  #stripper: WavStripper | undefined
  #stream: { readonly id: string; readonly responseId: string } | undefined
  #streamCount = 0
  #isSpeechTold = false
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(socket: WebSocket, listener: PhoneListener, options: AudioCodesSideOptions) {
    this.#listener = listener
    this.#options = options
    this.#socket = new PlatformSocket(socket, this.#ear)
    this.#timer = setTimeout(() => this.#socket?.close(1008, 'no session.initiate'), initiateMs)
  }

  /** Without a socket nothing may be sent: sound waits. */
  get bufferedBytes(): number {
    return this.#socket?.isOpen ? this.#socket.bufferedBytes : Number.POSITIVE_INFINITY
  }

  #receive(message: Message): void {
    const handler = handlers.get(String(message.type))
    if (handler) handler(this, message)
    else this.#listener.problem(`VoiceAI Connect sent an unknown type: ${String(message.type).slice(0, 40)}`)
  }

  validate(): void {
    this.#send({ type: 'connection.validated', success: true })
  }

  initiate(message: Message): void {
    if (this.#state !== 'new') return this.#listener.problem('session.initiate came twice')
    const { conversationId, supportedMediaFormats, caller, expectAudioMessages } = message
    if (typeof conversationId !== 'string') return this.#decline('session.initiate has no conversationId')
    if (expectAudioMessages === false) return this.#decline('this bot speaks for itself: expectAudioMessages must be true')
    const format = chooseFormat(supportedMediaFormats)
    if (!format) return this.#decline('none of the media formats is supported')
    clearTimeout(this.#timer)
    this.#state = 'initiated'
    this.#conversationId = conversationId
    this.#format = format
    this.#options.conversations?.set(conversationId, this)
    this.#listener.started({
      callId: conversationId,
      inputFormat: phoneFormat(format),
      outputFormat: phoneFormat(format),
      ...(typeof caller === 'string' ? { from: caller } : {}),
    })
  }

  /** Another socket takes up a conversation: this one's, or that of the side that knows it. */
  resume({ conversationId }: Message): void {
    const known = typeof conversationId === 'string' ? this.#options.conversations?.get(conversationId) : undefined
    const socket = this.#socket
    if (!known || !socket || known.#state !== 'accepted') return this.#decline('conversation not found')
    if (known === this) return this.#send({ type: 'session.accepted', mediaFormat: this.#format })
    clearTimeout(this.#timer)
    this.#socket = undefined
    this.#state = 'over'
    known.#adopt(socket)
    this.#listener.ended('platform', 'the conversation goes on in the bridge that knows it')
  }

  #adopt(socket: PlatformSocket): void {
    clearTimeout(this.#timer)
    this.#socket?.handOver({ message: () => {}, unreadable: () => {}, closed: () => {} })
    this.#socket?.close(1000)
    this.#socket = socket
    this.#stream = undefined
    socket.handOver(this.#ear)
    this.#send({ type: 'session.accepted', mediaFormat: this.#format })
    this.#listener.resumed()
  }

  end({ reasonCode, reason }: Message): void {
    const text = typeof reason === 'string' && reason !== '' ? reason : String(reasonCode)
    this.#finish(
      reasonCode === 'client-disconnected' ? 'caller' : reasonCode === 'bot-disconnected' ? 'bridge' : 'platform',
      text,
    )
    this.#socket?.close(1000)
  }

  streamStarted({ participant }: Message): void {
    if (isWav(this.#format)) this.#stripper = new WavStripper(phoneFormat(this.#format))
    this.#send({ type: 'userStream.started', ...(typeof participant === 'string' ? { participant } : {}) })
  }

  chunk({ audioChunk }: Message): void {
    if (this.#state === 'new') return this.#listener.problem('userStream.chunk came before session.initiate')
    if (typeof audioChunk !== 'string') return this.#listener.problem('userStream.chunk has no audioChunk')
    if (!this.#stripper) return this.#listener.audio(audioChunk)
    const bytes = decodeBase64(audioChunk)
    if (!bytes) return this.#listener.problem('the audioChunk is no base64')
    const read = this.#stripper.push(bytes)
    if (read.kind === 'sound' && read.sound.length > 0) this.#listener.audio(encodeBase64(read.sound))
  }

  streamStopped({ participant }: Message): void {
    this.#send({ type: 'userStream.stopped', ...(typeof participant === 'string' ? { participant } : {}) })
    this.#listener.inputStopped()
  }

  activities({ activities }: Message): void {
    if (!Array.isArray(activities)) return this.#listener.problem('activities has no activities')
    for (const activity of activities) {
      if (isRecord(activity)) this.#activity(activity)
      else this.#listener.problem('an activity is no object')
    }
  }

  #activity({ name, value }: Message): void {
    // Both `DTMF` and `dtmf` are in use.
    switch (String(name).toLowerCase()) {
      case 'dtmf':
        return this.#listener.key(String(value ?? ''))
      case 'playfinished':
        return this.#listener.playbackFinished()
      case 'hangup':
      case 'conversationend':
        return this.#finish('caller', `the activity ${String(name)}`)
      default:
        return
    }
  }

  #closed(code: number): void {
    this.#socket = undefined
    this.#stream = undefined
    const { conversations, resumeGraceMs = 30_000 } = this.#options
    const mayResume = conversations !== undefined && this.#state === 'accepted'
    if (!mayResume) return this.#finish('platform', `the connection closed with ${code}`)
    this.#listener.suspended()
    this.#timer = setTimeout(() => this.#finish('platform', 'the connection was lost and not resumed'), resumeGraceMs)
  }

  #finish(by: 'caller' | 'platform' | 'bridge', reason: string): void {
    clearTimeout(this.#timer)
    this.#state = 'over'
    this.#forget()
    this.#listener.ended(by, reason)
  }

  /** The id may be another call's by now: a platform may start again what it could have resumed. */
  #forget(): void {
    const { conversations } = this.#options
    if (conversations?.get(this.#conversationId) === this) conversations.delete(this.#conversationId)
  }

  #decline(reason: string): void {
    this.#send({ type: 'session.error', reason })
    this.#listener.problem(reason)
    this.#finish('bridge', reason)
    this.#socket?.close(1000)
  }

  ready(): void {
    if (this.#state !== 'initiated') return
    this.#state = 'accepted'
    this.#send({ type: 'session.accepted', mediaFormat: this.#format })
    const { sessionParams = usualParams } = this.#options
    if (sessionParams) this.#sendActivity({ name: 'config', sessionParams })
  }

  play(bytes: Uint8Array, responseId: string): void {
    if (this.#stream && this.#stream.responseId !== responseId) this.endAnswer()
    if (!this.#stream) {
      this.#stream = { id: `stream_${++this.#streamCount}`, responseId }
      this.#send({ type: 'playStream.start', streamId: this.#stream.id, mediaFormat: this.#format })
      if (isWav(this.#format)) this.#sendChunk(wavHeader(phoneFormat(this.#format)))
    }
    this.#sendChunk(bytes)
  }

  #sendChunk(bytes: Uint8Array): void {
    if (this.#stream) this.#send({ type: 'playStream.chunk', streamId: this.#stream.id, audioChunk: encodeBase64(bytes) })
  }

  mark(): void {}

  endAnswer(): void {
    if (this.#stream) this.#send({ type: 'playStream.stop', streamId: this.#stream.id })
    this.#stream = undefined
  }

  clear(): void {
    this.endAnswer()
    // The caller's speech stops the platform's player by itself, a key or a decision of ours does not.
    if (!this.#isSpeechTold) this.#sendActivity({ name: 'abortPrompts' })
  }

  speech(what: 'started' | 'stopped' | 'committed'): void {
    this.#isSpeechTold = what === 'started'
    this.#send({ type: `userStream.speech.${what}` })
  }

  recognized(text: string): void {
    this.#send({ type: 'userStream.speech.recognition', alternatives: [{ text, confidence: 1 }] })
  }

  hangUp(reason: string): void {
    this.endAnswer()
    this.#sendActivity({ name: 'hangup', activityParams: { hangupReason: reason } })
    this.#leave()
  }

  transfer(target: string, reason: string): void {
    this.endAnswer()
    this.#sendActivity({ name: 'transfer', activityParams: { transferTarget: target, handoverReason: reason } })
    this.#leave()
  }

  fail(reason: string): void {
    this.#send({ type: 'session.error', reason })
    this.#leave()
  }

  /** The platform says `session.end` and closes; one that does not is left. */
  #leave(): void {
    this.#state = 'over'
    this.#forget()
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#socket?.close(1000), farewellMs)
    this.#timer.unref?.()
  }

  #sendActivity(activity: Message): void {
    this.#send({ type: 'activities', activities: [{ type: 'event', ...activity }] })
  }

  #send(message: Message): void {
    this.#socket?.send(this.#conversationId === '' ? message : { ...message, conversationId: this.#conversationId })
  }
}

type Handler = (side: AudioCodesSide, message: Message) => void

const handlers: ReadonlyMap<string, Handler> = new Map<string, Handler>([
  ['connection.validate', (side) => side.validate()],
  ['session.initiate', (side, message) => side.initiate(message)],
  ['session.resume', (side, message) => side.resume(message)],
  ['session.end', (side, message) => side.end(message)],
  ['userStream.start', (side, message) => side.streamStarted(message)],
  ['userStream.chunk', (side, message) => side.chunk(message)],
  ['userStream.stop', (side, message) => side.streamStopped(message)],
  ['activities', (side, message) => side.activities(message)],
])

/** The platform's first choice; raw sound before files. */
function chooseFormat(offered: unknown): AudioCodesFormat | undefined {
  if (!Array.isArray(offered)) return undefined
  const known = offered.filter(isAudioCodesFormat)
  return known.find((name) => !isWav(name)) ?? known[0]
}
