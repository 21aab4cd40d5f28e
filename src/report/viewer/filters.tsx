// Search and filters of the list; the lanes pale what they leave out.

import type { ViewLane } from '../view-data.ts'
import { clearFilters, families, family, folds, group, hidden, isFiltered, query, rows, toggleLane, viewed } from './state.ts'

const lanes: readonly (readonly [ViewLane, string])[] = [
  ['client', 'Client'],
  ['service', 'Server'],
  ['caller', 'Caller'],
  ['fault', 'Faults'],
  ['phone', 'Telephone'],
  ['kit', 'Notes'],
]
const present = lanes.filter(([lane]) => viewed.data.entries.some((entry) => entry.lane === lane))

export function Filters() {
  const { count } = rows.value
  const all = viewed.data.entries.length
  return (
    <search class="filters" aria-label="Search and filter">
      <label class="search">
        <span class="unseen">Search in names, texts and JSON</span>
        <input
          id="search"
          type="search"
          placeholder="Search names, texts, JSON  ( / )"
          value={query.value}
          onInput={(event) => (query.value = event.currentTarget.value)}
        />
      </label>
      <fieldset class="chips">
        <legend class="unseen">Directions</legend>
        {present.map(([lane, label]) => (
          <button
            key={lane}
            type="button"
            class={`chip ${lane}`}
            aria-pressed={!hidden.value.has(lane)}
            onClick={() => toggleLane(lane)}
          >
            {label}
          </button>
        ))}
      </fieldset>
      <Families />
      {viewed.data.groups.length > 1 && <Groups />}
      <button
        type="button"
        class="chip"
        aria-pressed={folds.value}
        onClick={() => (folds.value = !folds.value)}
        aria-keyshortcuts="r"
      >
        Fold repeats
      </button>
      {isFiltered.value && (
        <button type="button" class="chip" onClick={clearFilters}>
          Clear
        </button>
      )}
      <span class="count" role="status">
        {isFiltered.value
          ? `${count.toLocaleString('en')} of ${all.toLocaleString('en')}`
          : `${all.toLocaleString('en')} entries`}
      </span>
    </search>
  )
}

function Families() {
  return (
    <select aria-label="Type" value={family.value} onChange={(event) => (family.value = event.currentTarget.value)}>
      <option value="">All types</option>
      {families.map(({ name, count }) => (
        <option key={name} value={name}>
          {/[. ]$/.test(name) ? `${name}*` : name} ({count.toLocaleString('en')})
        </option>
      ))}
    </select>
  )
}

function Groups() {
  return (
    <select
      aria-label="Session"
      value={String(group.value)}
      onChange={(event) => (group.value = Number(event.currentTarget.value))}
    >
      <option value="-1">All sessions</option>
      {viewed.data.groups.map(({ title, model }, number) => (
        <option key={title} value={String(number)}>
          {title} {model}
        </option>
      ))}
    </select>
  )
}
