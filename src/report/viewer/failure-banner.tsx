// What made the test red, and the way to where it happened.

import { showFailure } from './keyboard.ts'
import { failures, viewed } from './state.ts'
import { momentText } from './time-text.ts'

/** Longer messages are folded: the lanes are what one came for. */
const maxOpenLines = 7

export function FailureBanner() {
  if (failures.length === 0) return null
  return (
    <section class="failure" aria-label="Failure">
      {failures.map(({ message, isExact, place, atMs }, number) => (
        <div key={number}>
          <div class="failure-head">
            <strong>{message.split('\n', 1)[0]}</strong>
            <button type="button" onClick={() => showFailure(number)} aria-keyshortcuts="f">
              {isExact && place !== undefined ? `Go to #${viewed.entry(place).index}, ${momentText(atMs)}` : 'Go to the end'}
            </button>
          </div>
          {message.includes('\n') && (
            <details open={message.split('\n').length <= maxOpenLines}>
              <summary>Whole message</summary>
              {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and must scroll by keys too */}
              <pre tabIndex={0}>{message}</pre>
            </details>
          )}
        </div>
      ))}
    </section>
  )
}
