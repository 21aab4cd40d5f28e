// LocalRealtimeClient: what it refuses, how it hears, and what its responses become.

import { onTestFinished, vi } from 'vitest'
import {
  createLocalConnection,
  expect,
  LocalRealtimeClient,
  LocalResponseConfig,
  ResponseSelectionCriteria,
  speech,
  test,
} from 'vitest-realtime'
import { concatPcm, silence } from 'vitest-realtime/audio'
import { WebSocketServer } from 'ws'
import { ask, audioResponse, collect, next, textResponse, typesOf, user } from '../capabilities/support/socket-talk.ts'

test.for([
  [() => new LocalRealtimeClient({ respons: {} } as never), /`respons` is no option.*allowed: /s],
  [() => new LocalRealtimeClient({ response_configs: {} } as never), /It is `responseConfigs` here\./],
  [() => new LocalRealtimeClient({ vadConfig: { threshold: 3 } }), /vadConfig: `threshold` must be a number from 0 to 1, got 3/],
  [() => new LocalRealtimeClient({ vadConfig: { backend: 'pocketsphinx' as never } }), /`backend` must be one of 'energy'/],
  [() => new LocalRealtimeClient({ transcriptionConfig: { backend: 'siri' as never } }), /`backend` must be one of 'known'/],
  [
    () => new LocalRealtimeClient({ transcriptionConfig: { modelSize: 'enormous' } }),
    /`modelSize` must be a size of Whisper: tiny, base.*got "enormous"/,
  ],
  [
    () => new LocalRealtimeClient({ transcriptionConfig: { language: 'deutsch' } }),
    /`language` must be a language code such as 'en'/,
  ],
  [() => new LocalRealtimeClient({ sessionConfig: { voise: 'alloy' } as never }), /Did you mean `voice`\?/],
  [() => new LocalRealtimeClient({ responseConfigs: { a: { text: 1 as never } } }), /`text` must be a text, got 1/],
  [() => new LocalResponseConfig({ audioData: new Uint8Array(3) }), /PCM16 has two bytes per sample/],
  [() => new LocalResponseConfig({ functionCall: { name: 'f', arguments: '{}' as never } }), /Give the object, not its JSON/],
  [
    () => new ResponseSelectionCriteria({ minTurnCount: 3, maxTurnCount: 2 }),
    /`minTurnCount` must be at most `maxTurnCount` \(2\)/,
  ],
  [() => new ResponseSelectionCriteria({ requiredKeywords: 'hi' as never }), /Write \["hi"\]/],
  [
    () => new ResponseSelectionCriteria({ requiredKeywords: ['Hi'], excludedKeywords: ['hi', 'ho'] }),
    /`excludedKeywords` must be other words than `requiredKeywords`, got an array of 2, first "hi"\n.*No input would ever match/,
  ],
  [
    () => new ResponseSelectionCriteria({ requiredModalities: ['video' as never] }),
    /`requiredModalities` must be an array of 'text' and 'audio', got an array of 1, first "video"/,
  ],
  [() => new ResponseSelectionCriteria({ requiredModalities: 'audio' as never }), /Write \["audio"\]/],
  [() => new LocalRealtimeClient().registerEventHandler('response.creat', () => {}), /response\.create/],
  [() => new LocalRealtimeClient().sendError('a', 'b'), /RTK_NO_SESSION.*await client\.connect\(\) first/],
  [() => new LocalRealtimeClient().realtime, /RTK_NO_SESSION/],
] as const)('%s is refused with what is wrong', ([make, message]) => {
  expect(make).toThrow(message)
})

