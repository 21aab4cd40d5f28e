// The waits of the public API, over `waitFor`: their failures say who waits for whom.

import { RealtimeKitError } from '../errors.ts'
import type { Connection } from './connection.ts'
import { noSessionError } from './no-session.ts'
import type { Service } from './service.ts'
import { whoWaits } from './settled.ts'
import { defaultTimeoutMs, type WaitFor, waitFor } from './waits.ts'

/** Waits for `check`; rejects with a message that says who waits for whom. */
export async function until<T>(service: Service, check: () => T | undefined, options: Omit<WaitFor<T>, 'check'>): Promise<T> {
  const outcome = await waitFor(service, { ...options, check })
  if ('met' in outcome) return outcome.met
  if (!service.connections.length)
    throw noSessionError(service, `${options.what}: no session connected within the wait.`, outcome.unmet)
  throw new RealtimeKitError('RTK_WAIT', outcome.unmet)
}

export async function untilSession(
  service: Service,
  check: () => Connection | undefined,
  options: { what: string; timeoutMs?: number },
): Promise<Connection> {
  const outcome = await waitFor(service, { ...options, check })
  if ('met' in outcome) return outcome.met
  throw noSessionError(
    service,
    `${options.what}: no ${service.connections.length ? 'such session was open' : 'session connected'} within the wait.`,
    outcome.unmet,
  )
}

/** `pending` names what is still open; resolves when it names nothing and the world is quiet. */
export async function untilSettled(
  service: Service,
  pending: () => string | undefined,
  options: { what: string; timeoutMs?: number },
): Promise<void> {
  const { clock } = service
  const stops: (() => void)[] = []
  const lost = new Promise<never>((_, reject) => {
    stops.push(service.onProblem(reject))
  })
  const calm = async (): Promise<void> => {
    for (;;) {
      await clock.quiet()
      if (pending() === undefined) return
      await nextEntry(service)
    }
  }
  try {
    await clock.wait(Promise.race([calm(), lost]), { timeoutMs: options.timeoutMs ?? defaultTimeoutMs, what: options.what })
  } catch (error) {
    const who = whoWaits(service, service.connections)
    if (who && error instanceof RealtimeKitError && error.code === 'RTK_WAIT')
      throw new RealtimeKitError('RTK_WAIT', `${plain(error)}\nStill open: ${who}.`)
    throw error
  } finally {
    for (const stop of stops) stop()
  }
}

function nextEntry(service: Service): Promise<void> {
  return new Promise((resolve) => {
    const stop = service.timeline.subscribe(() => {
      stop()
      resolve()
    })
  })
}

function plain(error: Error): string {
  return error.message.replace(/^\[\w+\] /, '')
}
