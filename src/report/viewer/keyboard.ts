// Keys of the page, as one table: what the help dialog shows is what works.

import { pause, seek, togglePlay } from './player.ts'
import {
  clearFilters,
  folds,
  isFiltered,
  isHelpOpen,
  isPlaying,
  marks,
  playheadMs,
  select,
  selectBy,
  selected,
  theme,
  viewed,
} from './state.ts'
import { pan, reveal, showAll, visit, zoomBy } from './zoom.ts'

export interface Key {
  readonly keys: readonly string[]
  readonly help: string
  readonly run: () => void
}

function go(place: number | undefined): void {
  if (place !== undefined) visit(place)
}

/** Chooses the failing place and brings it onto the screen. */
export function showMark(number = 0): void {
  go(marks[number]?.place)
}

function step(by: number): void {
  selectBy(by)
  if (selected.value !== undefined) reveal(viewed.entry(selected.value).atMs)
}

function focusSearch(): void {
  document.querySelector<HTMLInputElement>('#search')?.focus()
}

/** The nearest thing first: dialog, chosen entry, filters. */
function leave(): void {
  if (isHelpOpen.value) isHelpOpen.value = false
  else if (selected.value !== undefined) select(undefined)
  else if (isFiltered.value) clearFilters()
  else if (isPlaying.value) pause()
}

function enter(): void {
  if (document.activeElement?.matches('#search')) return step(1)
  if (selected.value !== undefined) seek(viewed.entry(selected.value).atMs)
  if (!isPlaying.value) togglePlay()
}

export const keys: readonly Key[] = [
  { keys: [' '], help: 'Play or pause', run: togglePlay },
  { keys: ['Enter'], help: 'Play from the chosen event; in the search: next match', run: enter },
  { keys: ['j', 'ArrowDown'], help: 'Next event', run: () => step(1) },
  { keys: ['k', 'ArrowUp'], help: 'Previous event', run: () => step(-1) },
  { keys: ['PageDown'], help: 'Ten events on', run: () => step(10) },
  { keys: ['PageUp'], help: 'Ten events back', run: () => step(-10) },
  { keys: ['Home'], help: 'First event', run: () => step(Number.NEGATIVE_INFINITY) },
  { keys: ['End'], help: 'Last event', run: () => step(Number.POSITIVE_INFINITY) },
  {
    keys: ['c'],
    help: 'To the cause of the chosen event',
    run: () => go(selected.value === undefined ? undefined : viewed.entry(selected.value).cause),
  },
  {
    keys: ['e'],
    help: 'To its first effect',
    run: () => go(selected.value === undefined ? undefined : viewed.effects(selected.value)[0]),
  },
  { keys: ['f'], help: 'To the failure, or the first difference', run: () => showMark() },
  { keys: ['ArrowLeft', 'h'], help: 'Earlier', run: () => pan(-0.2) },
  { keys: ['ArrowRight', 'l'], help: 'Later', run: () => pan(0.2) },
  { keys: ['+', '='], help: 'Zoom in', run: () => zoomBy(1.6, centre()) },
  { keys: ['-'], help: 'Zoom out', run: () => zoomBy(1 / 1.6, centre()) },
  { keys: ['0'], help: 'Show all', run: showAll },
  { keys: ['/'], help: 'Search', run: focusSearch },
  { keys: ['r'], help: 'Fold or unfold repeats', run: () => (folds.value = !folds.value) },
  { keys: ['t'], help: 'Light or dark', run: () => (theme.value = theme.value === 'dark' ? 'light' : 'dark') },
  { keys: ['?'], help: 'This help', run: () => (isHelpOpen.value = !isHelpOpen.value) },
  { keys: ['Escape'], help: 'Close, unselect, clear filters', run: leave },
]

/** Zooming by keys keeps what one looks at. */
function centre(): number | undefined {
  if (selected.value !== undefined) return viewed.entry(selected.value).atMs
  return playheadMs.value
}

/** Fields and menus take their own keys, buttons space and Enter, and what scrolls the keys that scroll it. */
function isTaken({ key, target }: KeyboardEvent): boolean {
  if (!(target instanceof Element)) return false
  if (target.matches('input')) return key !== 'Escape' && key !== 'Enter'
  if (target.matches('select')) return true
  if (target.closest('.details-pane, .failure pre') && /^(?:Arrow|Page|Home|End)/.test(key)) return true
  return target.matches('button, a, summary') && (key === ' ' || key === 'Enter')
}

export function onKey(event: KeyboardEvent): void {
  if (event.ctrlKey || event.metaKey || event.altKey || isTaken(event)) return
  const found = keys.find((one) => one.keys.includes(event.key))
  if (!found || (isHelpOpen.value && !['Escape', '?'].includes(event.key))) return
  event.preventDefault()
  if (event.key === 'Escape' && event.target instanceof HTMLInputElement) event.target.blur()
  found.run()
}
