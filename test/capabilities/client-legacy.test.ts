// Rows of the capability table that hold with `legacy: true` only: one test each.

import { onTestFinished, vi } from 'vitest'
import { createLocalConnection, expect, LocalResponseConfig, speech, test } from 'vitest-realtime'
import { ask, collect, next, typesOf } from './support/socket-talk.ts'

const hello = { hello: { text: 'Hello world!', selectionCriteria: { requiredKeywords: ['hello'], priority: 50 } } }

const emptyText = { text: '', selectionCriteria: { requiredKeywords: ['nothing please'], priority: 90 } }

const tools = [{ type: 'function', name: 'mock_function', parameters: { type: 'object', properties: {} } }]

test('row 9: text streaming, a character at a time with legacy: true', async () => {
  await using socket = createLocalConnection({ legacy: true, responseConfigs: { ...hello, empty: emptyText } })
  const events = await ask(socket, 'Hello')
  const deltas = events.flatMap(({ type, delta }) => (type === 'response.output_text.delta' ? [delta] : []))
  expect(deltas).toHaveLength(12)
  expect(deltas.join('')).toBe(events.find(({ type }) => type === 'response.output_text.done')?.text)
  const silent = await ask(socket, 'nothing please')
  expect(typesOf(silent)).not.toContain('response.output_text.delta')
  expect(silent.find(({ type }) => type === 'response.output_text.done')).toMatchObject({ text: '' })
})

test('row 10: text delay of the old system with legacy: true', async () => {
  const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
  onTestFinished(() => warn.mockRestore())
  const responseConfigs = { ten: { text: '0123456789', delaySeconds: 0.02, selectionCriteria: { priority: 99 } } }
  await using socket = createLocalConnection({ legacy: true, responseConfigs })
  await ask(socket, 'go')
  const { timeline } = socket.client.realtime
  const at = (type: string): number => timeline.entries.findLast(({ event }) => event.type === type)?.atMs ?? Number.NaN
  expect(at('response.output_text.delta') - at('response.created')).toBe(200)

  socket.client.addResponseConfig('ten', { text: '0123456789', charDelayMs: 0, selectionCriteria: { priority: 99 } })
  await ask(socket, 'again')
  expect(at('response.output_text.delta') - at('response.created')).toBe(0)
  expect(() => new LocalResponseConfig({ delaySeconds: -1 })).toThrow(/RTK_OPTION.*delaySeconds.*0 or more/)
  expect(new LocalResponseConfig()).toMatchObject({ delaySeconds: 0.05, audioChunkDelay: 0.2 })
})

test('row 15: default function call with legacy: true', async () => {
  await using socket = createLocalConnection({ legacy: true, setupSmartResponses: false })
  await socket.send({ type: 'response.create', response: { output_modalities: ['text'], tools } })
  const done = (await collect(socket, 'response.done')).at(-1)
  expect(done?.response.output).toEqual([
    expect.objectContaining({ type: 'function_call', name: 'mock_function', arguments: '{"param1":"value1","param2":"value2"}' }),
  ])
})

test('row 23: input transcription events with legacy: true', async () => {
  await using socket = createLocalConnection({ legacy: true, enableVad: false, enableTranscription: true })
  const sound = await speech('A table for two')
  await socket.send({ type: 'input_audio_buffer.append', audio: Buffer.from(sound.samples.buffer).toString('base64') })
  await socket.send({ type: 'input_audio_buffer.commit' })
  const { item_id } = await next(socket, 'input_audio_buffer.committed')
  const told = await collect(socket, 'conversation.item.input_audio_transcription.completed')
  const deltas = told.filter(({ type }) => type === 'conversation.item.input_audio_transcription.delta')
  expect(deltas.length).toBeGreaterThan(0)
  expect(deltas.map(({ delta }) => delta).join('')).toBe('A table for two')
  expect(told.at(-1)).toMatchObject({ item_id, transcript: 'A table for two' })
  expect(socket.client.getConversationContext().lastUserInput).toBe('A table for two')

  socket.client.sendInputTranscriptFailed(item_id, 'too quiet')
  const failed = await next(socket, 'conversation.item.input_audio_transcription.failed')
  expect(failed).toMatchObject({ item_id, error: { code: 'transcription_failed', message: 'too quiet' } })
})

test('row 48: fallback detection with legacy: true', async () => {
  await using socket = createLocalConnection({ legacy: true, enableVad: false })
  await next(socket, 'session.created')
  const append = { type: 'input_audio_buffer.append', audio: Buffer.alloc(960).toString('base64') }
  for (let count = 0; count < 10; count++) await socket.send(append)
  await socket.send({ type: 'input_audio_buffer.clear' })
  expect(typesOf([await next(socket)])).toEqual(['input_audio_buffer.cleared'])
  for (let count = 0; count < 15; count++) await socket.send(append)
  expect(await next(socket)).toMatchObject({ type: 'input_audio_buffer.speech_started', audio_start_ms: 0 })
  expect(socket.client.realtime.emitted('input_audio_buffer.speech_started')).toHaveLength(1)
})
