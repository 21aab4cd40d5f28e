// What is shown while no event is chosen: the conversation in words, and what the signs of the lanes mean.

import { Conversation } from './conversation.tsx'

export function Overview() {
  return (
    <>
      <Conversation />
      <h2>Signs</h2>
      <ul class="signs">
        <li>A bar is a response, from created to done. The short line in it is its first delta, the dot its first sound.</li>
        <li>
          Sound in full colour was heard; pale sound in a dashed frame was cut. The red pin is where the app said that it was cut.
        </li>
        <li>A red line through all lanes is where the test failed, or where two recordings differ.</li>
        <li>Arrows lead from the cause of the chosen event to it, and to its effects.</li>
      </ul>
      <p class="quiet">
        Press <kbd>?</kbd> for the keys.
      </p>
    </>
  )
}
