// The error of a session that was needed and is not there: what the app opened instead, and what is intercepted.

import { RealtimeKitError } from '../errors.ts'
import { describeIntercept } from './realtime-urls.ts'
import type { Service } from './service.ts'
import { isEvent } from './timeline.ts'

/** `what` says what needed it; `how` tells of the wait for it. */
export function noSessionError(service: Service, what: string, how = ''): RealtimeKitError {
  return new RealtimeKitError('RTK_NO_SESSION', [what, ...triedLines(service), ...(how ? [how] : [])].join('\n'))
}

/** For messages: which sockets the app opened, and which URLs are intercepted. */
export function triedLines(service: Service): string[] {
  const intercepted = `Intercepted are: ${describeIntercept(service.options.intercept)}`
  const opened = [...service.tried]
  const sessions = service.connections.map(
    (connection) => `${connection.request.url.href} (session ${connection.id}${connection.isOpen ? '' : ', closed'})`,
  )
  const refused = refusals(service)
  if (!opened.length && !sessions.length && !refused.length) {
    return ['The app opened no WebSocket in this test.', ...(isPage() ? [takenEarly] : []), intercepted]
  }
  const rows = [...sessions, ...refused, ...opened.map((url) => `${url} (not intercepted)`)]
  return ['The app opened:', ...counted(rows).map((row) => `  ${row}`), intercepted]
}

/** Each row once, with how often it was there: an app that dials again and again must not bury the rest of the message. */
function counted(rows: readonly string[]): string[] {
  const times = new Map<string, number>()
  for (const row of rows) times.set(row, (times.get(row) ?? 0) + 1)
  return [...times].map(([row, count]) => (count === 1 ? row : `${row}  ×${count}`))
}

const takenEarly =
  "What took WebSocket from the page before the kit was loaded is not seen: import 'vitest-realtime/setup' in a file of `setupFiles`."

/** A real one, or one that stands in Node. */
function isPage(): boolean {
  return typeof globalThis.document === 'object'
}

/** Connections that the service refused, with the error that it told. */
function refusals(service: Service): string[] {
  const rows: string[] = []
  let url = ''
  for (const entry of service.timeline.entries) {
    if (entry.sessionId !== '') continue
    if (!isEvent(entry)) {
      if (entry.note.type === 'connected') url = entry.note.url
      if (entry.note.type === 'refused') rows.push(`${entry.note.url} (refused: HTTP ${entry.note.status})`)
    } else if (entry.from === 'service' && entry.event.type === 'error') {
      rows.push(`${url} (refused: ${entry.event.error.code ?? entry.event.error.message})`)
    }
  }
  return rows
}
