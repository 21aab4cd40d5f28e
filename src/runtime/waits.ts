// Waiting for something on the timeline, in the time of the test's clock.

import { RealtimeKitError } from '../errors.ts'
import type { Clock } from './clock/clock.ts'
import { realTime } from './clock/real-time.ts'
import type { WaitOutcome } from './subject.ts'
import type { Timeline } from './timeline.ts'

export const defaultTimeoutMs = 30_000

export interface WaitFor<T> {
  /** Looks at the world; anything but undefined ends the wait. Called at once and after each timeline entry. */
  readonly check: () => T | undefined
  /** Virtual ms; default 30,000. */
  readonly timeoutMs?: number
  /** Also ends, unmet, when the world is quiet. */
  readonly untilQuiet?: boolean
  /** For the message: `realtime.nextResponse()`. */
  readonly what: string
}

export interface WaitWorld {
  readonly clock: Clock
  readonly timeline: Timeline
  /** Rejects when the test is lost already (an unmatched turn); waits end with it at once. */
  onProblem(listener: (problem: Error) => void): () => void
  /** Who waits for whom, for the message of a wait that ended. */
  whoWaits?(): string | undefined
}

/** Waits until `check` gives something; says why not when time runs out or nobody can move. Rejects only with problems of the test. */
export async function waitFor<T>(world: WaitWorld, options: WaitFor<T>): Promise<WaitOutcome<T>> {
  const { check, timeoutMs = defaultTimeoutMs, untilQuiet = false, what } = options
  const now = check()
  if (now !== undefined) {
    await world.clock.hold(turnsOfTheLoop(3))
    return { met: now }
  }
  const startMs = world.clock.now()
  const startRealMs = realTime.now()
  const unmet = (why: string): WaitOutcome<T> => ({
    unmet: why,
    waitedMs: world.clock.now() - startMs,
    realMs: realTime.now() - startRealMs,
  })
  const stops: (() => void)[] = []
  const seen = new Promise<T>((resolve, reject) => {
    stops.push(world.onProblem(reject))
    stops.push(
      world.timeline.subscribe(() => {
        const value = check()
        if (value !== undefined) resolve(value)
      }),
    )
  })
  // What was seen on the wire has yet to reach the app: its handlers run before the test goes on, and time waits for them.
  const delivered = async (value: T): Promise<WaitOutcome<T>> => {
    await world.clock.hold(turnsOfTheLoop(3))
    return { met: value }
  }
  try {
    if (untilQuiet) {
      const quiet = world.clock.quiet().then(() => undefined)
      const first = await Promise.race([seen, quiet])
      return first === undefined ? unmet('the world is quiet') : await delivered(first)
    }
    return await delivered(await world.clock.wait(seen, { timeoutMs, what }))
  } catch (error) {
    if (error instanceof RealtimeKitError && error.code === 'RTK_WAIT')
      return unmet(withWho(error.message.replace(/^\[RTK_WAIT\] /, ''), world))
    throw error
  } finally {
    for (const stop of stops) stop()
  }
}

function withWho(why: string, world: WaitWorld): string {
  const who = world.whoWaits?.()
  return who === undefined ? why : `${why}\nStill open: ${who}.`
}

async function turnsOfTheLoop(turns: number): Promise<void> {
  for (let turn = 0; turn < turns; turn++) await new Promise<void>((resolve) => realTime.setImmediate(resolve))
}
