// The waits of the public API, over `waitFor`: their failures say who waits for whom.

import { RealtimeKitError } from '../errors.ts'
import { whyNeverSent } from '../protocol/never-sent.ts'
import type { Connection } from './connection.ts'
import { noSessionError } from './no-session.ts'
import type { Service } from './service.ts'
import { whoWaits } from './settled.ts'
import { isEvent } from './timeline.ts'
import { defaultTimeoutMs, type WaitFor, waitFor } from './waits.ts'

interface Awaited {
  /** The event that is waited for, and the sessions that may send it. */
  readonly event?: { readonly type: string; readonly from: readonly Connection[] }
}

/** Waits for `check`; rejects with a message that says who waits for whom, and why the event may never come. */
export async function until<T>(
  service: Service,
  check: () => T | undefined,
  { event, ...options }: Omit<WaitFor<T>, 'check'> & Awaited,
): Promise<T> {
  const outcome = await waitFor(service, { ...options, check })
  if ('met' in outcome) return outcome.met
  if (!service.connections.length)
    throw noSessionError(service, `${options.what}: no session connected within the wait.`, outcome.unmet)
  const never = event && whyNever(service, event)
  throw new RealtimeKitError('RTK_WAIT', never === undefined ? outcome.unmet : `${outcome.unmet}\n${never}`)
}

/** The reason, where none of the sessions would ever send it. */
function whyNever(service: Service, { type, from }: NonNullable<Awaited['event']>): string | undefined {
  if (from.length > 0 && !from.some(({ isOpen }) => isOpen)) return closing(service, from)
  const reasons = from.map(({ id, core: { config } }) => {
    return whyNeverSent(type, { config, isCall: service.calls.ofSession(id) !== undefined })
  })
  return reasons.includes(undefined) ? undefined : reasons[0]
}

function closing({ timeline }: Service, connections: readonly Connection[]): string | undefined {
  const ids = new Set(connections.map(({ id }) => id))
  const last = timeline.entries.findLast((entry) => ids.has(entry.sessionId) && !isEvent(entry) && entry.note.type === 'closed')
  if (!last || isEvent(last) || last.note.type !== 'closed') return undefined
  return `No session is open any more: the last one was closed by the ${last.note.by} (#${last.index}, ${last.note.code}).`
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
