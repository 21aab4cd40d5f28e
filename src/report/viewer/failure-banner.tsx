// What made the test red, or what differs between two recordings, and the way to where it happened.

import { showMark } from './keyboard.ts'
import { type Mark, marks, viewed } from './state.ts'
import { momentText } from './time-text.ts'

/** Longer messages are folded, and all but the first: the lanes are what one came for. */
const maxOpenLines = 7
/** So many differences are told at once. */
const maxOpenMarks = 4

export function FailureBanner() {
  if (marks.length === 0) return null
  const [open, folded] = [marks.slice(0, maxOpenMarks), marks.slice(maxOpenMarks)]
  return (
    <section class="failure" aria-label={marks.some(({ words }) => words === 'failed here') ? 'Failure' : 'Differences'}>
      {open.map((mark, number) => (
        <MarkedPlace key={number} mark={mark} number={number} />
      ))}
      {folded.length > 0 && (
        <details class="more">
          <summary>and {folded.length} more</summary>
          {folded.map((mark, number) => (
            <MarkedPlace key={number} mark={mark} number={maxOpenMarks + number} />
          ))}
        </details>
      )}
    </section>
  )
}

function MarkedPlace({ mark, number }: { mark: Mark; number: number }) {
  const { message, isExact, place, atMs } = mark
  const rest = restOf(message)
  return (
    <div>
      <div class="failure-head">
        <strong>{message.split('\n', 1)[0]}</strong>
        <button type="button" onClick={() => showMark(number)} aria-keyshortcuts={number === 0 ? 'f' : undefined}>
          {isExact && place !== undefined
            ? `Go to #${viewed.entry(place).index}, ${momentText(atMs)}${sessionOf(place)}`
            : 'Go to the end'}
        </button>
      </div>
      {rest !== '' && (
        <details open={number === 0 && rest.split('\n').length <= maxOpenLines}>
          <summary>The message goes on</summary>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and must scroll by keys too */}
          <pre tabIndex={0}>{rest}</pre>
        </details>
      )}
    </div>
  )
}

/** All but the first line, which stands above. */
function restOf(message: string): string {
  return message.split('\n').slice(1).join('\n').replace(/^\n+/, '').trimEnd()
}

/** Which of several sessions it was. */
function sessionOf(place: number): string {
  const { groups } = viewed.data
  const group = groups[viewed.entry(place).group]
  return group && groups.length > 1 ? `, ${group.title}` : ''
}
