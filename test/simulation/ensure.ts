// A failed rule of a simulation. Plain throws: a matcher per event and rule would cost more than the session itself.

/** Throws with the message unless `holds`. The message is a function where making it takes time. */
export function ensure(holds: boolean, message: string | (() => string)): asserts holds {
  if (!holds) throw new Error(typeof message === 'string' ? message : message())
}

/** Throws unless both are the same JSON. */
export function ensureSame(actual: unknown, expected: unknown, what: string): void {
  const [one, other] = [JSON.stringify(actual), JSON.stringify(expected)]
  ensure(one === other, () => `${what}: ${one} is not ${other}`)
}
