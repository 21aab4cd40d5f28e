// What is known of the chosen event: its cause, its effects, the scores of its response, and its JSON. Without one: an overview.

import { JsonText } from './json-text.tsx'
import { Overview } from './overview.tsx'
import { SelectionTable } from './selection-table.tsx'
import { selected, viewed } from './state.ts'
import { momentText } from './time-text.ts'
import { visit } from './zoom.ts'

/** More links than that are told by their number. */
const maxLinks = 12

export function Details() {
  const place = selected.value
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and must scroll by keys too
    <section class="pane details-pane" aria-label={place === undefined ? 'Overview' : 'Chosen event'} tabIndex={0}>
      {place === undefined ? <Overview /> : <Chosen place={place} />}
    </section>
  )
}

function Chosen({ place }: { place: number }) {
  const { index, atMs, name, details, cause, guessed, json } = viewed.entry(place)
  const effects = viewed.effects(place)
  const selection = selectionOf(place)
  return (
    <>
      <h2>
        <span class="quiet">#{index}</span> {name}
      </h2>
      <p class="quiet">
        {momentText(atMs)}
        {details !== '' && details !== name && ` · ${details}`}
      </p>
      <dl class="links">
        <dt>Cause</dt>
        <dd>{cause === undefined ? <span class="quiet">none known</span> : <Link place={cause} guessed={guessed} />}</dd>
        <dt>Effects</dt>
        <dd>
          {effects.length === 0 && <span class="quiet">none known</span>}
          {effects.slice(0, maxLinks).map((effect) => (
            <Link key={effect} place={effect} guessed={viewed.entry(effect).guessed} />
          ))}
          {effects.length > maxLinks && <span class="quiet">and {effects.length - maxLinks} more</span>}
        </dd>
      </dl>
      {selection !== undefined && <SelectionTable note={viewed.entry(selection).json} />}
      <JsonText value={json} />
    </>
  )
}

/** The scores of the response that an event belongs to. */
function selectionOf(place: number): number | undefined {
  if (viewed.entry(place).name === 'selected') return place
  for (const { responses } of viewed.data.groups) {
    const response = responses.find(
      ({ entry, id }) => entry === place || (isEnd(place) && viewed.searchText(place).includes(id.toLowerCase())),
    )
    if (response) return response.selection
  }
}

function isEnd(place: number): boolean {
  return viewed.entry(place).name === 'response.done'
}

/** The way to another entry. `guessed` ones follow from ids and order, not from a note of the kit. `text`: instead of its name. */
export function Link({ place, guessed, text }: { place: number; guessed?: true | undefined; text?: string }) {
  const { index, name } = viewed.entry(place)
  return (
    <button
      type="button"
      class="link"
      onClick={() => visit(place)}
      title={guessed ? 'concluded from ids and order' : undefined}
      aria-label={text && `${text}, #${index} ${name}`}
    >
      {text ?? `#${index} ${name}`}
      {guessed && <span class="quiet"> by its ids</span>}
    </button>
  )
}
