// protocol.md 4.4: turns found by the service. The detector is exact here: a loud frame of 32 ms is speech.

import { describe, expect, test } from 'vitest'
import {
  append,
  appends,
  cancel,
  clear,
  commit,
  loud,
  quiet,
  respond,
  says,
  update,
  updateInput,
} from './support/client-events.ts'
import { startLocal, useServed } from './support/services.ts'
import { errorOf, type WireClient, type WireEvent } from './support/wire-client.ts'

const served = useServed()

const of = (events: readonly WireEvent[], type: string): WireEvent[] => events.filter((event) => event.type === type)
const turnDetection = (fields: object): object => updateInput({ turn_detection: { type: 'server_vad', ...fields } })
const started = 'input_audio_buffer.speech_started'
const stopped = 'input_audio_buffer.speech_stopped'
const userTurn = [started, stopped, 'input_audio_buffer.committed', 'conversation.item.added', 'conversation.item.done']

/** Half a second of silence, of speech, of silence. */
const utterance = (): object[] => [...appends(quiet(512)), ...appends(loud(512)), ...appends(quiet(512))]

/** A session with turn detection that answers nothing by itself. */
async function listening(fields: object = {}): Promise<WireClient> {
  const client = await served.open()
  await client.ask(update({ output_modalities: ['text'] }), turnDetection({ create_response: false, ...fields }))
  return client
}

describe('4.4 offsets count the audio written since the session began', () => {
  test('start is the onset minus prefix_padding_ms, end includes the silence, both on the grid of 32 ms', async () => {
    const client = await listening()
    const events = [...(await client.ask(...utterance())), ...(await client.ask(...utterance()))]
    expect(of(events, started).map(({ audio_start_ms }) => audio_start_ms)).toEqual([512 - 300, 1536 + 512 - 300])
    expect(of(events, stopped).map(({ audio_end_ms }) => audio_end_ms)).toEqual([1024 + 224, 1536 + 1024 + 224])
  })

  test('start is 0 at least', async () => {
    const client = await listening()
    const [event] = await client.ask(...appends(loud(320)))
    expect(event).toMatchObject({ type: started, audio_start_ms: 0 })
  })

  test('prefix_padding_ms and silence_duration_ms are obeyed', async () => {
    const client = await listening({ prefix_padding_ms: 64, silence_duration_ms: 480 })
    const events = await client.ask(...utterance())
    expect(of(events, started)[0]!.audio_start_ms).toBe(512 - 64)
    expect(of(events, stopped)[0]!.audio_end_ms).toBe(1024 + 480)
  })

  test('however the sound is cut into appends', async () => {
    const client = await listening()
    const whole = Int16Array.from([...quiet(512), ...loud(512), ...quiet(512)])
    const events = await client.ask(...appends(whole, 7))
    expect([of(events, started)[0]!.audio_start_ms, of(events, stopped)[0]!.audio_end_ms]).toEqual([212, 1248])
  })

  test('G.711 at 8,000 Hz has the same times', async () => {
    const client = await listening()
    await client.askOne(updateInput({ format: { type: 'audio/pcmu' } }))
    const bytes = (ms: number, byte: number): Buffer => Buffer.alloc(ms * 8, byte)
    const events = await client.ask(append(bytes(512, 0xff)), append(bytes(512, 0x00)), append(bytes(512, 0xff)))
    expect([of(events, started)[0]!.audio_start_ms, of(events, stopped)[0]!.audio_end_ms]).toEqual([212, 1248])
  })

  test('by hand committed audio counts on', async () => {
    const client = await listening()
    await client.ask(...appends(quiet(1024)), commit)
    const events = await client.ask(...utterance())
    expect(of(events, started)[0]!.audio_start_ms).toBe(1024 + 212)
  })
})

describe('4.4 a segment has one item id', () => {
  test('announced by started, used by stopped, committed and the item; one stopped each', async () => {
    const client = await listening()
    const events = [...(await client.ask(...utterance())), ...(await client.ask(...utterance()))]
    expect(events.map(({ type }) => type)).toEqual([...userTurn, ...userTurn])
    for (const turn of [events.slice(0, 5), events.slice(5)]) {
      expect(new Set(turn.map((event) => event.item_id ?? event.item.id)).size).toBe(1)
    }
    expect(events[7]).toMatchObject({ previous_item_id: events[0]!.item_id })
  })

  test('a commit by hand during speech commits what is there under that id', async () => {
    const client = await listening()
    const [start] = await client.ask(...appends(loud(320)))
    const answers = await client.ask(commit)
    expect(answers.map(({ type }) => type)).toEqual(userTurn.slice(2))
    expect(answers[0]).toMatchObject({ item_id: start!.item_id })
    const after = await client.ask(...appends(loud(320)))
    expect(after.map(({ type }) => type)).toEqual([started])
    expect(after[0]!.item_id).not.toBe(start!.item_id)
  })

  test('clear drops the segment: its id never appears', async () => {
    const client = await listening()
    const [start] = await client.ask(...appends(loud(320)))
    const answers = await client.ask(clear, ...appends(quiet(512)), ...utterance())
    expect(answers.map(({ type }) => type)).toEqual(['input_audio_buffer.cleared', ...userTurn])
    expect(JSON.stringify(answers)).not.toContain(start!.item_id)
  })

  test('[U] an update during speech keeps the segment, another turn_detection drops it', async () => {
    const client = await listening()
    const [start] = await client.ask(...appends(loud(320)))
    await client.ask(update({ instructions: 'New.' }), updateInput({ noise_reduction: { type: 'near_field' } }))
    expect((await client.ask(...appends(quiet(512))))[0]).toMatchObject({ type: stopped, item_id: start!.item_id })
    await client.ask(...appends(loud(320)))
    await client.ask(turnDetection({ threshold: 0.9 }))
    expect(await client.ask(...appends(quiet(512)))).toEqual([])
  })
})

