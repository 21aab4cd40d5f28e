// How the caller is joined to an app: a way to send microphone frames, and a loudspeaker that reports what is played and stopped.
// One adapter per kind of app; the caller itself (caller.ts) knows only a Line.

import { isArrayBuffer, isBytes, isInt16Array } from '../../../audio/array-kinds.ts'
import { decodeBase64, encodeBase64 } from '../../../audio/base64.ts'
import { decodeWireAudio, encodeWireAudio, wireRateHz } from '../../../audio/formats.ts'
import { pcm, samplesFromBytes } from '../../../audio/pcm.ts'
import type { Pcm, WireAudioFormat } from '../../../audio/types.ts'
import type { Caller, OpenAIClientLike, RealtimeSessionLike, Speaker } from '../../api.ts'
import { RealtimeKitError } from '../../errors.ts'
import type { LineSession } from './line-session.ts'

/** What the loudspeaker of a line reports to the caller. */
export interface LoudspeakerEvents {
  /** Audio of an item begins to sound, or queues behind what sounds. */
  play(itemId: string, samples: Int16Array, rateHz: number): void
  stop(): void
}

export interface Line {
  /** The session that it leads to, as far as that is known. */
  readonly session: Pick<LineSession, 'id'> & Partial<Pick<LineSession, 'isShared'>>
  /** Rate of the frames that `microphone` wants, in Hz. */
  readonly rateHz: () => number
  microphone(frame: Pcm): void
  /** Where the line paces the caller's frames itself, as a phone does: resolves when the sound was said. */
  readonly speak?: (sound: Pcm) => Promise<void>
  /** Sends an empty frame, whose arrival tells where the line leads; absent where frames have one format anyway. */
  readonly probe?: () => void
  /** True when frames skip the app and go straight into the service's ear. */
  readonly injected: boolean
  /** True when the app has no loudspeaker: nothing will ever be heard. */
  readonly isMute?: boolean
}

/** What the adapters need to know of the service. */
export interface LineWorld {
  /** A finder for the session of a new line; `phoneLine` names a simulated phone call (line-scope.ts). */
  lineSession(phoneLine?: string): LineSession
  inputFormat(sessionId: string | undefined): WireAudioFormat
  outputFormat(responseId: string | undefined): WireAudioFormat
  /** The item whose audio was sent last for a response, or in a session: where the app's loudspeaker is. */
  speakingItem(from: { responseId?: string | undefined; sessionId?: string | undefined }): string
  /** Whether speech of the caller silences answers, as the session is configured. */
  speechInterrupts(sessionId: string | undefined): boolean
  /** Calls `listener` for each item of a response that the app truncates; returns the way to stop. */
  onTruncate(listener: (itemId: string) => void): () => void
}

type AppEnd = Parameters<Caller['attach']>[0]
type Microphone = Extract<AppEnd, { microphone: unknown }>

/** Joins the caller to any of the three kinds of app; throws RTK_CALLER for anything else. */
export function openLine(app: AppEnd, world: LineWorld, loudspeaker: LoudspeakerEvents): Line {
  if (typeof app !== 'object' || app === null) throw wrongApp(app)
  if (isMicrophone(app)) return deviceLine(app, world, loudspeaker)
  if (isSession(app)) return sessionLine(app, world, loudspeaker)
  if (isInterpreter(app)) return interpreterLine(app, world, loudspeaker)
  if (isClient(app)) return clientLine(app, world, loudspeaker)
  throw wrongApp(app)
}

function wrongApp(app: unknown): RealtimeKitError {
  if (isSocket(app)) {
    return new RealtimeKitError(
      'RTK_CALLER',
      'caller.attach() got a bare WebSocket: it has no microphone. Give the way by which your app sends sound, for example\n' +
        "caller.attach({ microphone: (frame) => socket.send(JSON.stringify({ type: 'input_audio_buffer.append', audio: frame.base64 })) })",
    )
  }
  return new RealtimeKitError(
    'RTK_CALLER',
    `caller.attach() got ${describe(app)}.\nIt takes a RealtimeSession, an OpenAIRealtimeWS, an OpenAIRealtimeTranslationWS, or { microphone(frame) {…}, speaker(speaker) {…} }.`,
  )
}

function isMicrophone(app: object): app is Microphone {
  return 'microphone' in app && typeof app.microphone === 'function'
}

function isSession(app: object): app is RealtimeSessionLike {
  return 'sendAudio' in app && typeof app.sendAudio === 'function' && 'on' in app
}

/** Of `ws` or of the platform. */
function isSocket(app: unknown): boolean {
  return typeof app === 'object' && app !== null && 'readyState' in app && 'send' in app
}

function isClient(app: object): app is OpenAIClientLike {
  return !isSocket(app) && 'send' in app && typeof app.send === 'function' && 'on' in app && 'url' in app
}

/** Only the client of translation sessions can close its session by an event. */
function isInterpreter(app: object): app is OpenAIClientLike {
  return isClient(app) && 'session' in app && typeof app.session === 'object' && app.session !== null && 'close' in app.session
}

function describe(app: unknown): string {
  if (app instanceof Promise) return 'a Promise (did you forget `await`?)'
  if (app === null || app === undefined) return String(app)
  if (typeof app !== 'object') return `${String(app)} (${typeof app})`
  if (ArrayBuffer.isView(app)) return `a ${app.constructor.name}`
  return `an object with ${Object.keys(app).slice(0, 8).join(', ') || 'no keys'}`
}

