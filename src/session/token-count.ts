// What items weigh as input of the model, per modality. Rates: protocol.md 4.9.
// The sound of the assistant comes back as text: only its transcript counts.

import type { Item } from '../protocol/items.ts'
import { countTextTokens } from './tokens.ts'

const userAudioTokensPerSecond = 10
export const assistantAudioTokensPerSecond = 20
/** What a picture costs is not published for these models. */
const tokensPerImage = 512

export interface TokenCount {
  readonly text: number
  readonly audio: number
  readonly image: number
}

export const noTokens: TokenCount = { text: 0, audio: 0, image: 0 }

export function addTokens(a: TokenCount, b: TokenCount): TokenCount {
  return { text: a.text + b.text, audio: a.audio + b.audio, image: a.image + b.image }
}

export function subtractTokens(a: TokenCount, b: TokenCount): TokenCount {
  return { text: a.text - b.text, audio: a.audio - b.audio, image: a.image - b.image }
}

export function totalTokens({ text, audio, image }: TokenCount): number {
  return text + audio + image
}

/** Whole tokens of user audio of that length. */
export function userAudioTokens(audioMs: number): number {
  return Math.floor((audioMs * userAudioTokensPerSecond) / 1000)
}

/** Tokens of one item; `audioMs` is the length of the sound that a user sent with it. */
export function itemTokens(item: Item, audioMs: number): TokenCount {
  switch (item.type) {
    case 'message':
      return item.role === 'user' ? userTokens(item, audioMs) : textOnly(item.content.map(partText).join(''))
    case 'function_call':
      return textOnly(item.name + item.arguments)
    case 'mcp_call':
      return textOnly(item.name + item.arguments + (item.output ?? item.error?.message ?? ''))
    case 'function_call_output':
      return textOnly(item.output)
    default:
      return noTokens
  }
}

type UserMessage = Extract<Item, { type: 'message'; role: 'user' }>

function userTokens(item: UserMessage, audioMs: number): TokenCount {
  let text = 0
  let image = 0
  for (const part of item.content) {
    if (part.type === 'input_text') text += countTextTokens(part.text)
    if (part.type === 'input_image') image += tokensPerImage
  }
  return { text, audio: userAudioTokens(audioMs), image }
}

function partText(part: { readonly text: string } | { readonly transcript: string }): string {
  return 'text' in part ? part.text : part.transcript
}

function textOnly(text: string): TokenCount {
  return { text: countTextTokens(text), audio: 0, image: 0 }
}
