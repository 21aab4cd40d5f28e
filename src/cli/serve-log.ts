// What `serve` says on standard error: what would make a test red, and findings, each kind once.

import type { Service } from '../runtime/service.ts'
import { findingText } from '../runtime/timeline.ts'

const longestLine = 500

/** Tells what goes wrong while the service runs. Never ends the process. */
export function tellTroubles(service: Service, tell: (line: string) => void): void {
  service.onProblem((problem) => tell(problem.message))
  const told = new Set<string>()
  service.timeline.subscribe((entry) => {
    if (!('note' in entry) || entry.note.type !== 'finding') return
    const message = shortened(findingText(entry.note))
    const kind = kindOf(message)
    if (told.has(kind)) return
    told.add(kind)
    tell(`${message} (told once)`)
  })
}

/** A finding may quote what the app sent, of any length. */
function shortened(message: string): string {
  return message.length <= longestLine ? message : `${message.slice(0, longestLine)}…`
}

/** A finding without what differs from time to time: figures, ids, quoted names. */
function kindOf(message: string): string {
  return message.replaceAll(/'[^']*'|\w*\d[\w.]*/g, '…').slice(0, 80)
}
