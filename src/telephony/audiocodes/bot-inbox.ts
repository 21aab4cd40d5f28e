// Messages of the bot, read: what is wrong with them becomes findings, what can be understood goes on.

import { jsonObject } from '../../protocol/json.ts'
import type { BotConnection } from './bot-connection.ts'
import { type BotMessageType, botMessages, isBotMessageType, messageFaults, platformTypes } from './bot-messages.ts'

export type Message = Readonly<Record<string, unknown>>

export interface ReadMessage {
  readonly type: BotMessageType | 'session.resumed'
  readonly message: Message
}

export class BotInbox {
  readonly #bot: BotConnection

  constructor(bot: BotConnection) {
    this.#bot = bot
  }

  read(data: string | Uint8Array): ReadMessage | undefined {
    if (typeof data !== 'string') return void this.#bot.findingOnce(7100, 'a binary frame')
    const message = jsonObject(data)
    if (!message) return void this.#bot.findingOnce(7100, 'no JSON object')
    const { type } = message
    if (typeof type !== 'string') return void this.#bot.finding(7102, 'the type is missing', 'type')
    this.#checkConversation(message)
    if (platformTypes.has(type)) return void this.#bot.finding(7103, type, 'type')
    // Some bots answer session.resume with a type of their own.
    if (type === 'session.resumed') {
      this.#bot.finding(7113, 'session.resumed: a resumed session is accepted with session.accepted', 'type')
      return { type, message }
    }
    if (!isBotMessageType(type)) return void this.#bot.finding(7101, `"${type}"`, 'type')
    if (type !== 'playStream.chunk') this.#bot.line.received(type, message)
    this.#checkFields(type, message)
    return { type, message }
  }

  #checkConversation({ conversationId }: Message): void {
    if (conversationId === undefined || conversationId === this.#bot.conversationId) return
    this.#bot.findingOnce(7112, `${JSON.stringify(conversationId)} instead of "${this.#bot.conversationId}"`, 'conversationId')
  }

  #checkFields(type: BotMessageType, message: Message): void {
    const hasTextOnTop =
      type === 'userStream.speech.recognition' && message.alternatives === undefined && message.text !== undefined
    if (hasTextOnTop) this.#bot.findingOnce(7113, 'text and confidence belong into alternatives', 'alternatives')
    else
      for (const { path, message: what } of messageFaults(botMessages[type], message))
        this.#bot.finding(7102, `${type}: ${what}`, path)
    if (type.startsWith('userStream.')) this.#checkParticipant(type, message)
  }

  /** With agent assist each message about a user stream says whose it is, in the field of its family. */
  #checkParticipant(type: BotMessageType, message: Message): void {
    const isSpeech = /\.speech\.(?:started|stopped|committed)$/.test(type)
    const [due, other] = isSpeech ? ['participantId', 'participant'] : ['participant', 'participantId']
    if (message[due] !== undefined) return
    if (message[other] !== undefined) this.#bot.findingOnce(7113, `${type} has ${other}, its field is ${due}`, other)
    else if (this.#bot.options.participants?.length) this.#bot.findingOnce(7113, `${type} without ${due}`, due)
  }
}

export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
