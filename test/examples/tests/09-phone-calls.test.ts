// An agent that answers phone calls over SIP, unmodified: webhook, REST, sideband. Its caller is simulated, its time is virtual.

import { expect, test } from 'vitest-realtime'
import { PhoneDesk } from '../src/phone-desk.js'

test('the desk greets, is interrupted, and transfers the call', async ({ realtime, caller }) => {
  realtime.respond('greeting', {
    when: { instructions: /greet/i },
    text: 'Welcome to the Harbour Hotel. We have rooms with a view of the sea, and rooms with a view of the garden.',
  })
  realtime.respond('transfer', {
    when: 'reception',
    call: { name: 'transfer', arguments: { to: '+15550123' } },
    then: 'I put you through.',
  })

  const desk = new PhoneDesk({ webhookSecret: realtime.webhookSecret })
  const call = await realtime.incomingCall(desk.handle, { from: '+442079460000' })
  const session = await call.accepted()
  expect(session.config.instructions).toBe('You answer the phone of a hotel.')

  await caller.hears('Harbour Hotel')
  await caller.interrupts('Reception please!', { afterMs: 2500 })
  expect(await call.ended()).toEqual({ by: 'app' })
  expect(call).toMatchObject({ status: 'referred', referredTo: 'tel:+15550123' })

  expect(session).toHaveEmittedSequence([
    'output_audio_buffer.started',
    'input_audio_buffer.speech_started',
    'output_audio_buffer.cleared',
    'conversation.item.truncated',
    'response.function_call_arguments.done',
  ])
  expect(caller.heard.text).not.toContain('garden')
  expect(realtime).toHaveReturnedFromFunction('transfer', { transferred: true })
})

test('keys reach the desk, which tells the model', async ({ realtime }) => {
  realtime.respond('greeting', { when: { instructions: /greet/i }, text: 'Type your booking, then hash.' })
  realtime.respond('booking', { when: { keys: '42#' }, text: 'Room seven is ready for you.' })

  const desk = new PhoneDesk({ webhookSecret: realtime.webhookSecret })
  const call = await realtime.incomingCall(desk.handle)
  await call.accepted()
  await realtime.settled()
  await call.presses('42#')
  expect(await realtime.nextResponse({ name: 'booking' })).toHaveSaid('Room seven is ready for you.')

  await call.hangsUp()
  expect(desk.sessions.get(call.id)?.transport.status).toBe('disconnected')
})

test('a withheld number is rejected', async ({ realtime }) => {
  const desk = new PhoneDesk({ webhookSecret: realtime.webhookSecret })
  const call = await realtime.incomingCall(desk.handle, { from: 'sip:anonymous@anonymous.invalid' })
  expect(call).toMatchObject({ status: 'rejected', rejectedWith: 486, webhookStatus: 200 })
  expect(realtime.sessions).toEqual([])
})

test('a webhook with a wrong signature is turned away', async ({ realtime }) => {
  const desk = new PhoneDesk({ webhookSecret: realtime.webhookSecret })
  await expect(realtime.incomingCall(desk.handle, { secret: 'whsec_d3Jvbmc=' })).rejects.toThrow('HTTP 400: bad signature')
})