describe('4.4 what a turn sets off', () => {
  test('create_response: true answers it', async () => {
    const client = await served.open()
    await client.ask(update({ output_modalities: ['text'] }))
    const events = await client.turn(...utterance())
    expect(events.map(({ type }) => type).slice(0, 6)).toEqual([...userTurn, 'response.created'])
  })

  test('create_response: false commits the item, and that is all', async () => {
    const client = await listening()
    expect((await client.ask(...utterance())).map(({ type }) => type)).toEqual(userTurn)
  })

  test('turn_detection: null hears nothing; the buffer grows', async () => {
    const client = await served.open()
    await client.askOne(updateInput({ turn_detection: null }))
    expect(await client.ask(...utterance())).toEqual([])
    expect((await client.ask(commit))[0]).toMatchObject({ type: 'input_audio_buffer.committed' })
  })

  test('semantic_vad sends the same events', async () => {
    const client = await served.open()
    await client.ask(
      update({ output_modalities: ['text'] }),
      updateInput({ turn_detection: { type: 'semantic_vad', eagerness: 'high' } }),
    )
    const events = await client.turn(...utterance(), ...appends(quiet(4000)))
    expect(events.map(({ type }) => type).slice(0, 6)).toEqual([...userTurn, 'response.created'])
  })

  test('a commit by hand after the service committed: the buffer is too small', async () => {
    const client = await listening()
    await client.ask(...appends(quiet(512)), ...appends(loud(512)), ...appends(quiet(224)))
    expect(errorOf(await client.askOne(commit)).code).toBe('input_audio_buffer_commit_empty')
  })
})

describe('4.4 interrupt_response: false', () => {
  test('the response goes on; [U] the automatic one fails with the error of an active response', async () => {
    const client = await served.open()
    await client.ask(update({ output_modalities: ['text'] }), turnDetection({ interrupt_response: false }))
    client.send(says('forever'), respond())
    const { response_id } = await client.until('response.output_text.delta')
    await client.settle()
    const events = await client.ask(...utterance())
    expect(events.map(({ type }) => type)).toEqual([...userTurn, 'error'])
    expect(errorOf(events.at(-1)!)).toMatchObject({ code: 'conversation_already_has_active_response', event_id: null })
    expect(of(await client.turn(cancel()), 'response.done')[0]!.response.id).toBe(response_id)
  })
})

describe('4.4 idle timeout', () => {
  const isIdle = ({ type }: WireEvent): boolean => type === 'input_audio_buffer.timeout_triggered'

  test('armed at response.done plus the playback; reached only by clock.advance; then the silence is answered', async () => {
    await using local = startLocal()
    const client = await local.open()
    await client.askOne(turnDetection({ idle_timeout_ms: 6000 }))
    client.send(says('tone'), respond())
    await client.until('rate_limits.updated')
    const doneMs = local.realtime.timeline.entries.findLast(({ event }) => event.type === 'response.done')!.atMs
    client.send(...appends(quiet(8000), 320))
    await client.settle()
    await local.realtime.settled()
    await local.realtime.clock.advance(doneMs + 1000 + 6000 - local.realtime.clock.now() - 1)
    await client.settle()
    expect(client.events.some(isIdle)).toBe(false)
    const from = client.events.length
    await local.realtime.clock.advance(1)
    await client.until('response.done')
    const [triggered, committed, added, done, created] = client.events.slice(from)
    expect(client.types(from).slice(0, 5)).toEqual([
      'input_audio_buffer.timeout_triggered',
      'input_audio_buffer.committed',
      'conversation.item.added',
      'conversation.item.done',
      'response.created',
    ])
    expect(triggered!.audio_end_ms - triggered!.audio_start_ms).toBe(6016)
    expect([triggered!.audio_end_ms % 32, triggered!.audio_start_ms % 32]).toEqual([0, 0])
    expect(new Set([triggered!.item_id, committed!.item_id, added!.item.id, done!.item.id]).size).toBe(1)
    expect(created!.response.status).toBe('in_progress')
  })

  test('[U] re-armed after that response; speech stops it', async () => {
    await using local = startLocal({ latency: 'instant' })
    const client = await local.open()
    await client.ask(update({ output_modalities: ['text'] }), turnDetection({ idle_timeout_ms: 5000, create_response: true }))
    await client.turn(says('short'), respond())
    await client.ask(...appends(quiet(20_000), 320))
    await local.realtime.clock.advance(5000)
    await client.until('rate_limits.updated')
    await client.ask(...appends(loud(320)))
    await local.realtime.clock.advance(20_000)
    await client.settle()
    expect(client.events.filter(isIdle)).toHaveLength(1)
  })
})
