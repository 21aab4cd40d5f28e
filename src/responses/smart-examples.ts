// Ten ready-made replies for agents that nobody scripted: the keys, criteria and priorities of the old system,
// in our own words.

import type { Criteria, ReplyConfig } from '../api.ts'
import type { MatchingMode } from './matching.ts'

export type SmartExampleName =
  | 'greeting'
  | 'help_request'
  | 'complaint'
  | 'question'
  | 'gratitude'
  | 'farewell'
  | 'function_call'
  | 'audio_only'
  | 'technical_support'
  | 'fallback'

/** A reply whose criteria and text are plain data. */
export type SmartExample = ReplyConfig & { readonly text: string; readonly when?: Criteria; readonly priority: number }

const troubles = 'error|bug|crash|broken|not working'

/**
 * The ten replies, in order. In legacy matching they are exactly as selectable as in the old system; else corrected: pure
 * technical trouble is told by its words, a call needs its function on offer, and the reply for audio only greets a
 * caller who has not spoken, so that what is not understood reaches `fallback`.
 */
export function smartExamples(matching: MatchingMode = 'words'): Readonly<Record<SmartExampleName, SmartExample>> {
  const legacy = matching === 'legacy'
  return {
    greeting: {
      text: 'Hello! You have reached our line. What can I do for you?',
      when: { keywords: ['hello', 'hi', 'hey', 'greetings'], maxTurn: 1 },
      priority: 20,
    },
    help_request: {
      text: 'Gladly. What exactly has gone wrong for you?',
      when: { intents: ['help_request'] },
      priority: 15,
    },
    complaint: {
      text: 'That should not have happened. Tell me more, and I will set it right.',
      when: { intents: ['complaint'], minTurn: 2 },
      priority: 18,
    },
    question: {
      text: 'Good question. Here is what I can tell you about it.',
      when: { intents: ['question'] },
      priority: 12,
    },
    gratitude: {
      text: 'With pleasure! Is there anything else?',
      when: { intents: ['gratitude'] },
      priority: 10,
    },
    farewell: {
      text: 'Bye for now! Have a pleasant day, and call again whenever it suits.',
      when: { intents: ['farewell'] },
      priority: 8,
    },
    function_call: {
      text: 'One moment, let me see to that.',
      call: { name: 'process_request', arguments: { action: 'default' } },
      when: { requiresFunctionCall: true, ...(legacy ? {} : { tool: 'process_request' }) },
      priority: 25,
    },
    audio_only: {
      text: legacy ? '' : 'I am listening.',
      when: { modalities: ['audio'], excludedKeywords: ['text', 'type'], ...(legacy ? {} : { maxTurn: 0 }) },
      priority: 5,
    },
    technical_support: {
      text: 'This sounds like a technical fault. Let us go through the steps, and I will stay with you until it works.',
      when: { patterns: [legacy ? troubles : `\\b(?:${troubles})`], minTurn: 1, ...(legacy ? {} : { requirePattern: true }) },
      priority: 16,
    },
    fallback: {
      text: 'Sorry, I did not catch that. Could you say it in other words?',
      priority: 1,
    },
  }
}

/** Sound files that the old system named for its examples (relative to its own `audio` folder; the files were placeholders). */
export const smartExampleAudio: Readonly<Partial<Record<SmartExampleName, string>>> = {
  greeting: 'audio/greetings/greeting_01.wav',
  help_request: 'audio/help/help_01.wav',
  complaint: 'audio/complaints/complaint_01.wav',
  question: 'audio/questions/question_01.wav',
  gratitude: 'audio/gratitude/thanks_01.wav',
  farewell: 'audio/farewells/farewell_01.wav',
  audio_only: 'audio/audio_only/response_01.wav',
  technical_support: 'audio/technical/tech_support_01.wav',
  fallback: 'audio/fallback/fallback_01.wav',
}
