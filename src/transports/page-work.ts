// What a page asks over HTTP is real work: virtual time stands still until the answer is there.

import { clockAtWork } from '../runtime/clock/app-clock.ts'

/** Begins a request of the running test; gives the way to end it. */
export function startPageWork(name: string): () => void {
  const clock = clockAtWork()
  const key = {}
  clock?.work.start(key, { name, kind: 'http' })
  return () => clock?.work.end(key)
}

/** A stream of events has no end to wait for: its head is the answer. */
export function isEventStream(contentType: string | null): boolean {
  return /^text\/event-stream\b/i.test(contentType ?? '')
}
