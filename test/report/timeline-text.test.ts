import { describe, expect, test } from 'vitest'
import { formatTimeline } from '../../src/report/timeline-text.ts'
import { assistantItem, bargeIn, created, done, frame, sessionCreated, textTurn, wireError } from '../support/sample-events.ts'
import { World } from '../support/world.ts'

test('a whole story: speech, calls, texts, sound in bytes and ms', () => {
  const world = new World().connect().service(sessionCreated({}, { instructions: 'You are a polite waiter.', tools: [{}, {}] }))
  world
    .at(5)
    .app({ type: 'session.update', session: { type: 'realtime', instructions: 'x', audio: { input: { turn_detection: null } } } })
  world
    .at(20)
    .note({ type: 'said', text: 'A table for two please', startMs: 20, endMs: 1420, injected: true }, 'sess_a', 'caller')
  world.note({ type: 'engine', part: 'vad', name: 'silero-v6', modelSha256: '0123456789abcdef' })
  for (let index = 0; index < 70; index++) world.at(20 + 20 * index).app(frame)
  world.at(1640).service({ type: 'input_audio_buffer.speech_stopped', audio_end_ms: 1620, item_id: 'item_Ct1OVabcdefghijk1234' })
  world
    .service(created('resp_Ct1OVabcdefghijkZk3f'))
    .note({ type: 'selected', responseId: 'resp_Ct1OVabcdefghijkZk3f', name: 'book', why: [] })
  const call = { response_id: 'resp_Ct1OVabcdefghijkZk3f', item_id: 'item_c', call_id: 'call_1' }
  world.at(1840).service({ type: 'response.function_call_arguments.delta', ...call, delta: '{"seats"' })
  world.service({ type: 'response.function_call_arguments.delta', ...call, delta: ':2}' })
  world.service({ type: 'response.function_call_arguments.done', ...call, name: 'book_table', arguments: '{"seats":2}' })
  world.service(done('resp_Ct1OVabcdefghijkZk3f'))
  const output = { type: 'function_call_output', call_id: 'call_1', output: '{"table":7}' }
  world
    .at(1900)
    .app({ type: 'conversation.item.create', item: output })
    .app({ type: 'response.create', response: { instructions: 'Say so.', metadata: { topic: 'mood' }, conversation: 'none' } })
  for (const [index, word] of ['Done', ', a table', ' for two.'].entries()) {
    world
      .at(2100 + index)
      .service({ type: 'response.output_audio_transcript.delta', item_id: 'item_b', content_index: 0, delta: word })
    world.service({ type: 'response.output_audio.delta', item_id: 'item_b', content_index: 0, delta: 'A'.repeat(6400) })
  }
  world.at(2500).service({ type: 'conversation.item.done', item: assistantItem('Done, a table for two.', 'item_b') })
  world.at(2600).app({ type: 'conversation.item.truncate', item_id: 'item_b', content_index: 0, audio_end_ms: 240 })
  world
    .note({ type: 'played', itemId: 'item_b', heardMs: 240, stopped: true })
    .note({ type: 'finding', message: 'speech without known words was heard' })
  world
    .note({ type: 'garbage', bytes: 12 })
    .service(wireError('invalid_value', 'Audio content of 300ms is already shorter than 340ms'))
  world.at(3000).note({ type: 'closed', code: 1000, reason: 'bye', by: 'app' })
  expect(formatTimeline(world.timeline.entries)).toMatchInlineSnapshot(`
    "    #0  +   0ms · connected  wss://api.openai.com/v1/realtime?model=gpt-realtime
        #1  +   0ms ← session.created  gpt-realtime  audio  turn_detection=server_vad  instructions="You are a polite waiter."  2 tools
        #2  +   5ms → session.update  instructions, audio.input.turn_detection
        #3  +  20ms ~ caller says "A table for two please"  until +1420ms  (injected)
        #4  +  20ms · vad by silero-v6  sha256 0123456789ab…
        #5  +  20ms → input_audio_buffer.append  ×70  67200 bytes, 1400 ms pcm16  (to #74 +1400ms)
        #75 +1640ms ← input_audio_buffer.speech_stopped  audio_end_ms=1620  item_…1234
        #76 +1640ms ← response.created  resp_…Zk3f "book"
        #77 +1640ms · reply "book" chosen for resp_…Zk3f
        #78 +1840ms ← response.function_call_arguments.delta  ×2  {"seats":2}  (to #79 +1840ms)
        #80 +1840ms ← response.function_call_arguments.done  book_table({"seats":2})
        #81 +1840ms ← response.done  resp_…Zk3f "book"  status=completed
        #82 +1900ms → conversation.item.create  output of call_1  {"table":7}
        #83 +1900ms → response.create  conversation='none'  metadata={ topic: 'mood' }  instructions="Say so."
        #84 +2100ms ← response.output_audio_transcript.delta  ×3  "Done, a table for two."  (to #88 +2102ms)
        #85 +2100ms ← response.output_audio.delta  ×3  14400 bytes, 300 ms pcm16  (to #89 +2102ms)
        #90 +2500ms ← conversation.item.done  item_b  assistant  "Done, a table for two."
        #91 +2600ms → conversation.item.truncate  item_b  audio_end_ms=240
        #92 +2600ms · caller heard 240 ms of item_b, then it was stopped
        #93 +2600ms · ! speech without known words was heard
        #94 +2600ms · message that is no event  12 bytes
        #95 +2600ms ← error  invalid_value  "Audio content of 300ms is already shorter than 340ms"
        #96 +3000ms · closed by the app  1000 "bye""
  `)
})

