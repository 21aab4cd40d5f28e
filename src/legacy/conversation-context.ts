// What the old system kept of a conversation: the user's inputs with their intents. Data only.

import { refuse } from '../responses/option-check.ts'

/** One input of the user. */
export interface ContextEntry {
  readonly type: 'user_input'
  readonly text: string
  readonly intents: readonly string[]
  /** ISO 8601. */
  readonly timestamp: string
}

export interface ConversationContextOptions {
  sessionId: string
  conversationId: string
  conversationHistory?: readonly ContextEntry[]
  lastUserInput?: string | null
  turnCount?: number
  detectedIntents?: readonly string[]
  preferredModalities?: readonly ('text' | 'audio')[]
  functionCallContext?: { readonly tools: readonly object[]; readonly toolChoice?: unknown } | null
}

/**
 * A conversation so far.
 *
 * @throws RealtimeKitError RTK_OPTION when an id is missing or blank
 * @example
 * new ConversationContext({ sessionId: 'sess_1', conversationId: 'conv_1' }).turnCount // 0
 */
export class ConversationContext {
  readonly sessionId: string
  readonly conversationId: string
  readonly conversationHistory: readonly ContextEntry[]
  readonly lastUserInput: string | null
  readonly turnCount: number
  readonly detectedIntents: readonly string[]
  readonly preferredModalities: readonly ('text' | 'audio')[]
  readonly functionCallContext: ConversationContextOptions['functionCallContext']

  constructor(options: ConversationContextOptions) {
    this.sessionId = idOf(options, 'sessionId')
    this.conversationId = idOf(options, 'conversationId')
    this.conversationHistory = options.conversationHistory ?? []
    this.lastUserInput = options.lastUserInput ?? null
    this.turnCount = options.turnCount ?? this.conversationHistory.length
    this.detectedIntents = options.detectedIntents ?? []
    this.preferredModalities = options.preferredModalities ?? ['text', 'audio']
    this.functionCallContext = options.functionCallContext ?? null
  }
}

function idOf(options: ConversationContextOptions | undefined, name: 'sessionId' | 'conversationId'): string {
  const id: unknown = options?.[name]
  if (typeof id === 'string' && id.trim() !== '') return id
  return refuse({ subject: 'ConversationContext', path: name, code: 'RTK_OPTION' }, id, 'a text that is not blank')
}
