// Are these words in that text? A string must be contained, a RegExp must match; spaces and line ends count as one space.

export function oneSpace(text: string): string {
  return text.replace(/\s+/g, ' ').trim()
}

export function hasWords(text: string, what: string | RegExp): boolean {
  const flat = oneSpace(text)
  // `search` ignores lastIndex, so a RegExp with the g flag answers the same each time
  return typeof what === 'string' ? flat.includes(oneSpace(what)) : flat.search(what) >= 0 || text.search(what) >= 0
}
