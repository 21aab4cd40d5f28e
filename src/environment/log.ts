// What a service outside of tests says on standard error, by LOG_LEVEL: `error` tells what would make a test red, `warning` findings
// too, `info` what the service uses, `debug` each event as well. Standard output is the app's, or for programs to read.

import type { Service } from '../runtime/service.ts'
import { findingText, isEvent, type TimelineEntry } from '../runtime/timeline.ts'
import { type LogLevel, logLevels } from './read-environment.ts'

const longestLine = 500

export interface Log {
  readonly level: LogLevel
  /** Writes the line if the level lets it through. */
  tell(level: LogLevel, line: string): void
}

/** A log that begins each line with `prefix`. */
export function createLog(level: LogLevel, prefix = ''): Log {
  const least = logLevels.indexOf(level)
  return {
    level,
    tell(of, line) {
      if (logLevels.indexOf(of) >= least) process.stderr.write(`${prefix}${line}\n`)
    },
  }
}

/** Tells what goes wrong while the service runs, findings each kind once. Never ends the process. */
export function tellTroubles(service: Service, log: Log): void {
  service.onProblem((problem) => log.tell('error', problem.message))
  const told = new Set<string>()
  const tellFinding = (entry: TimelineEntry): void => {
    if (!('note' in entry) || entry.note.type !== 'finding') return
    const message = shortened(findingText(entry.note))
    const kind = kindOf(message)
    if (told.has(kind)) return
    told.add(kind)
    log.tell('warning', `${message} (told once)`)
  }
  // Of the options themselves: the service had them before anybody could listen.
  for (const entry of service.timeline.entries) tellFinding(entry)
  service.timeline.subscribe(tellFinding)
  if (log.level === 'debug') service.timeline.subscribe((entry) => tellEntry(entry, log))
}

function tellEntry(entry: TimelineEntry, log: Log): void {
  const text = entryText(entry)
  if (text !== undefined) log.tell('debug', `${Math.round(entry.atMs)} ms ${entry.sessionId || 'service'} ${text}`)
}

/** Sound and deltas are too many to tell. */
function entryText(entry: TimelineEntry): string | undefined {
  if (isEvent(entry)) {
    const { type } = entry.event
    if (type === 'input_audio_buffer.append' || type.endsWith('.delta')) return undefined
    return `${entry.from === 'app' ? '<-' : '->'} ${type}`
  }
  const { note } = entry
  switch (note.type) {
    case 'connected':
      return `connected to ${note.url}`
    case 'refused':
      return `refused with HTTP ${note.status}: ${note.url}`
    case 'closed':
      return `closed with ${note.code} by the ${note.by}`
    case 'selected':
      return `reply '${note.name}' for ${note.responseId}`
    case 'engine':
      return `engine ${note.name} for ${note.part}`
    default:
      return undefined
  }
}

/** A finding may quote what the app sent, of any length. */
function shortened(message: string): string {
  return message.length <= longestLine ? message : `${message.slice(0, longestLine)}…`
}

/** A finding without what differs from time to time: figures, ids, quoted names. */
function kindOf(message: string): string {
  return message.replaceAll(/'[^']*'|\w*\d[\w.]*/g, '…').slice(0, 80)
}
