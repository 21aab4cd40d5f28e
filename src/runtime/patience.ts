// How long an engine may be silent: what dies without a word must not hold up a session for ever.

import { AudioEngineFailed } from '../errors.ts'
import { realTime } from './clock/real-time.ts'

/** Real time that an engine has for a sound: so much, and so many times its length. Ours take 5 s at most on a busy machine. */
const patience = { baseMs: 60_000, perSound: 10 }

/** Fails with AudioEngineFailed when the engine gives no answer for so much sound. */
export async function answered<T>(engine: string, work: Promise<T>, soundMs: number): Promise<T> {
  const limitMs = patience.baseMs + patience.perSound * soundMs
  const { promise: late, reject } = Promise.withResolvers<never>()
  const give = (): void => reject(new AudioEngineFailed(engine, `it gave no answer within ${Math.round(limitMs / 1000)} s.`))
  const timer = realTime.setTimeout(give, limitMs)
  try {
    return await Promise.race([work, late])
  } finally {
    realTime.clearTimeout(timer)
  }
}
