// The list of events. However many there are, only the rows on the screen are in the page.

import { useSignal } from '@preact/signals'
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks'
import type { ViewLane } from '../view-data.ts'
import { rowText } from './rows.ts'
import { clearFilters, isFiltered, marks, rows, select, selected, viewed } from './state.ts'
import { momentText } from './time-text.ts'
import { reveal } from './zoom.ts'

const rowHeight = 26
/** Rows above and below the screen, so that scrolling shows no gaps. */
const spare = 8

const signs: Readonly<Record<ViewLane, readonly [sign: string, words: string]>> = {
  client: ['→', 'from the app'],
  service: ['←', 'from the service'],
  caller: ['~', 'caller'],
  fault: ['!', 'finding'],
  phone: ['☎', 'telephone'],
  kit: ['·', 'note'],
}

export function EventList() {
  const list = useRef<HTMLDivElement>(null)
  const window = useSignal({ top: 0, height: 600 })
  const measure = () => {
    const element = list.current
    if (element) window.value = { top: element.scrollTop, height: element.clientHeight }
  }
  const { rows: all, rowOf } = rows.value
  const first = Math.max(0, Math.floor(window.value.top / rowHeight) - spare)
  const last = Math.min(all.length, Math.ceil((window.value.top + window.value.height) / rowHeight) + spare)
  const active = selected.value === undefined ? -1 : rowOf[selected.value]!
  useEffect(() => {
    const observer = new ResizeObserver(measure)
    if (list.current) observer.observe(list.current)
    return () => observer.disconnect()
  }, [all.length === 0])
  // After the rows are in the page: before, the list may be too short to scroll that far.
  useLayoutEffect(() => {
    const element = list.current
    if (!element || active < 0) return
    const top = active * rowHeight
    if (top < element.scrollTop) element.scrollTop = top - rowHeight * 2
    else if (top + rowHeight > element.scrollTop + element.clientHeight)
      element.scrollTop = top - element.clientHeight + rowHeight * 3
    measure()
  }, [active, all])
  return (
    <section class="pane list-pane" aria-label="Events">
      {all.length === 0 && <Nothing />}
      {all.length > 0 && (
        <div
          class="list"
          ref={list}
          role="listbox"
          aria-label="Events in order of time"
          tabIndex={0}
          aria-activedescendant={active >= first && active < last ? `row-${active}` : undefined}
          onScroll={measure}
        >
          <div role="presentation" style={{ height: `${all.length * rowHeight}px` }}>
            <div role="presentation" style={{ transform: `translateY(${first * rowHeight}px)` }}>
              {all.slice(first, last).map(({ place, count }, at) => (
                <EventRow
                  key={place}
                  place={place}
                  count={count}
                  number={first + at}
                  total={all.length}
                  isActive={first + at === active}
                />
              ))}
            </div>
          </div>
        </div>
      )}
    </section>
  )
}

interface RowProps {
  readonly place: number
  readonly count: number
  readonly number: number
  readonly total: number
  readonly isActive: boolean
}

const marked = new Map(marks.filter(({ isExact }) => isExact).map(({ place, words }) => [place, words]))

function EventRow({ place, count, number, total, isActive }: RowProps) {
  const { index, atMs, lane, name, group } = viewed.entry(place)
  const details = rowText(viewed, { place, count })
  const [sign, words] = signs[lane]
  const isRed = marked.has(place) || name === 'error'
  const choose = () => {
    select(place)
    reveal(atMs)
  }
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: keys are the list's, which has the focus
    // biome-ignore lint/a11y/useFocusableInteractive: as above, by aria-activedescendant
    <div
      role="option"
      id={`row-${number}`}
      class={`row ${lane}${isRed ? ' red' : ''}`}
      aria-selected={isActive}
      aria-posinset={number + 1}
      aria-setsize={total}
      onClick={choose}
    >
      <span class="index">#{index}</span>
      <span class="time">{momentText(atMs)}</span>
      <span class="sign" aria-hidden="true">
        {sign}
      </span>
      <span class="unseen">{words}</span>
      <span class="name">
        {name}
        {count > 1 && <b class="times"> ×{count}</b>}
      </span>
      <span class="details">
        {viewed.data.groups.length > 1 && group >= 0 && <i class="of">{viewed.data.groups[group]?.short}</i>}
        {marked.has(place) && <b class="here">{marked.get(place)}</b>}
        {details === name ? '' : details}
      </span>
    </div>
  )
}

function Nothing() {
  return (
    <div class="empty">
      {isFiltered.value ? (
        <>
          <p>Nothing fits this search and these filters.</p>
          <button type="button" onClick={clearFilters}>
            Clear them
          </button>
        </>
      ) : (
        <p>This timeline has no entries: nothing connected and nothing was said.</p>
      )}
    </div>
  )
}
