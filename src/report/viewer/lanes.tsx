// The lanes: ruler, one canvas per session, and the overview below. Zoom and pan belong to all of them together.

import { useEffect, useRef } from 'preact/hooks'
import { GroupLanes } from './group-lanes.tsx'
import { Minimap } from './minimap.tsx'
import { Ruler } from './ruler.tsx'
import { group, viewed, visible } from './state.ts'
import { durationText } from './time-text.ts'
import { attachZoom } from './zoom.ts'

/** Entries without a session (a telephone, a connection that was refused) get lanes of their own. */
const hasLoose = viewed.data.entries.some((entry) => entry.group < 0 && entry.lane !== 'caller')
const numbers = [...viewed.data.groups.keys(), ...(hasLoose ? [-1] : [])]

export function Lanes() {
  const area = useRef<HTMLElement>(null)
  const track = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (area.current && track.current) return attachZoom(area.current, () => track.current?.clientWidth ?? 1)
  }, [])
  const shown = numbers.filter((number) => group.value < 0 || number < 0 || number === group.value)
  const { startMs, endMs } = visible.value
  return (
    <section class="lanes" aria-label={`Timeline, ${durationText(endMs - startMs)} on the screen`}>
      <div class="zoomed" ref={area as never}>
        <div class="lane-row">
          <div class="lane-labels" aria-hidden="true" />
          <div class="track" ref={track}>
            <Ruler />
          </div>
        </div>
        {shown.length === 0 && <p class="empty">No session was connected: there is nothing to draw.</p>}
        {shown.map((number) => (
          <GroupLanes key={number} number={number} titled={numbers.length > 1} />
        ))}
      </div>
      <Minimap />
    </section>
  )
}
