// A session with responses of which the messages of matchers tell.

import { sessionCreated, textTurn } from '../support/sample-events.ts'
import { facts, World } from '../support/world.ts'

export const greeting = facts({
  id: 'resp_one',
  name: 'greeting',
  text: 'Hello! How can I help?',
  createdAtMs: 30,
  askedAtMs: 10,
  firstOutputAtMs: 230,
})

export function world(...responses: ReturnType<typeof facts>[]): World {
  const made = textTurn(new World().connect().service(sessionCreated()))
  made.responses.push(...responses)
  return made
}
