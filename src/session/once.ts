// Work that is done at the first question and whose answer is kept. For answers that never change.

/** A function that calls `make` once, when it is first called, and gives that value ever after. */
export function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}
