// What the parts of one call share: the line, the settings, the way to the bot and to the list of findings.

import { encodeBase64 } from '../../../audio/base64.ts'
import type { AudioCodesOptions } from '../../api/phone-platforms.ts'
import type { PlatformLine } from '../platform.ts'
import { type AudioCodesCode, audioCodesFinding } from './findings.ts'
import type { Settings } from './settings.ts'

/** An activity of the platform: the envelope is put around it. */
export interface OwnActivity {
  readonly name: string
  readonly value?: string
  readonly parameters?: object
}

export class BotConnection {
  readonly conversationId: string
  readonly line: PlatformLine
  readonly options: AudioCodesOptions
  readonly settings: Settings

  constructor(line: PlatformLine, options: AudioCodesOptions, settings: Settings) {
    this.line = line
    this.options = options
    this.settings = settings
    this.conversationId = uuid(line.hex)
  }

  /** All messages to the bot name the conversation. */
  send(type: string, fields: object = {}): void {
    this.line.send({ type, conversationId: this.conversationId, ...fields })
  }

  sendSound(bytes: Uint8Array, delayMs: number): void {
    const message = {
      type: 'userStream.chunk',
      conversationId: this.conversationId,
      ...this.#whose(),
      audioChunk: encodeBase64(bytes),
    }
    this.line.send(message, { isSound: true, delayMs })
  }

  sendUserStream(step: 'start' | 'stop'): void {
    this.send(`userStream.${step}`, this.#whose())
  }

  sendActivity(activity: OwnActivity): void {
    const { line } = this
    const envelope = { id: uuid(line.hex), timestamp: new Date(line.unixMs()).toISOString(), language: 'en-US' }
    this.send('activities', { activities: [{ type: 'event', ...activity, ...envelope }] })
  }

  /** How long somebody waits. The test's time is not pulled by it. */
  timeout(ms: number, work: () => void): () => void {
    return this.line.after(ms, work, { isTimeout: true })
  }

  finding(code: AudioCodesCode, detail: string, path?: string): void {
    this.line.finding(audioCodesFinding(code, detail, path))
  }

  /** The same fault in each of many messages is told once. */
  findingOnce(code: AudioCodesCode, detail: string, path?: string): void {
    this.line.finding(audioCodesFinding(code, detail, path), { once: true })
  }

  #whose(): { participant?: string } {
    const [participant] = this.options.participants ?? []
    return participant === undefined ? {} : { participant }
  }
}

/** A version 4 UUID of seeded digits. */
function uuid(hex: (length: number) => string): string {
  const variant = '89ab'[Number.parseInt(hex(1), 16) % 4]
  return `${hex(8)}-${hex(4)}-4${hex(3)}-${variant}${hex(3)}-${hex(12)}`
}
