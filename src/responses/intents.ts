// What somebody wants, guessed from words: eight lists, and more that a plugin or an option adds.

import { hasPhrase, type MatchingMode, type PreparedText, prepareText } from './matching.ts'

/** Words or phrases that tell an intent. */
export type IntentWords = Readonly<Record<string, readonly string[]>>

/** The eight intents in the order in which they are reported. `question` is also told by a question mark. */
const intentWords = {
  greeting: ['hello', 'hi', 'hey', 'greetings'],
  farewell: ['goodbye', 'bye', 'see you', 'farewell'],
  help_request: ['help', 'assist', 'support', 'problem'],
  question: ['what', 'how', 'why', 'when', 'where', 'who'],
  complaint: ['complaint', 'issue', 'problem', 'wrong', 'broken'],
  gratitude: ['thank', 'thanks', 'appreciate'],
  confirmation: ['yes', 'correct', 'right', 'confirm'],
  denial: ['no', 'wrong', 'incorrect', 'deny'],
} as const satisfies IntentWords

/** Names of the eight. */
export const intentNames: readonly string[] = Object.keys(intentWords)

/** Forms that a search for substrings finds anyway and a search for whole words would lose. */
const moreForms: IntentWords = {
  help_request: ['problems', 'assistance'],
  complaint: ['complaints', 'issues', 'problems'],
  confirmation: ['confirmed'],
}

/**
 * The intents of a text, in the order of the lists; several may be there.
 *
 * @param more Further intents, or further words for one of the eight.
 * @example detectIntents('Thanks, what now?') // ['question', 'gratitude']
 */
export function detectIntents(text: string | PreparedText, more: IntentWords = {}, mode: MatchingMode = 'words'): string[] {
  const said = typeof text === 'string' ? prepareText(text, mode) : text
  if (said.raw === '') return []
  const lists: IntentWords = intentWords
  const names = [...Object.keys(lists), ...Object.keys(more).filter((name) => !(name in lists))]
  return names.filter((name) => {
    if (name === 'question' && said.raw.includes('?')) return true
    const forms = said.mode === 'words' ? (moreForms[name] ?? []) : []
    return [...(lists[name] ?? []), ...forms, ...(more[name] ?? [])].some((word) => hasPhrase(said, word))
  })
}
