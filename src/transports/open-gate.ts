// Where this process's gate is found, by whoever must not load it.

/** The part of the gate that others may ask. */
export interface AskableGate {
  /** Whether a service takes a socket that the running code opens to this URL. */
  claims(url: URL): boolean
}

export const gateKey = Symbol.for('vitest-realtime.gate')

/** The gate, if anybody has installed one. */
export function openGate(): AskableGate | undefined {
  return (globalThis as { [gateKey]?: AskableGate })[gateKey]
}