test('session configuration in the old flat shape', async () => {
  await using socket = createLocalConnection({
    sessionConfig: {
      model: 'gpt-realtime-mini',
      modalities: ['text', 'audio'],
      instructions: 'Be brief.',
      voice: 'marin',
      inputAudioFormat: 'g711_ulaw',
      outputAudioFormat: 'g711_alaw',
      turnDetection: { type: 'server_vad', silenceDurationMs: 300 },
      inputAudioTranscription: { model: 'whisper-1' },
      tools: [{ type: 'function', function: { name: 'look_up', parameters: { type: 'object', properties: {} } } }],
      temperature: 0.8,
    },
    enableTranscription: true,
  })
  expect((await next(socket, 'session.created')).session).toMatchObject({
    model: 'gpt-realtime-mini',
    output_modalities: ['audio'],
    instructions: 'Be brief.',
    audio: {
      input: {
        format: { type: 'audio/pcmu' },
        turn_detection: { type: 'server_vad', silence_duration_ms: 300 },
        transcription: { model: 'whisper-1' },
      },
      output: { format: { type: 'audio/pcma' }, voice: 'marin' },
    },
    tools: [{ type: 'function', name: 'look_up' }],
  })
})

test('detection follows the session, or is forced; it can be switched at run time', async () => {
  const serverVad = { turnDetection: { type: 'server_vad' } }
  expect(new LocalRealtimeClient().isVadEnabled).toBe(false)
  expect(new LocalRealtimeClient({ sessionConfig: serverVad }).isVadEnabled).toBe(true)
  expect(new LocalRealtimeClient({ sessionConfig: serverVad, enableVad: false }).isVadEnabled).toBe(false)
  expect(new LocalRealtimeClient({ enableVad: true }).isVadEnabled).toBe(true)

  await using socket = createLocalConnection({ enableVad: false })
  const { client } = socket
  expect((await next(socket, 'session.created')).session.audio.input.turn_detection).toBeNull()
  client.enableVad({ threshold: 0.3 })
  expect((await next(socket, 'session.updated')).session.audio.input.turn_detection).toMatchObject({ threshold: 0.3 })
  const sound = concatPcm(await speech('Is anybody there?'), silence(800))
  await socket.send({ type: 'input_audio_buffer.append', audio: Buffer.from(sound.samples.buffer).toString('base64') })
  const heard = await collect(socket, 'response.created')
  expect(typesOf(heard)).toContain('input_audio_buffer.speech_stopped')
  const { stateDetails, ...state } = client.getVadState()
  expect(state).toEqual({ enabled: true, initialized: true, speechActive: false, configuration: { threshold: 0.3 } })
  expect(stateDetails).toMatchObject({ speechActive: false, confidenceHistory: expect.any(Array), speechCounter: 0 })
  expect(stateDetails.confidenceHistory).toHaveLength(5)
  expect(stateDetails.speechStartTime).not.toBeNull()
  expect(client.getConversationContext()).toMatchObject({ lastUserInput: 'Is anybody there?', turnCount: 1 })
  client.resetVadState()
  expect(client.getVadState().stateDetails.confidenceHistory).toEqual([])
  client.disableVad()
  expect((await next(socket, 'session.updated')).session.audio.input.turn_detection).toBeNull()
  expect(client.getVadState()).toMatchObject({ enabled: false, initialized: false })
  expect(() => client.updateVadConfig({ backend: 'silero' })).toThrow(/`backend` cannot change/)
})

test('transcription can be switched on at run time: the next commit is transcribed', async () => {
  await using socket = createLocalConnection({ enableVad: false })
  const { client } = socket
  await next(socket, 'session.created')
  expect(client.getTranscriptionState()).toMatchObject({ enabled: false, initialized: false, backend: 'known' })
  client.enableTranscription()
  const sound = await speech('A table for two')
  await socket.send({ type: 'input_audio_buffer.append', audio: Buffer.from(sound.samples.buffer).toString('base64') })
  await socket.send({ type: 'input_audio_buffer.commit' })
  expect(await next(socket, 'conversation.item.input_audio_transcription.completed')).toMatchObject({
    transcript: 'A table for two',
  })
  expect(client.getTranscriptionState()).toMatchObject({ enabled: true, initialized: true, transcriberType: 'known' })
})

