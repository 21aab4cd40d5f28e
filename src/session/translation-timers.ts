// The names of the timers that only translation sessions have, beside those of timers.ts.

export const translationTimer = {
  /** The client closed the session: its last sound has been looked at by then. */
  flush: 'translation-flush',
  /** The next thing that the interpreter says. */
  output: 'translation-output',
  /** The next words of the speaker. */
  source: 'translation-source',
} as const
