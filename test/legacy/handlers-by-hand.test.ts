// What a LocalRealtimeClient takes by hand, in place of the app: the handlers of the old system, and its audio files.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createLocalConnection, createTestAudioFiles, LocalRealtimeClient, silence, speech } from 'vitest-realtime'
import { collect, next, textResponse, typesOf, user } from '../capabilities/support/socket-talk.ts'

const quiet = { debug() {}, info() {}, error() {}, warn() {} }

describe('events that are handled by hand', () => {
  test('sound is appended and committed: the app is told', async () => {
    await using socket = createLocalConnection()
    const { client } = socket
    await next(socket, 'session.created')
    const { base64, buffer } = await speech('A table for two')
    client.handleAudioAppend({ audio: base64 })
    expect(client.getAudioBuffer().map(({ byteLength }) => byteLength)).toEqual([buffer.byteLength])
    client.handleAudioCommit()
    const committed = await next(socket, 'input_audio_buffer.committed')
    expect((await next(socket, 'conversation.item.added')).item.id).toBe(committed.item_id)
    expect(client.getAudioBuffer()).toEqual([])
    expect(client.getConversationContext().lastUserInput).toBe('A table for two')
  })

  test('what is wrong is refused as over the socket', async () => {
    await using socket = createLocalConnection()
    const { client } = socket
    await next(socket, 'session.created')
    client.handleAudioAppend({ audio: '%%%', event_id: 'mine' })
    expect((await next(socket)).error).toMatchObject({ type: 'invalid_request_error', event_id: 'mine' })
    client.handleAudioCommit()
    expect((await next(socket)).error).toMatchObject({ code: 'input_audio_buffer_commit_empty' })
    client.handleResponseCancel()
    expect((await next(socket)).error).toMatchObject({ code: 'response_cancel_not_active' })
    client.handleSessionUpdate({ session: { type: 'realtime', temprature: 1 } })
    expect((await next(socket)).error).toMatchObject({ code: 'unknown_parameter', param: 'session.temprature' })
  })

  test('a response is cancelled, by its id or whichever it is', async () => {
    const text = 'One, two, three, four, five, six, seven.'
    await using socket = createLocalConnection({ responseConfigs: { long: { text, charDelayMs: 100 } } })
    for (const of of [(id: string) => ({ response_id: id }), () => undefined]) {
      await socket.send(user('Count'))
      await socket.send(textResponse)
      const begun = await collect(socket, 'response.output_text.delta')
      const { response } = begun.find(({ type }) => type === 'response.created')!
      socket.client.handleResponseCancel(of(response.id))
      const rest = await collect(socket, 'response.done')
      expect(typesOf(rest)).not.toContain('response.output_text.delta')
      expect(rest.at(-1)).toMatchObject({ response: { id: response.id, status: 'cancelled' } })
    }
  })

  test('session.update switches detection and transcription, for the session and the client', async () => {
    await using socket = createLocalConnection({ enableVad: false })
    const { client } = socket
    const input = (fields: object) => ({ session: { type: 'realtime', audio: { input: fields } } })
    client.handleSessionUpdate(input({ turn_detection: { type: 'server_vad' }, transcription: { model: 'whisper-1' } }))
    const { session } = await next(socket, 'session.updated')
    expect(session.audio.input).toMatchObject({ turn_detection: { type: 'server_vad' }, transcription: { model: 'whisper-1' } })
    expect([client.isVadEnabled, client.isTranscriptionEnabled]).toEqual([true, true])
    client.handleSessionUpdate({ type: 'session.update', ...input({ turn_detection: null, transcription: null }) })
    expect((await next(socket, 'session.updated')).session.audio.input.turn_detection).toBeNull()
    expect([client.isVadEnabled, client.isTranscriptionEnabled]).toEqual([false, false])
    expect(client.getVadState()).toMatchObject({ enabled: false })
  })

  test('another type, or no event, is an error at the line', async () => {
    await using socket = createLocalConnection()
    const { client } = socket
    expect(() => client.handleAudioCommit({ type: 'response.cancel' })).toThrow(
      /RTK_OPTION.*handleAudioCommit\(…\): `event\.type` must be 'input_audio_buffer\.commit', got "response\.cancel"\n {2}Leave it out/,
    )
    expect(() => client.handleAudioAppend(undefined as never)).toThrow(
      /RTK_OPTION.*an event of type 'input_audio_buffer\.append'/,
    )
    const idle = new LocalRealtimeClient({ intercept: false })
    expect(() => idle.handleAudioCommit()).toThrow(/RTK_NO_SESSION.*handleAudioCommit/)
  })
})

test('audio files are loaded at a rate, once; a missing one is silence, with a warning', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'rtk-files-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const warnings: string[] = []
  const client = new LocalRealtimeClient({
    intercept: false,
    logger: { ...quiet, warn: (text: string) => void warnings.push(text) },
  })
  const { path } = (await createTestAudioFiles(folder))[0]!
  const sound = client.loadAudioFile(path)
  expect(sound.rateHz).toBe(24_000)
  expect(client.loadAudioFile(path)).toBe(sound)
  const low = client.loadAudioFile(path, 8000)
  expect(low).toMatchObject({ rateHz: 8000, durationMs: expect.closeTo(sound.durationMs, 0) })
  expect(warnings).toEqual([])
  expect(client.loadAudioFile(join(folder, 'none.wav'), 16_000).samples).toEqual(silence(2000, { rateHz: 16_000 }).samples)
  expect(warnings).toEqual([expect.stringContaining('none.wav')])
})
