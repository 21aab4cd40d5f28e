// Rows of the capability table about what an answer carries: sound and its pieces, its words, calls and what becomes of their results.

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createLocalConnection, expect, type RealtimeOptions, test } from 'vitest-realtime'
import { writeWav } from 'vitest-realtime/audio'
import { callOutput, respond, says, update } from '../conformance/support/client-events.ts'
import type { WireEvent } from '../conformance/support/wire-client.ts'
import { ask, audioResponse } from './support/socket-talk.ts'
import { temporaryFolder, tone } from './support/sounds.ts'
import { deltasOf, outputOf, startWire } from './support/wire.ts'

const inAudio = respond({ output_modalities: ['audio'] })
const tool = (name: string): object => ({
  type: 'function',
  name,
  description: `Does ${name}.`,
  parameters: { type: 'object', properties: { city: { type: 'string' } } },
})
const kindsOf = (events: readonly WireEvent[]): string[] => outputOf(events).map(({ type, name }) => name ?? type)
const anything = { text: 'Beep.', selectionCriteria: { priority: 50 } }
const bytesOf = (samples: Int16Array): Buffer => Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength)
const piecesOf = (events: readonly WireEvent[]): Buffer[] =>
  deltasOf(events, 'output_audio').map((delta) => Buffer.from(delta, 'base64'))

test('row 11: audio streaming, the size of chunks', async () => {
  const second = tone(440, { rateHz: 24_000 })
  const responses = { any: { text: 'Beep.', audio: second } }
  const byDefault = await startWire({ responses })
  const usual = piecesOf(await byDefault.client.turn(says('Play'), inAudio))
  expect(usual.map(({ length }) => length)).toEqual([80, 300, 300, 300, 20].map((ms) => ms * 48))
  expect(Buffer.concat(usual)).toEqual(bytesOf(second.samples))
  const { format } = (await byDefault.client.askOne(update({}))).session.audio.output
  expect(format).toEqual({ type: 'audio/pcm', rate: 24_000 })

  const inTenths = await startWire({ responses, latency: { audioFirstDeltaMs: 100, audioDeltaMs: 100 } })
  const intercepted = await inTenths.open(inTenths.realtime.url)
  const events = await intercepted.turn(says('Play'), inAudio)
  const tenths = piecesOf(events)
  expect(tenths.map(({ length }) => length)).toEqual(Array(10).fill(4800))
  expect(Buffer.concat(tenths)).toEqual(bytesOf(second.samples))
  expect(events.filter(({ type }) => type === 'response.output_audio.done')).toHaveLength(1)
})

test('row 11: audio streaming with legacy: true, 3,200 bytes a chunk', async () => {
  const audioData = Buffer.from(Array.from({ length: 32_000 }, (_, at) => at % 251))
  await using socket = createLocalConnection({ legacy: true, responseConfigs: { any: { audioData, ...anything } } })
  const events = await ask(socket, 'Play', audioResponse)
  expect(piecesOf(events).map(({ length }) => length)).toEqual(Array(10).fill(3200))
  expect(Buffer.concat(piecesOf(events))).toEqual(audioData)
  expect(events.filter(({ type }) => type === 'response.output_audio.done')).toHaveLength(1)
})

test('row 12: audio source precedence', async () => {
  const ofData = bytesOf(tone(440, { rateHz: 24_000, ms: 300 }).samples)
  const ofFile = tone(880, { rateHz: 24_000, ms: 200 })
  const audioFile = join(temporaryFolder(), 'tone.wav')
  writeFileSync(audioFile, writeWav(ofFile))
  const chosenBy = (keyword: string): object => ({ selectionCriteria: { requiredKeywords: [keyword], priority: 50 } })
  for (const legacy of [false, true]) {
    const responseConfigs = {
      data: { text: 'Beep.', audioData: ofData, audioFile, ...chosenBy('data') },
      file: { text: 'Beep.', audioFile, ...chosenBy('file') },
      // Without words there is nothing to speak; with `legacy: true` words are not spoken either.
      silence: { text: legacy ? 'Beep.' : '', ...chosenBy('silence') },
    }
    await using socket = createLocalConnection({ legacy, responseConfigs })
    const sound = async (text: string): Promise<Buffer> => Buffer.concat(piecesOf(await ask(socket, text, audioResponse)))
    expect(await sound('the data')).toEqual(ofData)
    expect(await sound('the file')).toEqual(bytesOf(ofFile.samples))
    expect(await sound('the silence')).toEqual(Buffer.alloc(2 * 48_000))
  }
  const { client } = await startWire({ responses: { any: { text: 'Beep.', audio: audioFile } } })
  expect(Buffer.concat(piecesOf(await client.turn(says('Play'), inAudio)))).toEqual(bytesOf(ofFile.samples))
})

