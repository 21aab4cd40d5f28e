// What Whisper writes beside words.

/** The words alone: `[BLANK_AUDIO]` and `(music)` are what is no speech. */
export function speechIn(text: string): string {
  return text.replace(/\[[^\]]*\]|\([^)]*\)/g, '').trim()
}
