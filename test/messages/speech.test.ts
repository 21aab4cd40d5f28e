import { describe, expect, test } from 'vitest'
import { registerMatchers } from '../../matchers/register.ts'
import { failureOf } from '../support/failure-of.ts'
import { assistantItem, frame, sessionCreated, userItem } from '../support/sample-events.ts'
import { World } from '../support/world.ts'

registerMatchers(expect)

const started = (audio_start_ms: number, item_id = 'item_user1') => ({
  type: 'input_audio_buffer.speech_started',
  audio_start_ms,
  item_id,
})
const stopped = (audio_end_ms: number, item_id = 'item_user1') => ({
  type: 'input_audio_buffer.speech_stopped',
  audio_end_ms,
  item_id,
})
const transcript = (text: string) => ({
  type: 'conversation.item.input_audio_transcription.completed',
  item_id: 'item_user1',
  transcript: text,
})

describe('toHaveDetectedSpeech', () => {
  test('elsewhere', async () => {
    const world = new World().connect().service(sessionCreated()).at(1300).service(started(1236)).at(3900).service(stopped(3808))
    world.at(5000).service(started(4900, 'item_user2'))
    const text = await failureOf(() =>
      expect(world.subject()).toHaveDetectedSpeech({ startMs: 1200, endMs: 3600, toleranceMs: 100 }),
    )
    expect(text).toMatchInlineSnapshot(`
      "
      expect(realtime).toHaveDetectedSpeech({ startMs: 1200, endMs: 3600, toleranceMs: 100 })

      Speech was detected in 2 stretches, none within 100 ms (true bounds, ms of input audio):
        from 1536 ms to 3608 ms  (#2, #3)  start 336 ms too late  <<<<<
        from 5200 ms to (goes on)  (#4)  start 4000 ms too late, end: still speaking  <<<<<
      "
    `)
  })
  test('never: no sound', async () => {
    const world = new World().connect().service(sessionCreated())
    expect(await failureOf(() => expect(world.subject()).toHaveDetectedSpeech())).toMatchInlineSnapshot(`
      "
      expect(realtime).toHaveDetectedSpeech()

      No speech was detected.

      Timeline (1 event, virtual time):
          #0 +0ms · connected  wss://api.openai.com/v1/realtime?model=gpt-realtime
          #1 +0ms ← session.created  gpt-realtime  audio  turn_detection=server_vad

      No sound reached the service: there is no input_audio_buffer.append.
      "
    `)
  })
  test('never: turn detection is off', async () => {
    const world = new World()
      .connect()
      .service(sessionCreated({ turn_detection: null }))
      .app(frame)
    expect(await failureOf(() => expect(world.subject()).toHaveDetectedSpeech())).toMatchInlineSnapshot(`
      "
      expect(realtime).toHaveDetectedSpeech()

      No speech was detected.

      Timeline (2 events, virtual time):
          #0 +0ms · connected  wss://api.openai.com/v1/realtime?model=gpt-realtime
          #1 +0ms ← session.created  gpt-realtime  audio  turn_detection=null
          #2 +0ms → input_audio_buffer.append  960 bytes, 20 ms pcm16

      Turn detection is off (audio.input.turn_detection is null): the service reports no speech; the app commits by itself.
      "
    `)
  })
  test('.not', async () => {
    const world = new World().connect().service(sessionCreated()).at(300).service(started(0)).at(900).service(stopped(992))
    expect(await failureOf(() => expect(world.subject()).not.toHaveDetectedSpeech())).toMatchInlineSnapshot(`
      "
      expect(realtime).not.toHaveDetectedSpeech()

      Speech was detected (true bounds, ms of input audio):
        from 0–300 ms to 792 ms  (#2, #3)

      Timeline (3 events, virtual time):
          #0 +  0ms · connected  wss://api.openai.com/v1/realtime?model=gpt-realtime
          #1 +  0ms ← session.created  gpt-realtime  audio  turn_detection=server_vad
        > #2 +300ms ← input_audio_buffer.speech_started  audio_start_ms=0  item_user1
          #3 +900ms ← input_audio_buffer.speech_stopped  audio_end_ms=992  item_user1
      "
    `)
  })
})

