// What is shown while no event is chosen: the responses as a table, and what the signs of the lanes mean.

import type { ViewResponse } from '../view-data.ts'
import { Link } from './details.tsx'
import { viewed } from './state.ts'
import { durationText } from './time-text.ts'

export function Overview() {
  const sessions = viewed.data.groups.filter(({ responses }) => responses.length > 0)
  return (
    <>
      <h2>Responses</h2>
      {sessions.length === 0 && <p class="quiet">The model was not asked for a response.</p>}
      {sessions.map(({ title, responses }) => (
        <section key={title} aria-label={`Responses of ${title}`}>
          {viewed.data.groups.length > 1 && <h3>{title}</h3>}
          <ResponseTable responses={responses} />
          {responses.length > maxResponses && <p class="quiet">and {responses.length - maxResponses} more</p>}
        </section>
      ))}
      <h2>Signs</h2>
      <ul class="signs">
        <li>A bar is a response, from created to done. The short line in it is its first delta, the dot its first sound.</li>
        <li>
          Sound in full colour was heard; pale sound in a dashed frame was cut. The red pin is where the app said that it was cut.
        </li>
        <li>A red line through all lanes is where the test failed.</li>
        <li>Arrows lead from the cause of the chosen event to it, and to its effects.</li>
      </ul>
      <p class="quiet">
        Press <kbd>?</kbd> for the keys.
      </p>
    </>
  )
}

/** The lanes have them all. */
const maxResponses = 40

function ResponseTable({ responses }: { responses: readonly ViewResponse[] }) {
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">Event</th>
          <th scope="col">Reply</th>
          <th scope="col">Status</th>
          <th scope="col" class="number">
            First sound
          </th>
          <th scope="col">Text</th>
        </tr>
      </thead>
      <tbody>
        {responses.slice(0, maxResponses).map(({ id, entry, label, status, firstAudioMs, startMs, text }) => (
          <tr key={id}>
            <td>
              <Link place={entry} short />
            </td>
            <td>{label}</td>
            <td>{status}</td>
            <td class="number">{firstAudioMs === undefined ? '–' : durationText(firstAudioMs - startMs)}</td>
            <td>{text}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