/** RealtimeSession: `sendAudio`, the events `audio` and `audio_interrupted`. */
function sessionLine(app: RealtimeSessionLike, world: LineWorld, loudspeaker: LoudspeakerEvents): Line {
  const session = world.lineSession()
  app.on('transport_event', (event?: { event_id?: unknown }) => session.sawEvent(event?.event_id))
  app.on('audio', (event: { data: ArrayBuffer; responseId?: string }) => {
    const { responseId } = event
    const format = world.outputFormat(responseId)
    const samples = decodeWireAudio(new Uint8Array(event.data), format)
    loudspeaker.play(world.speakingItem({ responseId, sessionId: session.id }), samples, wireRateHz(format))
  })
  app.on('audio_interrupted', () => loudspeaker.stop())
  return wireLine(session, world, (bytes) => app.sendAudio(bytes.slice().buffer as ArrayBuffer))
}

/** OpenAIRealtimeWS: appends, and a player that stops when the service hears speech, as every sample app has one. */
function clientLine(app: OpenAIClientLike, world: LineWorld, loudspeaker: LoudspeakerEvents): Line {
  const session = world.lineSession()
  const items = new Set<string>()
  app.on('event', (event?: { event_id?: unknown }) => session.sawEvent(event?.event_id))
  app.on('response.output_audio.delta', (event: { delta: string; item_id: string; response_id: string }) => {
    const format = world.outputFormat(event.response_id)
    const bytes = decodeBase64(event.delta)
    items.add(event.item_id)
    if (bytes) loudspeaker.play(event.item_id, decodeWireAudio(bytes, format), wireRateHz(format))
  })
  app.on('input_audio_buffer.speech_started', () => {
    if (world.speechInterrupts(session.id)) loudspeaker.stop()
  })
  // With push to talk nobody hears speech: the app says itself that it cut the sound.
  world.onTruncate((itemId) => {
    if (items.has(itemId)) loudspeaker.stop()
  })
  return wireLine(session, world, (bytes) => app.send({ type: 'input_audio_buffer.append', audio: encodeBase64(bytes) }))
}

/** OpenAIRealtimeTranslationWS: what it hears and what it says have no end, and nobody interrupts it. */
function interpreterLine(app: OpenAIClientLike, world: LineWorld, loudspeaker: LoudspeakerEvents): Line {
  const session = world.lineSession()
  // The last words arrive when the service has closed the session already.
  let sessionId: string | undefined
  app.on('event', (event?: { event_id?: unknown }) => {
    session.sawEvent(event?.event_id)
    sessionId = session.id ?? sessionId
  })
  app.on('session.output_audio.delta', ({ delta }: { delta: string }) => {
    const format = world.inputFormat(sessionId)
    const bytes = decodeBase64(delta)
    if (bytes) loudspeaker.play(world.speakingItem({ sessionId }), decodeWireAudio(bytes, format), wireRateHz(format))
  })
  return wireLine(session, world, (bytes) => app.send({ type: 'session.input_audio_buffer.append', audio: encodeBase64(bytes) }))
}

/** A line whose frames are in the session's own format. */
function wireLine(session: LineSession, world: LineWorld, send: (bytes: Uint8Array) => void): Line {
  const sendFrame = (bytes: Uint8Array): void => {
    session.sends(encodeBase64(bytes))
    send(bytes)
  }
  return {
    session,
    injected: false,
    rateHz: () => wireRateHz(world.inputFormat(session.id)),
    microphone: (frame) => sendFrame(encodeWireAudio(frame.samples, world.inputFormat(session.id))),
    probe: () => sendFrame(new Uint8Array(0)),
  }
}

/** What an app plays: samples or bytes at the rate of devices, or a sound that knows its rate. Anything else would be silence. */
function playedSound(sound: Parameters<Speaker['play']>[0]): Pick<Pcm, 'samples' | 'rateHz'> {
  if (isInt16Array(sound)) return { samples: sound, rateHz: deviceRateHz }
  if (isArrayBuffer(sound) || isBytes(sound)) return { samples: samplesFromBytes(new Uint8Array(sound)), rateHz: deviceRateHz }
  if (typeof sound === 'object' && sound !== null && isInt16Array(sound.samples) && sound.rateHz > 0) return sound
  throw new RealtimeKitError(
    'RTK_CALLER',
    `speaker.play() got ${typeof sound === 'string' ? 'a string' : describe(sound)}.\nIt takes PCM16 at 24,000 Hz (an Int16Array, an ` +
      "ArrayBuffer, a Buffer), or { samples, rateHz }. A delta is base64: speaker.play(Buffer.from(delta, 'base64')).",
  )
}

/** An app with a microphone and a loudspeaker of its own; both in PCM16 at 24,000 Hz. */
function deviceLine(app: Microphone, world: LineWorld, loudspeaker: LoudspeakerEvents): Line {
  const session = world.lineSession()
  app.speaker?.({
    play(sound, item) {
      const { samples, rateHz } = playedSound(sound)
      loudspeaker.play(item ?? world.speakingItem({ sessionId: session.id }), samples, rateHz)
    },
    stop: () => loudspeaker.stop(),
  })
  return {
    session,
    injected: false,
    isMute: app.speaker === undefined,
    rateHz: () => deviceRateHz,
    microphone(frame) {
      session.sends(frame.base64)
      app.microphone(frame)
    },
  }
}

const deviceRateHz = 24_000

/** A frame of silence at a rate. */
export function silentFrame(rateHz: number, ms: number): Pcm {
  return pcm(new Int16Array(Math.round((rateHz * ms) / 1000)), rateHz)
}