test('sound: data over file over voice; a file that is missing is two seconds of silence and a warning', async () => {
  const warn = vi.fn<(message: string) => void>()
  const data = new Uint8Array(new Int16Array(4800).fill(1000).buffer)
  await using socket = createLocalConnection({
    setupSmartResponses: false,
    logger: { warn },
    responseConfigs: {
      data: { text: 'one', audioData: data, audioFile: 'nowhere.wav', selectionCriteria: { requiredKeywords: ['data'] } },
      file: { text: 'two', audioFile: 'nowhere.wav', selectionCriteria: { requiredKeywords: ['file'] } },
      voice: { text: 'three', selectionCriteria: { requiredKeywords: ['voice'] } },
    },
  })
  const bytesOf = async (text: string): Promise<Buffer> => {
    const events = await ask(socket, text, audioResponse)
    const deltas = events.filter(({ type }) => type === 'response.output_audio.delta')
    return Buffer.concat(deltas.map(({ delta }) => Buffer.from(delta, 'base64')))
  }
  expect(await bytesOf('data')).toEqual(Buffer.from(data))
  expect(warn).not.toHaveBeenCalled()
  const silent = await bytesOf('file')
  expect([silent.length, silent.every((byte) => byte === 0)]).toEqual([2 * 24_000 * 2, true])
  expect(warn.mock.calls[0]?.[0]).toMatch(/nowhere\.wav.*Two seconds of silence/s)
  expect((await bytesOf('voice')).some((byte) => byte !== 0)).toBe(true)
  expect(socket.client.getResponseTimings().map(({ responseKey, audioBytes }) => [responseKey, audioBytes])).toEqual([
    ['data', 9600],
    ['file', 96_000],
    ['voice', expect.any(Number)],
  ])
})

test('32,000 bytes are ten chunks of 3,200 at 0.2 s with legacy: true', async () => {
  const audioData = new Uint8Array(32_000).map((_, at) => at % 251)
  await using socket = createLocalConnection({
    legacy: true,
    responseConfigs: { x: { audioData, selectionCriteria: { priority: 99 } } },
  })
  const events = await ask(socket, 'go', audioResponse)
  const deltas = events.filter(({ type }) => type === 'response.output_audio.delta')
  expect(deltas).toHaveLength(10)
  expect(Buffer.concat(deltas.map(({ delta }) => Buffer.from(delta, 'base64')))).toEqual(Buffer.from(audioData))
  expect(socket.client.getResponseTimings()[0]).toMatchObject({ duration: 2, responseKey: 'x', audioBytes: 32_000 })
})

test('an input by hand is an item of the session, once, and is answered', async () => {
  await using socket = createLocalConnection()
  const { client } = socket
  client.updateConversationContext('Hello there!')
  await next(socket, 'conversation.item.done')
  expect(client.selectResponse({ modalities: ['text'] })).toMatchObject({ name: 'greeting', scores: { greeting: 30 } })
  await socket.send(textResponse)
  expect((await next(socket, 'response.output_text.done')).text).toBe(client.getResponseConfig('greeting').text)
  await socket.send(user('Thank you'))
  await vi.waitFor(() => expect(client.getConversationContext().turnCount).toBe(2))
  const { conversationHistory } = client.getConversationContext()
  expect(conversationHistory).toEqual([
    { type: 'user_input', text: 'Hello there!', intents: ['greeting'], timestamp: expect.stringMatching(/^\d{4}-.*Z$/) },
    expect.objectContaining({ text: 'Thank you', intents: ['gratitude'] }),
  ])
  expect(() => (conversationHistory as unknown[]).push('x')).toThrow(TypeError)
})

