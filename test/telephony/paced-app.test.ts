// Apps that send sound at the pace at which it plays: next to nothing waits in the playout, and an answer goes on all the same.

import { expect, test } from 'vitest-realtime'
import { encodeMulaw, speech } from 'vitest-realtime/audio'
import { pacedApp } from './support/paced-app.ts'
import { smallApp } from './support/small-app.ts'

const long =
  'We have many rooms, with a view of the sea, with a view of the garden, and with a view of the car park behind the house.'

test.for([20, 60, 100])('a caller interrupts what comes in packets of %d ms', async (packetMs, { realtime, phone }) => {
  realtime.respondOnce('rooms', long)
  realtime.respond('yes', { when: 'wait', text: 'Yes please?' })
  const call = await phone.dial(pacedApp({ packetMs }), { stream: '/media' })
  await call.interrupts('Wait a moment', { afterMs: 1500 })
  await call.hears('Yes please')
  expect(call).toHaveClearedWithin(200)
  expect(call.heard.text).toMatch(/^We have many rooms, with a view (?:of )?Yes please\?$/)
})

test('also in the middle, counted from the beginning of the answer', async ({ realtime, phone }) => {
  realtime.respondOnce('rooms', long)
  realtime.respond('yes', { when: 'wait', text: 'Yes please?' })
  const call = await phone.dial(pacedApp(), { stream: '/media' })
  await call.hears('view')
  await call.interrupts('Wait a moment', { afterMs: 2500 })
  await call.hears('Yes please')
  expect(call).toHaveClearedWithin(200)
  expect(call.heard.text).toMatch(/view of the sea, with a view (?:of )?(?:the )?Yes please\?$/)
})

test('an answer that is really over cannot be interrupted', async ({ realtime, phone }) => {
  realtime.respondOnce('short', 'We have many rooms.')
  const call = await phone.dial(pacedApp(), { stream: '/media' })
  await expect(call.interrupts('Wait a moment', { afterMs: 4000 })).rejects.toThrow('the answer was over after')
})

test('nor a recorded greeting that was; one that goes on can be', async ({ phone }) => {
  const greeting = await speech('Thank you for calling the harbour hotel, please hold the line.', { rateHz: 8000 })
  const { server, socket } = smallApp({
    onMessage(message) {
      if (message.event !== 'start') return
      const frames = [...greeting.frames(20)].map((frame) => Buffer.from(encodeMulaw(frame.samples)).toString('base64'))
      const timer = setInterval(() => {
        const payload = frames.shift()
        if (payload === undefined) clearInterval(timer)
        else socket().send(JSON.stringify({ event: 'media', streamSid: message.streamSid, media: { payload } }))
      }, 20)
    },
  })
  const call = await phone.dial(server, { stream: '/media' })
  await call.interrupts('Wait a moment', { afterMs: 1000 })
  await expect(call.interrupts('Wait a moment', { afterMs: 9000 })).rejects.toThrow('the answer was over after')
})
