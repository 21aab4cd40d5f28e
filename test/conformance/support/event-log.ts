// What went over one socket, both ways, with virtual times: the log that a mistake would show in. Plain data, so that a test can
// make the mistake in a copy of it.

import { once } from 'node:events'
import { type Local, startLocal } from './services.ts'
import { type OpenOptions, WireClient, type WireEvent } from './wire-client.ts'

export type LogEntry =
  | { readonly from: 'app' | 'service'; readonly atMs: number; readonly event: WireEvent }
  | { readonly from: 'close'; readonly code: number; readonly reason: string }
  | { readonly from: 'ping'; readonly atMs: number; readonly bytes: number }
  /** An answer to the handshake that is no 101. */
  | { readonly from: 'http'; readonly status: number }

export type EventLog = readonly LogEntry[]

export interface LoggedClient {
  readonly client: WireClient
  readonly local: Local
  readonly log: LogEntry[]
  /** Sends and notes it. */
  send(...messages: readonly (object | string)[]): void
}

const url = 'wss://api.openai.com/v1/realtime'

/** What `talk` makes of a fresh service with the latency of the live one. */
export async function logOf(talk: (logged: LoggedClient) => Promise<void>, options: OpenOptions = {}): Promise<EventLog> {
  await using local = startLocal()
  const log: LogEntry[] = []
  const client = new WireClient(url, options)
  const atMs = (): number => local.realtime.clock.now()
  client.socket.on('message', (data) => {
    const event = JSON.parse(String(data)) as WireEvent
    if (!isMark(event)) log.push({ from: 'service', atMs: atMs(), event })
  })
  client.socket.on('ping', (payload: Buffer) => log.push({ from: 'ping', atMs: atMs(), bytes: payload.byteLength }))
  client.socket.on('unexpected-response', (_request, { statusCode = 0 }) => log.push({ from: 'http', status: statusCode }))
  client.socket.on('close', (code, reason) => log.push({ from: 'close', code, reason: reason.toString() }))
  const send = (...messages: readonly (object | string)[]): void => {
    for (const message of messages) {
      if (typeof message === 'object') log.push({ from: 'app', atMs: atMs(), event: message as WireEvent })
      client.send(message)
    }
  }
  // Greeted, or refused.
  await Promise.race([once(client.socket, 'message'), client.closed])
  await talk({ client, local, log, send })
  await client.close()
  return structuredClone(log)
}

/** What `settle` of the client asks for is no part of the talk. */
function isMark({ type, error }: WireEvent): boolean {
  return type === 'error' && String(error.event_id).startsWith('settled-')
}

export function sent(log: EventLog, type?: string): WireEvent[] {
  const events = log.flatMap((entry) => (entry.from === 'service' ? [entry.event] : []))
  return type === undefined ? events : events.filter((event) => event.type === type)
}

/** When the events of that type were sent, in virtual ms. */
export function timesOf(log: EventLog, type: string): number[] {
  return log.flatMap((entry) => (entry.from === 'service' && entry.event.type === type ? [entry.atMs] : []))
}

/** The errors that answer the client event with that id. */
export function errorsFor(log: EventLog, eventId: string): WireEvent[] {
  return sent(log, 'error').filter(({ error }) => error.event_id === eventId)
}

// ---- how a log is changed to hold a mistake

export type Mutant = (log: EventLog) => EventLog

/** Each service event of that type becomes what `change` gives: none, one or several. */
export function changing(type: string | RegExp, change: (event: any, index: number) => readonly object[]): Mutant {
  let index = 0
  return (log) =>
    log.flatMap((entry): readonly LogEntry[] => {
      if (entry.from !== 'service') return [entry]
      const fits = typeof type === 'string' ? entry.event.type === type : type.test(entry.event.type)
      return fits ? change(entry.event, index++).map((event) => ({ ...entry, event: event as WireEvent })) : [entry]
    })
}

export const without = (type: string | RegExp): Mutant => changing(type, () => [])

/** The first service event of that type stands right before the next one of the other. */
export function moved(type: string, before: string): Mutant {
  return (log) => {
    const at = log.findIndex((entry) => entry.from === 'service' && entry.event.type === type)
    const entry = log[at]
    const rest = log.filter((_, index) => index !== at)
    const target = rest.findIndex((one) => one.from === 'service' && one.event.type === before)
    if (!entry || target < 0) throw new Error(`no ${type} or no ${before} to move`)
    return rest.toSpliced(target, 0, entry)
  }
}

/** With these times instead. */
export function retimed(type: string | RegExp, timeOf: (atMs: number, index: number) => number): Mutant {
  let index = 0
  return (log) =>
    log.map((entry) => {
      const fits = entry.from === 'service' && new RegExp(type).test(entry.event.type)
      return fits ? { ...entry, atMs: timeOf(entry.atMs, index++) } : entry
    })
}