test('selectResponse: whole words by default, the old matching with legacy: true', () => {
  const says = (legacy: boolean, ...inputs: string[]) => {
    const client = new LocalRealtimeClient({ legacy, setupSmartResponses: true })
    for (const input of inputs) client.updateConversationContext(input)
    return client.selectResponse({ modalities: ['text'] })
  }
  expect(says(true, 'This is a technical error')).toMatchObject({ name: 'technical_support', scores: { greeting: 30 } })
  expect(says(false, 'This thing').scores).not.toHaveProperty('greeting')
  expect(says(true, 'zzz')).toMatchObject({ name: 'technical_support', scores: { technical_support: 16, fallback: 1 } })
  expect(says(false, 'zzz').name).toBe('fallback')
  expect(says(true, 'a', 'b', 'Hello').name).toBe('technical_support')
  const tools = [{ type: 'function', name: 'anything' }]
  const asked = new LocalRealtimeClient({ legacy: true, setupSmartResponses: true }).selectResponse({ tools })
  expect(asked).toMatchObject({ name: 'function_call', config: { functionCall: { name: 'process_request' } } })
  const none = new LocalRealtimeClient({ defaultResponseConfig: { text: 'Nothing.' } }).selectResponse()
  expect(none).toMatchObject({ name: 'default', config: { text: 'Nothing.' }, scores: {} })
})

test('the last hundred timings are kept', async () => {
  await using socket = createLocalConnection({ realtime: { latency: 'instant' } })
  for (let turn = 0; turn < 103; turn++) await ask(socket, `turn ${turn}`)
  const timings = socket.client.getResponseTimings()
  expect(timings).toHaveLength(100)
  expect(timings.at(-1)?.responseId).toBe(socket.client.realtime.responses.at(-1)?.id)
  expect(() => Object.assign(timings[0]!, { chunks: 0 })).toThrow(TypeError)
})

test('a result of a function is told in a sentence', async () => {
  const tool = { type: 'function', name: 'get_weather', parameters: { type: 'object', properties: {} } }
  await using socket = createLocalConnection({
    sessionConfig: { tools: [tool] },
    responseConfigs: {
      weather: { functionCall: { name: 'get_weather' }, selectionCriteria: { requiredKeywords: ['weather'], priority: 99 } },
    },
  })
  const [call] = (await ask(socket, 'The weather?')).at(-1)?.response.output ?? []
  expect(call).toMatchObject({ type: 'function_call', name: 'get_weather' })
  const output = { type: 'function_call_output', call_id: call.call_id, output: '{"temp":21}' }
  await socket.send({ type: 'conversation.item.create', item: output })
  await socket.send(textResponse)
  expect((await next(socket, 'response.output_text.done')).text).toBe('Here is what I found: temp 21.')
})

test('a whole turn with a server that was dialled; a peer that is a service itself is told from it', async () => {
  const warn = vi.fn<(message: string) => void>()
  const server = new WebSocketServer({ port: 0 })
  onTestFinished(() => server.close())
  const said = new Promise<string>((resolve) => {
    server.on('connection', (peer) => {
      peer.on('message', (data) => {
        const event = JSON.parse(String(data))
        if (event.type === 'session.created') for (const one of [user('Hello'), textResponse]) peer.send(JSON.stringify(one))
        if (event.type === 'response.output_text.done') resolve(event.text)
      })
    })
  })
  const { port } = server.address() as { port: number }
  await using client = new LocalRealtimeClient({ setupSmartResponses: true, logger: { warn } })
  await client.connect(`ws://127.0.0.1:${port}`)
  expect(await said).toBe(client.getResponseConfig('greeting').text)

  const service = new WebSocketServer({ port: 0 })
  onTestFinished(() => service.close())
  const left = new Promise<number>((resolve) => {
    service.on('connection', (peer) => {
      peer.send('{"type":"session.created"}')
      peer.on('close', resolve)
    })
  })
  await using dialler = new LocalRealtimeClient({ intercept: false, logger: { warn } })
  await dialler.connect(`ws://127.0.0.1:${(service.address() as { port: number }).port}`)
  expect(await left).toBe(1002)
  expect(warn.mock.calls.at(-1)?.[0]).toMatch(/is a Realtime service itself/)
})

test('an address that is none is told in our words', async () => {
  await using client = new LocalRealtimeClient()
  await expect(client.connect('localhost')).rejects.toThrow("[RTK_TRANSPORT] connect('localhost'): that is no such address.")
  await expect(client.connect('http://localhost:1')).rejects.toThrow(/RTK_TRANSPORT/)
  expect(client.connected).toBe(false)
})
