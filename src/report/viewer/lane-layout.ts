// Which lanes a session has, how high they are, and in which row of its lane a span stands. Pure; pixels of CSS.

import type { ViewGroup, ViewLane, ViewSpan } from '../view-data.ts'
import type { ViewDocument } from './document.ts'

export type LaneKind = 'events' | 'spans' | 'sound'

export interface Lane {
  readonly id: string
  readonly label: string
  /** What the lane shows, for those who hover or cannot see it. */
  readonly hint: string
  readonly kind: LaneKind
  readonly color: string
  readonly y: number
  readonly height: number
  readonly events?: ViewLane
  readonly spans?: readonly (ViewSpan & { readonly row: number })[]
  readonly track?: 'input' | 'output'
}

export interface GroupLayout {
  readonly lanes: readonly Lane[]
  readonly height: number
}

const eventHeight = 26
const soundHeight = 48
/** Of a row of bars. */
export const spanHeight = 20
const maxRows = 4

type LaneDraft = Omit<Lane, 'y' | 'height' | 'spans'> & { readonly spans?: readonly ViewSpan[] }

/** Lanes of a group from top to bottom; those without anything in them are left out, but for the events both ways. */
export function layoutOf(document: ViewDocument, number: number, group: ViewGroup | undefined): GroupLayout {
  const drafts = [...(group ? lanesOfSession(group) : []), ...eventLanes()].filter((draft) => hasContent(document, number, draft))
  let y = 0
  const lanes = inOrder(drafts).map((draft) => {
    const spans = draft.spans ? inRows(draft.spans) : undefined
    const height = heightOf(draft.kind, spans?.reduce((rows, { row }) => Math.max(rows, row + 1), 1) ?? 1)
    const lane: Lane = { ...draft, y, height, spans: spans ?? [] }
    y += height
    return lane
  })
  return { lanes, height: y }
}

function lanesOfSession(group: ViewGroup): LaneDraft[] {
  const span = (id: string, label: string, hint: string, color: string, spans: readonly ViewSpan[]): LaneDraft => ({
    ...{ id, label, hint, kind: 'spans', color, spans },
  })
  return [
    span('said', 'True speech', 'what the caller really said', 'caller', group.said),
    { id: 'input', label: 'Input audio', hint: 'sound that the app sent', kind: 'sound', color: 'input', track: 'input' },
    span('detected', 'Detected speech', 'what turn detection took for speech', 'input', group.detected),
    span('responses', 'Responses', 'from response.created to response.done', 'service', group.responses),
    {
      id: 'output',
      label: 'Output audio',
      hint: 'sound as it was played; pale where it was cut',
      kind: 'sound',
      color: 'service',
      track: 'output',
    },
    span('calls', 'Functions', 'from the call to the output that the app gave', 'call', group.calls),
  ]
}

function eventLanes(): LaneDraft[] {
  const lane = (id: ViewLane, label: string, hint: string, color: string): LaneDraft => ({
    ...{ id, label, hint, kind: 'events', color, events: id },
  })
  return [
    lane('client', 'Client events', 'events of the app', 'client'),
    lane('service', 'Server events', 'events of the service', 'service'),
    lane('fault', 'Faults, findings', 'errors, injected faults, findings', 'fault'),
    lane('phone', 'Telephone', 'messages between platform and app, and the line', 'phone'),
    lane('kit', 'Notes', 'connections, chosen replies, engines', 'phone'),
  ]
}

const order = ['said', 'input', 'detected', 'client', 'service', 'responses', 'output', 'calls', 'fault', 'phone', 'kit']

function inOrder(drafts: readonly LaneDraft[]): LaneDraft[] {
  return drafts.toSorted((a, b) => order.indexOf(a.id) - order.indexOf(b.id))
}

function hasContent(document: ViewDocument, number: number, { id, spans, track, events }: LaneDraft): boolean {
  if (spans) return spans.length > 0
  if (track) return (document.data.groups[number]?.[track].sounds.length ?? 0) > 0
  if (!events) return false
  return document.laneEntries(number, events) !== undefined || (number >= 0 && (id === 'client' || id === 'service'))
}

function heightOf(kind: LaneKind, rows: number): number {
  if (kind === 'sound') return soundHeight
  return kind === 'events' ? eventHeight : rows * spanHeight + 8
}

/** Spans that overlap stand below each other. */
function inRows(spans: readonly ViewSpan[]): (ViewSpan & { row: number })[] {
  const ends: number[] = []
  return spans
    .toSorted((a, b) => a.startMs - b.startMs)
    .map((span) => {
      const free = ends.findIndex((end) => end <= span.startMs)
      const row = Math.min(free < 0 ? ends.length : free, maxRows - 1)
      ends[row] = Math.max(ends[row] ?? 0, span.endMs ?? Number.POSITIVE_INFINITY)
      return { ...span, row }
    })
}
