// Replies that can never be chosen are told when they are added, on the timeline, once and with the author's line.

import { expect, test } from 'vitest'
import { isEvent } from '../../src/runtime/timeline.ts'
import { openService } from './support/open-service.ts'

function findings({ service }: ReturnType<typeof openService>) {
  return service.timeline.entries.flatMap((entry) => (!isEvent(entry) && entry.note.type === 'finding' ? [entry.note] : []))
}

test('a reply behind one that takes everything', async () => {
  await using world = openService({ responses: { any: 'x', hours: { when: 'open', text: 'y', priority: -20 } } })
  world.realtime.respond('later', 'z')
  world.realtime.respond('latest', 'z')
  world.realtime.respond('fine', { when: 'hi', text: 'z' })
  expect(findings(world)).toMatchObject([
    {
      code: 'unreachable_reply',
      message: "Reply 'hours' can never be chosen: 'any' fits every turn, and has the higher priority.",
      mend: 'Give it a `when` or a higher `priority`, or remove it.',
    },
    {
      message: expect.stringMatching(
        /^Reply 'latest' \(.*unreachable\.test\.ts:\d+\) can never be chosen: 'later' fits every turn/,
      ),
    },
  ])
})

test('an intent in another language selects, in the default brain as well', async () => {
  await using world = openService({ latency: 'instant', onUnmatched: 'fallback', intents: { farewell: ['auf wiedersehen'] } })
  const app = await world.open()
  app.send({ type: 'session.update', session: { type: 'realtime', output_modalities: ['text'] } })
  world.service.run(() => app.say('Na dann, auf Wiedersehen!'))
  expect((await world.realtime.nextResponse()).name).toBe('farewell')
})
