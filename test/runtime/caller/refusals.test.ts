// What the caller cannot do, and how it says so; and what it must bear.

import { describe } from 'vitest'
import { expect, type Pcm, speech, test } from 'vitest-realtime'
import { WebSocket as Socket } from 'ws'
import { failureOf } from '../../support/failure-of.ts'
import { startClient, startSession } from './support/apps.ts'

const opening = 'Hello! How can I help you today? We are open until ten in the evening, and on Sundays from noon until four.'

describe('interrupts()', () => {
  test('comes too late for a short answer: the message says how long it was', async ({ realtime, caller }) => {
    realtime.respond('short', { when: 'hello', text: 'Hello!' })
    caller.attach(await startSession())
    await caller.says('Hello there')
    await expect(caller.interrupts('A table for two', { afterMs: 900 })).rejects.toMatchObject({
      code: 'RTK_CALLER',
      message: expect.stringMatching(
        /afterMs: 900 \}\): the answer was over after 7\d\d ms\.\nInterrupt earlier, or give the reply a longer text\./,
      ),
    })
    expect(realtime.emitted('input_audio_buffer.speech_started')).toHaveLength(1)
  })

  test('comes too late where only its silence would fall on the answer', async ({ realtime, caller }) => {
    realtime.respond('short', { when: 'hello', text: 'Hello!' })
    caller.attach(await startSession())
    await caller.says('Hello there')
    await expect(caller.interrupts('A table for two', { afterMs: 750 })).rejects.toMatchObject({ code: 'RTK_CALLER' })
  })

  test('waits for an answer that has not begun, and tells of the last one when none comes', async ({ realtime, caller }) => {
    realtime.respond('short', { when: 'hello', text: 'Hello!' })
    caller.attach(await startSession())
    await caller.says('Hello there')
    await realtime.settled()
    expect(await failureOf(() => caller.interrupts('A table for two', { afterMs: 100 }))).toMatch(
      /RTK_WAIT[\s\S]*The last answer was over at \d+ ms of the clock, 7\d\d ms of sound in all\./,
    )
  })

  test('at once is at the first sound of the answer', async ({ realtime, caller }) => {
    realtime.respond('opening', { when: 'hello', text: opening })
    realtime.respond('booked', { when: 'table', text: 'Done.' })
    caller.attach(await startSession())
    await caller.says('Hello there')
    await caller.interrupts('A table for two', { afterMs: 0 })
    await realtime.settled()
    expect(realtime.responses[0]).toHaveBeenInterrupted({ afterMs: 0, toleranceMs: 320 })
    expect(realtime.responses[0]).toHaveTruncatedWhereHeard({ toleranceMs: 5 })
  })
})

describe('hears()', () => {
  test('nothing of an app that has no loudspeaker, and says so', async ({ realtime, caller }) => {
    realtime.respond('opening', { when: 'hello', text: opening })
    const client = await startClient()
    caller.attach({ microphone: ({ base64 }) => client.send({ type: 'input_audio_buffer.append', audio: base64 }) })
    await caller.says('Hello there')
    await realtime.settled()
    expect(await failureOf(() => caller.hears('Hello'))).toContain('Heard so far: "" The app has no loudspeaker here')
  })

  test('takes a text or a RegExp, also one with the g flag, as often as asked', async ({ realtime, caller }) => {
    realtime.respond('opening', { when: 'hello', text: opening })
    caller.attach(await startSession())
    await caller.says('Hello there')
    const today = /today/g
    await caller.hears('How can I')
    expect(caller).not.toHaveHeard('Sundays')
    for (const _ of [1, 2]) await caller.hears(today)
    expect(caller).not.toHaveHeard('Sundays')
    await caller.hears(/sundays/i)
  })

  test('tells what was heard when the words never come', async ({ realtime, caller }) => {
    realtime.respond('opening', { when: 'hello', text: opening })
    caller.attach(await startSession())
    await caller.says('Hello there')
    expect(await failureOf(() => caller.hears('goodbye', { timeout: 2000 }))).toMatch(
      /RTK_WAIT\] caller\.hears\(goodbye\) timed out after 2000 ms[\s\S]*Heard so far: "Hello! How can I help/,
    )
  })

  test('hears a later answer, after silence', async ({ realtime, caller }) => {
    realtime.respond('opening', { when: 'hello', text: 'Hello!' })
    realtime.respond('bye', { when: 'goodbye', text: 'Bye.' })
    caller.attach(await startSession())
    await caller.says('Hello there')
    await caller.hears('Hello!')
    await caller.says('Goodbye')
    await caller.hears('Bye.')
    expect(caller.heard.text).toBe('Hello! Bye.')
  })
})