test('row 13: audio and transcript', async () => {
  const text = 'We are open from nine to five.'
  const { client } = await startWire({
    responses: { spoken: { when: 'speak', text }, played: { when: 'play', text, audio: tone(440, { rateHz: 24_000 }) } },
  })
  for (const said of ['Speak', 'Play']) {
    const events = await client.turn(says(said), inAudio)
    const deltas = deltasOf(events, 'output_audio_transcript')
    expect(deltas.length).toBeGreaterThan(1)
    expect(deltas.join('')).toBe(text)
    expect(events.find(({ type }) => type === 'response.output_audio_transcript.done')?.transcript).toBe(text)
    expect(outputOf(events)[0]?.content).toEqual([{ type: 'output_audio', transcript: text }])
    expect(piecesOf(events).length).toBeGreaterThan(1)
  }
})

const forecast = { city: 'Rome', days: [1, 2, 3], units: { temperature: 'celsius', wind: 'knots' }, note: 'für die Küste' }

test('row 14: function call simulation', async () => {
  const call = { name: 'get_weather', arguments: forecast }
  const { client } = await startWire({ responses: { weather: { when: 'weather', call }, any: 'Hm.' } })
  await client.askOne(update({ tools: [tool('get_weather'), tool('get_time')] }))
  const events = await client.turn(says('The weather?'), respond())
  const deltas = deltasOf(events, 'function_call_arguments')
  expect(deltas.length).toBeGreaterThanOrEqual(2)
  expect(JSON.parse(deltas.join(''))).toEqual(forecast)
  const [item] = outputOf(events)
  expect(item).toMatchObject({ type: 'function_call', name: 'get_weather', arguments: deltas.join('') })
  const ids = events.flatMap(({ type, call_id, item: told }) =>
    type.startsWith('response.') ? (call_id ?? told?.call_id ?? []) : [],
  )
  expect(ids).toHaveLength(deltas.length + 3)
  expect(new Set(ids)).toEqual(new Set([item?.call_id]))
})

/** The service of these decides by itself whether to call. */
const unscripted: RealtimeOptions = { onUnmatched: 'fallback' }

test('row 14: function call simulation, of the tools of the session', async () => {
  const { client } = await startWire(unscripted)
  expect(kindsOf(await client.turn(says('How is the weather?'), respond()))).toEqual(['message'])
  await client.askOne(update({ tools: [tool('weather')] }))
  expect(kindsOf(await client.turn(says('How is the weather?'), respond()))).toEqual(['weather'])
})

test.for([
  ['none', 'How is the weather?', ['message']],
  ['auto', 'How is the weather?', ['weather']],
  ['required', 'Hello there', ['weather']],
  [{ type: 'function', name: 'time' }, 'How is the weather?', ['time']],
] as const)('row 16: tool_choice none, required, named: %j', async ([tool_choice, text, kinds]) => {
  const { client } = await startWire(unscripted)
  await client.askOne(update({ tools: [tool('weather'), tool('time')], tool_choice }))
  expect(kindsOf(await client.turn(says(text), respond()))).toEqual(kinds)
  const { client: ofResponse } = await startWire(unscripted)
  await ofResponse.askOne(update({ tools: [tool('weather'), tool('time')] }))
  expect(kindsOf(await ofResponse.turn(says(text), respond({ tool_choice })))).toEqual(kinds)
})

test('row 17: function result round-trip', async () => {
  const call = { name: 'get_weather', arguments: { city: 'Rome' } }
  const { client, realtime } = await startWire({
    responses: {
      then: { when: 'in short', call, then: ({ result }) => `It has ${result.temp} degrees.` },
      ask: { when: 'weather', call },
      hot: { when: ({ calls }) => calls.at(-1)?.result?.temp > 30, priority: 1, text: 'Stay inside.' },
      mild: { when: ({ calls }) => calls.at(-1)?.result?.temp <= 30, priority: 1, text: 'Go out.' },
    },
  })
  await client.askOne(update({ tools: [tool('get_weather')] }))
  const talk = async (text: string, temp: number): Promise<string> => {
    const [item] = outputOf(await client.turn(says(text), respond()))
    expect(item).toMatchObject({ type: 'function_call', name: 'get_weather' })
    const [added, done, ...rest] = await client.turn(callOutput(item!.call_id, JSON.stringify({ temp })), respond())
    expect([added?.item.call_id, done?.item.output]).toEqual([item!.call_id, JSON.stringify({ temp })])
    return outputOf(rest)[0]!.content[0].text
  }
  expect(await talk('In short', 21)).toBe('It has 21 degrees.')
  realtime.respondOnce('again', { call })
  expect(await talk('And the weather', 35)).toBe('Stay inside.')
  realtime.respondOnce('once more', { call })
  expect(await talk('And the weather there', 12)).toBe('Go out.')
})