describe('sound', () => {
  test('in the format of the session', () => {
    const world = new World().connect().service(sessionCreated({ format: { type: 'audio/pcmu' } }))
    world.app({ type: 'input_audio_buffer.append', audio: `${'A'.repeat(1598)}==` })
    expect(formatTimeline(world.timeline.entries, { notes: false }).split('\n').at(-1)).toBe(
      '    #2 +0ms → input_audio_buffer.append  1198 bytes, 150 ms pcmu',
    )
  })
  test('is never printed', () => {
    const world = bargeIn(new World().connect())
    expect(formatTimeline(world.timeline.entries)).not.toMatch(/A{20}/)
  })
})

describe('runs', () => {
  test('of two kinds that alternate are two lines; another event begins new ones', () => {
    const world = new World().connect()
    for (let index = 0; index < 4; index++)
      world.at(index).app(frame).service({ type: 'response.output_text.delta', item_id: 'i', delta: 'x' })
    world.service({ type: 'response.output_text.done', item_id: 'i', text: 'xxxx' }).app(frame)
    expect(formatTimeline(world.timeline.entries, { notes: false })).toMatchInlineSnapshot(`
      "    #1  +0ms → input_audio_buffer.append  ×4  3840 bytes, 80 ms pcm16  (to #7 +3ms)
          #2  +0ms ← response.output_text.delta  ×4  "xxxx"  (to #8 +3ms)
          #9  +3ms ← response.output_text.done  i  "xxxx"
          #10 +3ms → input_audio_buffer.append  960 bytes, 20 ms pcm16"
    `)
  })
  test('are one per session and item', () => {
    const world = new World().connect().connect('sess_b')
    const delta = (item_id: string) => ({ type: 'response.output_text.delta', item_id, delta: 'x' })
    world.service(delta('i')).service(delta('i'), 'sess_b').service(delta('j')).service(delta('i'))
    expect(formatTimeline(world.timeline.entries, { notes: false })).toMatchInlineSnapshot(`
      "    A = session sess_a
          B = session sess_b
          #2 +0ms A ← response.output_text.delta  ×2  "xx"  (to #5 +0ms)
          #3 +0ms B ← response.output_text.delta  "x"
          #4 +0ms A ← response.output_text.delta  "x""
    `)
  })
})