describe('attach()', () => {
  test('joins one app only', async ({ caller }) => {
    const session = await startSession()
    caller.attach(session)
    expect(() => caller.attach(session)).toThrow(/RTK_CALLER.*attached to an app already/)
  })

  test('takes no other thing', async ({ caller }) => {
    for (const app of [{ sendAudio: 1 }, null, 'app', startClient()]) {
      expect(() => caller.attach(app as never)).toThrow(
        /RTK_CALLER.*attach\(\) got[\s\S]*RealtimeSession, an OpenAIRealtimeWS, an OpenAIRealtimeTranslationWS, or \{ microphone/,
      )
    }
  })
})

describe('attach() of a bare WebSocket', () => {
  test.for([
    [
      'of ws',
      () => new Socket('wss://api.openai.com/v1/realtime?model=gpt-realtime', { headers: { authorization: 'Bearer x' } }),
    ],
    [
      'of the platform',
      () => new WebSocket('wss://api.openai.com/v1/realtime?model=gpt-realtime', ['openai-insecure-api-key.x']),
    ],
  ] as const)('%s says how to give it a microphone', async ([, open], { realtime, caller }) => {
    const socket = open()
    await realtime.waitForSession()
    expect(() => caller.attach(socket as never)).toThrow(/RTK_CALLER.*bare WebSocket[\s\S]*attach\(\{ microphone: \(frame\)/)
  })
})

describe('says()', () => {
  test('without any session tells so', async ({ caller }) => {
    expect(await failureOf(() => caller.says('Hello'))).toMatch(/RTK_NO_SESSION[\s\S]*caller\.says/)
  })

  test('fails with the error of an app that cannot take sound', async ({ caller }) => {
    await startClient()
    caller.attach({
      microphone() {
        throw new Error('no microphone permission')
      },
    })
    await expect(caller.says('Hello')).rejects.toThrow('no microphone permission')
  })

  test('ends when the app hangs up in the middle of it', async ({ realtime, caller }) => {
    const app = await hangsUp('input_audio_buffer.speech_started')
    caller.attach(app)
    await caller.says('Hello there, is anybody listening to me at all?')
    await realtime.settled()
    expect(app.isOver()).toBe(true)
    expect(realtime.session.open).toBe(false)
    expect(realtime).not.toHaveEmitted('input_audio_buffer.committed')
  })

  test('goes on for nobody when a RealtimeSession hangs up', async ({ realtime, caller }) => {
    const session = await startSession()
    caller.attach(session)
    session.on('transport_event', (event) => {
      if (event.type === 'input_audio_buffer.speech_started') session.close()
    })
    await caller.says('Hello there, is anybody listening to me at all?')
    await realtime.settled()
    expect(realtime.session.open).toBe(false)
    expect(realtime).not.toHaveEmitted('input_audio_buffer.committed')
  })

  test('leaves nothing that runs on when the app hangs up while the microphone is only kept open', async ({
    realtime,
    caller,
    clock,
  }) => {
    const app = await hangsUp('input_audio_buffer.committed')
    caller.attach(app)
    await caller.says(await speech('Hello there', { trailMs: 0 }))
    await realtime.settled()
    expect(app.isOver()).toBe(true)
    expect(realtime).toHaveEmitted('input_audio_buffer.committed')
    const atMs = clock.now()
    await realtime.settled()
    expect(clock.now()).toBe(atMs)
  })
})

/** An app that ends its connection when it hears this, and whose microphone is dead from then on. */
async function hangsUp(at: 'input_audio_buffer.speech_started' | 'input_audio_buffer.committed') {
  const client = await startClient({ input: { turn_detection: { type: 'server_vad', create_response: false } } })
  let isOver = false
  client.on(at, () => {
    isOver = true
    client.close()
  })
  return {
    isOver: () => isOver,
    microphone({ base64 }: Pcm) {
      if (isOver) throw new Error('the line is dead')
      client.send({ type: 'input_audio_buffer.append', audio: base64 })
    },
  }
}
