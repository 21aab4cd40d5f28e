// The names of the session's timers: they travel in `schedule` effects and come back in `timer` inputs.

const separator = ':'

export const timerName = {
  /** The next thing that a response does. */
  response: (responseId: string): string => `response${separator}${responseId}`,
  rateLimits: (responseId: string): string => `rate-limits${separator}${responseId}`,
  transcription: (itemId: string): string => `transcription${separator}${itemId}`,
  /** The service answers the result of an MCP call by itself. */
  followUp: 'follow-up',
  /** Nobody speaks. */
  idle: 'idle',
  /** The session's life is over. */
  expiry: 'expiry',
  /** A client event has been under way long enough. */
  inbox: 'inbox',
  /** Sound of a call starts to play, or has drained. */
  playout: 'playout',
} as const

export type TimerKind = 'response' | 'rate-limits' | 'transcription' | 'follow-up' | 'idle' | 'expiry' | 'inbox' | 'playout'

/** What a timer's name says: its kind, and the id of what it belongs to ('' for none). */
export function readTimerName(timer: string): { readonly kind: string; readonly id: string } {
  const end = timer.indexOf(separator)
  return end < 0 ? { kind: timer, id: '' } : { kind: timer.slice(0, end), id: timer.slice(end + 1) }
}