test('several sessions have a letter each and a legend', () => {
  const world = new World().connect('sess_a').connect('sess_Ct1OVabcdefghijk1234')
  world.service(sessionCreated()).service(sessionCreated({}, { model: 'gpt-realtime-mini' }), 'sess_Ct1OVabcdefghijk1234')
  world.at(12).app({ type: 'response.create' }).app({ type: 'response.create' }, 'sess_Ct1OVabcdefghijk1234')
  world.note({ type: 'finding', message: 'about no session' }, '')
  expect(formatTimeline(world.timeline.entries)).toMatchInlineSnapshot(`
    "    A = session sess_a (gpt-realtime)
        B = session sess_…1234 (gpt-realtime-mini)
        #0 + 0ms A · connected  wss://api.openai.com/v1/realtime?model=gpt-realtime
        #1 + 0ms B · connected  wss://api.openai.com/v1/realtime?model=gpt-realtime
        #2 + 0ms A ← session.created  gpt-realtime  audio  turn_detection=server_vad
        #3 + 0ms B ← session.created  gpt-realtime-mini  audio  turn_detection=server_vad
        #4 +12ms A → response.create
        #5 +12ms B → response.create
        #6 +12ms   · ! about no session"
  `)
})

describe('a window', () => {
  const { entries } = bargeIn(textTurn(new World().connect().service(sessionCreated()))).timeline

  test('has five lines before and five after, and says what it leaves out', () => {
    expect(formatTimeline(entries, { around: [7], marks: [7] })).toMatchInlineSnapshot(`
      "    #2  +  10ms → conversation.item.create  item_user1  user  "hello there"
          #3  +  10ms → response.create
          #4  +  30ms ← response.created  resp_one "greeting"
          #5  +  30ms · reply "greeting" chosen for resp_one
          #6  +  30ms ← response.output_item.added  item_bot1  assistant
        > #7  + 230ms ← response.output_text.delta  ×2  "Hello! How can I help?"  (to #8 +236ms)
          #9  + 300ms ← response.done  resp_one "greeting"  status=completed
          #10 + 300ms ← rate_limits.updated
          #11 +1000ms ← response.created  resp_two
          #12 +1020ms → input_audio_buffer.append  ×50  48000 bytes, 1000 ms pcm16  (to #61 +2000ms)
          #62 +2010ms ← input_audio_buffer.speech_started  audio_start_ms=180  item_user2
          (+2 earlier, +2 later: realtime.timeline.toString())"
    `)
  })
  test('a response that no reply fits', () => {
    const world = new World().connect()
    world.timeline.append({
      atMs: 10,
      sessionId: 'sess_1',
      from: 'kit',
      note: { type: 'selected', responseId: 'resp_one', name: '', why: {} },
    })
    expect(formatTimeline(world.timeline.entries)).toMatch(/· no reply fits resp_one$/)
  })
  test('of an entry inside a run shows the run', () => {
    expect(formatTimeline(entries, { around: [30], marks: [30] })).toContain('  > #12 +1020ms → input_audio_buffer.append  ×50')
  })
  test('keeps beginning and end of too many lines', () => {
    const lines = formatTimeline(entries, { maxLines: 6 }).split('\n')
    expect(lines).toHaveLength(6)
    expect(lines[1]).toBe('    … 10 lines left out …')
    expect(lines[0]).toContain('#0')
    expect(lines[5]).toContain('#64')
  })
})

test('nothing is the empty text; the same is the same', () => {
  expect(formatTimeline([])).toBe('')
  const { entries } = textTurn(new World().connect()).timeline
  expect(formatTimeline(entries)).toBe(formatTimeline([...entries]))
})

test('the port of a loopback server, which is another one in each run, is left out', () => {
  const textOf = (url: string): string => formatTimeline(new World().note({ type: 'connected', url }).timeline.entries)
  expect(textOf('ws://127.0.0.1:40123/v1/realtime?model=m')).toContain('connected  ws://127.0.0.1:…/v1/realtime?model=m')
  expect(textOf('wss://api.example:8443/v1/realtime')).toContain('connected  wss://api.example:8443/v1/realtime')
})
