// toHaveClearedWithin, toHaveNoFindings, toHaveHungUp: what they judge, and what they say.

import { expect, test } from 'vitest-realtime'
import { beep, smallApp } from '../telephony/support/small-app.ts'

/** An app that plays for two seconds, and clears so many ms after the caller's first loud frame; never without. */
function playing({ clearsAfterMs, goesOn = false }: { clearsAfterMs?: number; goesOn?: boolean } = {}) {
  let streamSid = ''
  let isHeard = false
  return smallApp({
    onMessage(message, socket) {
      const send = (more: object): void => socket.send(JSON.stringify({ streamSid, ...more }))
      if (message.event === 'start') {
        streamSid = message.streamSid
        send({ event: 'media', media: { payload: beep(3000) } })
      }
      if (message.event !== 'media' || isHeard || clearsAfterMs === undefined) return
      isHeard = Buffer.from(message.media.payload, 'base64').some((byte) => (byte & 0x70) < 0x50)
      if (!isHeard) return
      setTimeout(() => {
        send({ event: 'clear' })
        if (goesOn) send({ event: 'media', media: { payload: beep(400) } })
      }, clearsAfterMs)
    },
  })
}

const messageOf = (assertion: () => void): string => {
  try {
    assertion()
  } catch (error) {
    return (error as Error).message.split(/\n\nThe call \(/)[0]!
  }
  return 'passed'
}

test('cleared in time, and too late', async ({ phone }) => {
  const call = await phone.dial(playing({ clearsAfterMs: 300 }).server, { stream: '/media' })
  await call.interrupts('Wait a moment please', { afterMs: 800 })
  expect(call).toHaveClearedWithin(400)
  expect(call).not.toHaveClearedWithin(200)
  expect(messageOf(() => expect(call).toHaveClearedWithin(200)).replaceAll(/CA\w+/g, 'CA…')).toMatchInlineSnapshot(`
    "[1mexpect(call).toHaveClearedWithin(200)[22m

    Subject: call CA…

    [31mthe caller spoke at +800ms, cleared after 320 ms  <<<<<[39m"
  `)
})

test('never cleared', async ({ phone }) => {
  const call = await phone.dial(playing().server, { stream: '/media' })
  await call.interrupts('Wait a moment please', { afterMs: 800 })
  expect(messageOf(() => expect(call).toHaveClearedWithin(200)).replaceAll(/CA\w+/g, 'CA…')).toMatchInlineSnapshot(`
    "[1mexpect(call).toHaveClearedWithin(200)[22m

    Subject: call CA…

    [31mthe caller spoke at +800ms, never cleared: the app is heard still  <<<<<[39m"
  `)
})

test('the caller who never interrupts proves nothing', async ({ phone }) => {
  const call = await phone.dial(playing().server, { stream: '/media' })
  await call.pauses(4000)
  await call.says('Hello')
  expect(messageOf(() => expect(call).toHaveClearedWithin(200)).replaceAll(/CA\w+/g, 'CA…')).toMatchInlineSnapshot(`
    "[1mexpect(call).toHaveClearedWithin(200)[22m

    Subject: call CA…

    The caller never spoke while the app was heard."
  `)
})

test('who hung up, and who did not', async ({ phone }) => {
  const call = await phone.dial(smallApp().server, { stream: '/media' })
  expect(call).not.toHaveHungUp()
  expect(messageOf(() => expect(call).toHaveHungUp('app')).replaceAll(/CA\w+/g, 'CA…')).toMatchInlineSnapshot(`
    "[1mexpect(call).toHaveHungUp('app')[22m

    Subject: call CA…

    call CA… is not over."
  `)
  await call.hangsUp()
  expect(call).toHaveHungUp()
  expect(call).toHaveHungUp('caller')
  expect(messageOf(() => expect(call).toHaveHungUp('app')).replaceAll(/CA\w+/g, 'CA…')).toMatchInlineSnapshot(`
    "[1mexpect(call).toHaveHungUp('app')[22m

    Subject: call CA…

    call CA… was ended by the caller at +0ms: the caller hung up"
  `)
})

test('answers are judged by when they are heard', async ({ phone }) => {
  let streamSid = ''
  const app = smallApp({
    onMessage(message, socket) {
      if (message.event === 'start') streamSid = message.streamSid
      if (message.event === 'dtmf') socket.send(JSON.stringify({ event: 'media', streamSid, media: { payload: beep(500) } }))
    },
  })
  const call = await phone.dial(app.server, { stream: '/media' })
  expect(call).not.toHaveRespondedWithin(5000)
  await call.says('Hello')
  await call.presses('1')
  await call.pauses(600)
  expect(call).toHaveRespondedWithin(800)
  expect(call).not.toHaveRespondedWithin(600)
  expect(messageOf(() => expect(call).toHaveRespondedWithin(600)).replaceAll(/CA\w+/g, 'CA…')).toMatchInlineSnapshot(`
    "[1mexpect(call).toHaveRespondedWithin(600)[22m

    Subject: call CA…

    [31mturn 1  heard after 713 ms  <<<<<[39m"
  `)
})

test('they work softly and within other matchers', async ({ phone }) => {
  const call = await phone.dial(smallApp().server, { stream: '/media' })
  await call.hangsUp()
  expect.soft(call).toHaveNoFindings()
  expect({ call }).toEqual({ call: expect.toHaveHungUp('caller') })
})

test('slips of the author', async ({ realtime, caller, phone }) => {
  const call = await phone.dial(smallApp().server, { stream: '/media' })
  expect(() => expect(caller).toHaveHungUp()).toThrow('received value must be one of: a phone call')
  expect(() => expect(realtime).toHaveNoFindings()).toThrow('[RTK_MATCHER]')
  expect(() => expect(call).toHaveSaid('x')).toThrow('of a call, its session is `realtime.session`')
  expect(() => expect(call).toHaveHungUp('me' as never)).toThrow("it takes 'app', 'caller' or 'platform'")
  expect(() => expect(call).toHaveClearedWithin('soon' as never)).toThrow('milliseconds')
  expect(() => expect(phone.dial).toHaveNoFindings()).toThrow('[RTK_MATCHER]')
})
