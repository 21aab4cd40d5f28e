// A client whose engine for voice activity fails goes on without detection, as the old system did; misspelt intents are told at once.

import { afterEach, describe, expect, test, vi } from 'vitest'
import {
  createLocalConnection,
  LocalRealtimeClient,
  type LocalRealtimeClientOptions,
  type RealtimeOptions,
  silence,
  speech,
} from 'vitest-realtime'

type Engine = Exclude<NonNullable<RealtimeOptions['vad']>, string>
type Recognizer = Extract<RealtimeOptions['transcription'], object>

/** Half a second that no words are known of. */
const noise = Buffer.from(Int16Array.from({ length: 12_000 }, (_, at) => 8000 * Math.sin(at / 7)).buffer).toString('base64')

const lost = (): never => {
  throw new Error('no model')
}
const engine = (parts: Partial<Engine>): Engine => ({
  name: 'broken',
  load: () => Promise.resolve(),
  open: () => ({ push: () => [], reset: () => {} }),
  ...parts,
})

afterEach(() => vi.restoreAllMocks())

describe('an engine that fails', () => {
  test.each<[string, Engine]>([
    ['to load', engine({ load: async () => lost() })],
    ['to open', engine({ open: lost })],
    ['at a frame', engine({ open: () => ({ push: lost, reset: () => {} }) })],
    ['at a frame, later', engine({ open: () => ({ push: async () => lost(), reset: () => {} }) })],
  ])('%s switches detection off, with one warning, and the session goes on', async (_, backend) => {
    const warnings: string[] = []
    const logger = { debug() {}, info() {}, error() {}, warn: (message: string) => void warnings.push(message) }
    await using socket = createLocalConnection({ enableVad: true, realtime: { vad: backend }, logger: logger as never })
    const { client } = socket
    expect(client.isVadEnabled).toBe(true)
    const { samples } = await speech('Hello there')
    for (const sound of [samples, silence(1000).samples])
      await socket.send({ type: 'input_audio_buffer.append', audio: Buffer.from(sound.buffer).toString('base64') })
    await client.realtime.settled()
    expect(warnings.filter((text) => text.includes('VAD'))).toEqual(['VAD is off: no model'])
    expect(client.isVadEnabled).toBe(false)
    expect(client.getVadState()).toMatchObject({ enabled: false, initialized: false, speechActive: false })
    expect(client.realtime.session).toMatchObject({ open: true, config: { audio: { input: { turn_detection: null } } } })
    await socket.send({ type: 'input_audio_buffer.commit' })
    await client.realtime.settled()
    expect(client.realtime.emitted('input_audio_buffer.committed')).toHaveLength(1)
  })
})

describe('a recognizer that cannot be loaded', () => {
  const broken: Recognizer = { name: 'broken', load: async () => lost(), transcribe: async () => lost() }

  test('switches transcription off, with one warning, and the session goes on', async () => {
    const warnings: string[] = []
    const logger = { debug() {}, info() {}, error() {}, warn: (message: string) => void warnings.push(message) }
    const options = { enableVad: false, enableTranscription: true, realtime: { transcription: broken } }
    await using socket = createLocalConnection({ ...options, logger: logger as never })
    const { client } = socket
    expect(client.getTranscriptionState()).toMatchObject({ enabled: true, initialized: true })
    const commits = async (): Promise<void> => {
      await socket.send({ type: 'input_audio_buffer.append', audio: noise })
      await socket.send({ type: 'input_audio_buffer.commit' })
      await client.realtime.settled()
    }
    await commits()
    expect(client.isTranscriptionEnabled).toBe(false)
    expect(client.getTranscriptionState()).toMatchObject({ enabled: false, initialized: false, transcriberType: 'broken' })
    expect(client.realtime.session).toMatchObject({ open: true, config: { audio: { input: { transcription: null } } } })
    await commits()
    await socket.send({ type: 'response.create' })
    await client.realtime.settled()
    expect(warnings.filter((text) => text.includes('ranscription'))).toEqual(['Transcription is off: no model'])
    expect(client.realtime.emitted('conversation.item.input_audio_transcription.failed')).toEqual([])
    expect(client.realtime.emitted('conversation.item.input_audio_transcription.completed')).toMatchObject([{ transcript: '' }])
    expect(client.realtime.emitted('input_audio_buffer.committed')).toHaveLength(2)
    expect(client.realtime.responses.map(({ status }) => status)).toEqual(['completed'])
  })

  test('one that loads and then fails stays on: its failure is an answer', async () => {
    const frail: Recognizer = { name: 'frail', restarts: false, load: () => Promise.resolve(), transcribe: async () => lost() }
    await using socket = createLocalConnection({
      enableVad: false,
      enableTranscription: true,
      realtime: { transcription: frail },
    })
    await socket.send({ type: 'input_audio_buffer.append', audio: noise })
    await socket.send({ type: 'input_audio_buffer.commit' })
    await socket.client.realtime.settled()
    expect(socket.client.realtime.emitted('conversation.item.input_audio_transcription.failed')).toMatchObject([
      { error: { code: 'transcription_failed', message: 'no model' } },
    ])
    expect(socket.client.isTranscriptionEnabled).toBe(true)
  })

  test('a name that is none is refused', () => {
    const of = (transcription: unknown) => () => createLocalConnection({ realtime: { transcription: transcription as never } })
    expect(of('vosk')).toThrow(/transcription/)
    expect(of({ name: 'half' })).toThrow(/transcription/)
  })
})

describe('an intent that is misspelt', () => {
  const of = (requiredIntents: string[], options: LocalRealtimeClientOptions = {}) =>
    new LocalRealtimeClient({ intercept: false, ...options, responseConfigs: { hi: { selectionCriteria: { requiredIntents } } } })

  test('is refused where it is written, with what was meant', () => {
    expect(() => of(['greetng'])).toThrow(
      /\[RTK_OPTION\] response 'hi': `selectionCriteria\.requiredIntents` must be names of intents, got "greetng"\n {2}Did you mean 'greeting'\?/,
    )
    const client = new LocalRealtimeClient({ intercept: false })
    expect(() => client.addResponseConfig('bye', { selectionCriteria: { requiredIntents: ['farewell', 'xyz'] } })).toThrow(
      'They are greeting, farewell, help_request, question, complaint, gratitude, confirmation, denial',
    )
  })

  test('those of options and plugins are known, and in legacy mode any is taken', () => {
    const realtime = { intents: { booking: ['table'] }, plugins: [{ name: 'shop', intents: { refund: ['money back'] } }] }
    expect(() => of(['booking', 'refund', 'denial'], { realtime })).not.toThrow()
    expect(() => of(['greetng'], { legacy: true })).not.toThrow()
  })
})
