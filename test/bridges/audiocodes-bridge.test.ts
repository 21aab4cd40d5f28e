// A call of AudioCodes VoiceAI Connect through its bridge: negotiation, turns, interruption, keys, resume, the end.

import type { AudioCodesFormat } from 'vitest-realtime'
import { expect, test } from 'vitest-realtime'
import { createBridgeServer } from 'vitest-realtime/telephony'

const menu = 'Welcome to the clinic. For appointments press one, for prescriptions press two, or stay on the line for a person.'
const dial = { platform: 'audiocodes', stream: '/ws/telephony', authToken: 'secret' } as const

test.for<AudioCodesFormat>([
  'raw/mulaw',
  'raw/lpcm16',
  'raw/lpcm16_8',
  'raw/lpcm16_24',
  'wav/mulaw',
  'wav/lpcm16',
  'wav/lpcm16_8',
  'wav/lpcm16_24',
])('%s alone is offered: greeting, turn and hang-up, without a finding', async (format, { realtime, phone }) => {
  realtime.respondOnce('greeting', 'Hello, which day suits you?')
  realtime.respond('day', { when: 'Tuesday', text: 'Tuesday it is.' })
  const call = await phone.dial(createBridgeServer({ token: 'secret' }), {
    ...dial,
    audiocodes: { formats: [format], bargeIn: true },
  })
  await call.hears(/which day/i)
  await call.says('On Tuesday please')
  await call.hears(/Tuesday it is/i)
  await call.hangsUp()
  await realtime.settled()
  expect(call).toHaveNoFindings()
  expect(realtime.session.open).toBe(false)
})

test('the caller interrupts: silent, and truncated at what was heard', async ({ realtime, phone }) => {
  realtime.respondOnce('menu', menu)
  realtime.respond('person', { when: 'person', text: 'One moment please.' })
  const call = await phone.dial(createBridgeServer({ token: 'secret' }), { ...dial, audiocodes: { bargeIn: true } })
  await call.hears(/welcome/i)
  await call.interrupts('Can I talk to a person', { afterMs: 1500 })
  await call.hears(/one moment/i)
  await realtime.settled()
  expect(realtime.responses[0]).toHaveTruncatedWhereHeard({ toleranceMs: 120 })
  expect(call).toHaveNoFindings()
  await call.hangsUp()
})

test('keys reach the model, in both spellings', async ({ realtime, phone }) => {
  realtime.respond('one', { when: { keys: '1' }, text: 'Appointments.' })
  const server = createBridgeServer({ token: 'secret', greeting: false })
  for (const dtmfName of ['DTMF', 'dtmf'] as const) {
    const call = await phone.dial(server, { ...dial, audiocodes: { dtmfName, sendDTMF: true } })
    await call.presses('1')
    await call.hears(/appointments/i)
    expect(call).toHaveNoFindings()
    await call.hangsUp()
  }
})

test('the agent hangs up when its goodbye was heard', async ({ realtime, phone }) => {
  realtime.respondOnce('greeting', 'Hello.')
  realtime.respond('bye', {
    when: 'bye',
    call: { name: 'end_call', arguments: { reason: 'done' } },
    then: 'Goodbye, and thank you for calling us today.',
  })
  const call = await phone.dial(createBridgeServer({ token: 'secret' }), { ...dial, audiocodes: { bargeIn: true } })
  await call.hears(/hello/i)
  await call.says('That is all, bye')
  expect(await call.ended()).toMatchObject({ by: 'app' })
  expect(call).toHaveHeard(/thank you for calling us today/i)
  expect(call).toHaveNoFindings()
})

test('a lost connection is resumed with the conversation so far', async ({ realtime, phone }) => {
  realtime.respondOnce('greeting', 'Hello, which day suits you?')
  realtime.respond('day', { when: 'Tuesday', text: 'Tuesday it is.' })
  const call = await phone.dial(createBridgeServer({ token: 'secret' }), {
    ...dial,
    audiocodes: { bargeIn: true, resumeAfterMs: 500 },
  })
  await call.hears(/which day/i)
  await call.losesConnection({ resumeAfterMs: 500 })
  await call.says('On Tuesday please')
  await call.hears(/Tuesday it is/i)
  expect(realtime.sessions).toHaveLength(1)
  await call.hangsUp()
})
