// Writes each session of a service that runs for long, when it is over: for `serve --record`. Its timeline forgets; this keeps what is
// still open.

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { messageOf } from '../errors.ts'
import type { Service } from '../runtime/service.ts'
import { isEvent, maxTimelineEntries, type TimelineEntry } from '../runtime/timeline.ts'
import { recordingOfService } from './save-session.ts'
import { writeRecordingSync } from './write-recording.ts'

export interface SessionRecorder {
  /** Writes what is still open, and listens no more. */
  finish(): void
}

/**
 * Records every session from now on, each into a folder `session-<n>` of its own; what lies there is never overwritten.
 *
 * @param tell is told of each recording, and of each that could not be written
 */
export function recordSessions(
  service: Service,
  folder: string,
  tell: (level: 'info' | 'error', line: string) => void,
): SessionRecorder {
  const open = new Map<string, TimelineEntry[]>()
  let number = 0
  const write = (sessionId: string): void => {
    const entries = open.get(sessionId)
    open.delete(sessionId)
    if (!entries) return
    do number++
    while (existsSync(join(folder, `session-${number}`)))
    const name = `session-${number}`
    try {
      writeRecordingSync(
        join(folder, name),
        recordingOfService(service, { name, sessions: sessionOf(service, sessionId, entries) }, entries),
      )
      tell('info', `recorded ${join(folder, name)} (${entries.length} entries)`)
    } catch (error) {
      tell('error', messageOf(error))
    }
  }
  const stop = service.timeline.subscribe((entry) => {
    const { sessionId } = entry
    if (sessionId === '') return
    const entries = open.get(sessionId)
    // What comes of a session that is over is no new one.
    if (!entries && !isEvent(entry) && entry.note.type === 'connected') open.set(sessionId, [entry])
    else if (entries && entries.length < maxTimelineEntries) entries.push(entry)
    if (!isEvent(entry) && entry.note.type === 'closed') write(sessionId)
  })
  return {
    finish() {
      stop()
      for (const sessionId of [...open.keys()]) write(sessionId)
    },
  }
}

/** The service may have forgotten a session that is over, and with it the protocols that the app asked for. */
function sessionOf(
  service: Service,
  id: string,
  entries: readonly TimelineEntry[],
): { id: string; url: string; protocols?: readonly string[] }[] {
  const request = service.connection(id)?.request
  if (request) return [{ id, url: request.url.href, protocols: request.protocols }]
  const connected = entries.find((entry) => !isEvent(entry) && entry.note.type === 'connected')
  return connected && !isEvent(connected) && connected.note.type === 'connected' ? [{ id, url: connected.note.url }] : []
}
