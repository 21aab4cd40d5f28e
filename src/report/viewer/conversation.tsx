// The conversation in words, and its figures: the first thing that one wants to know of a timeline.

import type { ViewGroup, ViewTurn } from '../view-data.ts'
import { Link } from './details.tsx'
import { group, viewed } from './state.ts'
import { durationText, momentText } from './time-text.ts'

/** The list has them all. */
const maxTurns = 60

/** What was heard later than that after it was sent was late. */
const lateMs = 100

const names: Readonly<Record<ViewTurn['who'], string>> = {
  caller: 'Caller',
  keys: 'Keys',
  user: 'User',
  model: 'Model',
  function: 'Function',
}

export function Conversation() {
  const sessions = viewed.data.groups.filter(({ turns }, number) => {
    return turns.length > 0 && (group.value < 0 || group.value === number)
  })
  return (
    <>
      <h2>Conversation</h2>
      {sessions.length === 0 && <p class="quiet">Nobody said anything.</p>}
      {sessions.map((session) => (
        <section key={session.title} aria-label={`Conversation of ${session.title}`}>
          {viewed.data.groups.length > 1 && <h3>{session.title}</h3>}
          <p class="quiet">{figuresOf(session).join(' · ')}</p>
          <Turns turns={session.turns} />
          {session.turns.length > maxTurns && <p class="quiet">and {session.turns.length - maxTurns} more</p>}
        </section>
      ))}
    </>
  )
}

function Turns({ turns }: { turns: readonly ViewTurn[] }) {
  return (
    <table class="turns">
      <thead class="unseen">
        <tr>
          <th scope="col">When</th>
          <th scope="col">Who</th>
          <th scope="col">What</th>
        </tr>
      </thead>
      <tbody>
        {turns.slice(0, maxTurns).map((turn) => (
          <tr key={turn.entry}>
            <td class="number">
              <Link place={turn.entry} text={momentText(turn.atMs)} />
            </td>
            <th scope="row" class={`who ${turn.who}`}>
              {names[turn.who]}
            </th>
            <td>
              {turn.text === '' ? <span class="quiet">(no words)</span> : turn.text}
              <Remarks turn={turn} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function Remarks({ turn }: { turn: ViewTurn }) {
  const remarks = remarksOf(turn)
  const { status = 'completed' } = turn
  const isBad = status === 'failed' || status === 'incomplete'
  return (
    <>
      {isBad && <b class="bad"> {status}</b>}
      {remarks.length > 0 && <div class="quiet">{remarks.join(' · ')}</div>}
    </>
  )
}

function remarksOf(turn: ViewTurn): string[] {
  const { who, text, understood, reply, status, firstAudioMs, firstTextMs, firstHeardMs, heardMs, result } = turn
  const waited =
    firstAudioMs === undefined
      ? firstTextMs !== undefined && `first words after ${durationText(firstTextMs)}`
      : `first sound after ${durationText(firstAudioMs)}`
  return [
    reply !== undefined && reply !== '' && `reply “${reply}”`,
    waited,
    firstHeardMs !== undefined && firstHeardMs > (firstAudioMs ?? 0) + lateMs && `heard after ${durationText(firstHeardMs)}`,
    heardMs !== undefined && `cut off: ${durationText(heardMs)} of it was heard`,
    status === 'cancelled' && 'cancelled',
    understood === null && 'not understood',
    typeof understood === 'string' && understood !== text && `understood as “${understood}”`,
    result !== undefined && `gave ${result}`,
    who === 'function' && result === undefined && 'gave nothing',
  ].filter((remark) => typeof remark === 'string')
}

/** As the reporter counts them: from the end of what a response answers. */
function figuresOf({ turns, responses, detected }: ViewGroup): string[] {
  const sound = turns.flatMap(({ firstAudioMs }) => firstAudioMs ?? []).toSorted((a, b) => a - b)
  const cut = turns.filter(({ heardMs, status }) => heardMs !== undefined || status === 'cancelled').length
  const [median, longest] = [sound[Math.ceil(sound.length / 2) - 1], sound.at(-1)]
  return [
    ...(responses.length > 0 ? [`${responses.length} ${responses.length === 1 ? 'response' : 'responses'}`] : []),
    ...(detected.length > 0 ? [`speech detected ${detected.length === 1 ? 'once' : `${detected.length} times`}`] : []),
    ...(median === undefined || longest === undefined
      ? []
      : sound.length === 1
        ? [`first sound after ${durationText(median)}`]
        : [`first sound after ${durationText(median)} (median), ${durationText(longest)} (longest)`]),
    ...(cut > 0 ? [`${cut} cut off`] : []),
  ]
}
