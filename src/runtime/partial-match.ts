// Whether an event has all the fields of a pattern, at every depth. Asymmetric matchers (`expect.any(…)`) answer for themselves.

interface Asymmetric {
  asymmetricMatch(value: unknown): boolean
}

function isAsymmetric(value: unknown): value is Asymmetric {
  return typeof value === 'object' && value !== null && 'asymmetricMatch' in value && typeof value.asymmetricMatch === 'function'
}

/** Subset semantics for objects, element by element for arrays, Object.is for the rest. */
export function matchesPartially(value: unknown, pattern: unknown): boolean {
  if (isAsymmetric(pattern)) return pattern.asymmetricMatch(value)
  if (pattern instanceof RegExp) return typeof value === 'string' && value.search(pattern) >= 0
  if (Array.isArray(pattern)) {
    return Array.isArray(value) && value.length === pattern.length && pattern.every((part, i) => matchesPartially(value[i], part))
  }
  if (typeof pattern === 'object' && pattern !== null) {
    if (typeof value !== 'object' || value === null) return false
    return Object.entries(pattern).every(([key, part]) => matchesPartially((value as Record<string, unknown>)[key], part))
  }
  return Object.is(value, pattern)
}