describe('toHaveTranscribed', () => {
  test('other words', async () => {
    const world = new World()
      .connect()
      .service(sessionCreated({ transcription: { model: 'whisper-1' } }))
      .at(2000)
      .service(transcript('What are you ours?'))
    const text = await failureOf(() => expect(world.subject()).toHaveTranscribed('What are your hours today?', { maxWer: 0.1 }))
    expect(text).toMatchInlineSnapshot(`
      "
      expect(realtime).toHaveTranscribed('What are your hours today?', { maxWer: 0.1 })

      Closest is #2 "What are you ours?"  WER 0.60, more than 0.1:  <<<<<
        what are [-your] [hours→you] [today→ours]
      "
    `)
  })
  test('nobody asked for a transcript', async () => {
    const world = new World()
      .connect()
      .service(sessionCreated())
      .app(frame)
      .at(900)
      .service({ type: 'input_audio_buffer.committed', item_id: 'item_user1' })
    world.words.set('item_user1', 'What are your hours?')
    expect(await failureOf(() => expect(world.subject()).toHaveTranscribed('What are your hours?'))).toMatchInlineSnapshot(`
      "
      expect(realtime).toHaveTranscribed('What are your hours?')

      The service sent no transcript.
        The model understood "What are your hours?" (item_user1), without a transcript.

      Timeline (3 events, virtual time):
          #0 +  0ms · connected  wss://api.openai.com/v1/realtime?model=gpt-realtime
          #1 +  0ms ← session.created  gpt-realtime  audio  turn_detection=server_vad
          #2 +  0ms → input_audio_buffer.append  960 bytes, 20 ms pcm16
          #3 +900ms ← input_audio_buffer.committed  item_user1

      The app asked for no transcription (audio.input.transcription is null), so the service sends none.
      "
    `)
  })
  test('.not', async () => {
    const world = new World().connect().service(sessionCreated()).service(transcript('Goodbye.'))
    expect(await failureOf(() => expect(world.subject()).not.toHaveTranscribed('goodbye'))).toMatchInlineSnapshot(`
      "
      expect(realtime).not.toHaveTranscribed('goodbye')

      It was transcribed:
        #2 "Goodbye."  WER 0.00
      "
    `)
  })
})

describe('toHaveConversation', () => {
  const world = () => {
    const made = new World().connect().service(sessionCreated())
    const call = {
      id: 'item_c',
      type: 'function_call',
      status: 'completed',
      name: 'find_order',
      call_id: 'call_1',
      arguments: '{}',
    } as const
    const output = { id: 'item_o', type: 'function_call_output', status: 'completed', call_id: 'call_1', output: '{}' } as const
    made.conversations.set('sess_a', [
      userItem('Where is my order A1?') as never,
      call,
      output,
      assistantItem('It ships on Tuesday.') as never,
    ])
    return made
  }
  test('another text', async () => {
    const text = await failureOf(() =>
      expect(world().subject()).toHaveConversation([
        { role: 'user', text: /order A1/ },
        { role: 'assistant', call: 'find_order' },
        { role: 'assistant', text: 'It ships on Monday.' },
        { role: 'user' },
      ]),
    )
    expect(text).toMatchInlineSnapshot(`
      "
      expect(realtime).toHaveConversation([4 items])

      Conversation:
        ✓ user      "Where is my order A1?"
        ✓ assistant calls find_order
        ✗ assistant "It ships on Tuesday."  <<<<< expected assistant "It ships on Monday."
        ✗ (nothing)  <<<<< expected user (anything)
      "
    `)
  })
  test('more than expected', async () => {
    expect(await failureOf(() => expect(world().subject()).toHaveConversation([{ role: 'user' }]))).toMatchInlineSnapshot(`
      "
      expect(realtime).toHaveConversation([1 item])

      Conversation:
        ✓ user      "Where is my order A1?"
        ✗ assistant calls find_order  <<<<< not expected
        ✗ assistant "It ships on Tuesday."  <<<<< not expected
      "
    `)
  })
  test('no session', async () => {
    expect(await failureOf(() => expect(new World().subject()).toHaveConversation([]))).toMatchInlineSnapshot(`
      "
      expect(realtime).toHaveConversation([0 items])

      No session has connected. Start the app first and wait for it; \`intercept\` decides which URLs are answered here.
      "
    `)
  })
  test('.not', async () => {
    const text = await failureOf(() =>
      expect(world().subject()).not.toHaveConversation([
        { role: 'user' },
        { role: 'assistant', call: 'find_order' },
        { role: 'assistant', text: /ships/ },
      ]),
    )
    expect(text).toMatchInlineSnapshot(`
      "
      expect(realtime).not.toHaveConversation([3 items])

      Conversation:
        ✓ user      "Where is my order A1?"
        ✓ assistant calls find_order
        ✓ assistant "It ships on Tuesday."
      "
    `)
  })
  test('two sessions', async () => {
    const two = world().connect('sess_b')
    expect(await failureOf(() => expect(two.subject()).toHaveConversation([]))).toMatchInlineSnapshot(`
      "
      [RTK_MANY_SESSIONS] expect(realtime).toHaveConversation([]): each of the 2 sessions has its own. Give one of realtime.sessions, or realtime.for({…}).
      "
    `)
  })
})
