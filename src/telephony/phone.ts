// `phone.dial(…)`: places calls of one test to the app's own server, each on a line of its own.

import type { Server } from 'node:http'
import type { Pcm, Recognition } from '../../audio/types.ts'
import type { DialOptions, Phone, PhoneCall, PhonePlatform } from '../api/phone.ts'
import { messageOf, RealtimeKitError } from '../errors.ts'
import type { CallerWorld } from '../runtime/caller/caller.ts'
import { callerWorld } from '../runtime/caller/caller-world.ts'
import { isAppClock } from '../runtime/clock/app-clock.ts'
import { checkDial } from '../runtime/dial-rules.ts'
import { recognizerOf } from '../runtime/engines.ts'
import { RecognitionQueue } from '../runtime/recognition-queue.ts'
import type { Service } from '../runtime/service.ts'
import type { Note } from '../runtime/timeline.ts'
import { tracked } from '../runtime/tracked-promise.ts'
import { type AppEnd, appEnd } from './app-socket.ts'
import { personas } from './personas.ts'
import { PhoneLine } from './phone-line.ts'
import { PhoneMouth } from './phone-mouth.ts'
import type { PlacedCall, Platform, PlatformPeer } from './platform.ts'
import { platforms } from './platforms.ts'
import { serveRest } from './rest-gate.ts'
import { SentSound } from './sent-sound.ts'
import { SimulatedCall } from './simulated-call.ts'

/** Ms of the clock that an app may take to answer: webhook, upgrade, acceptance. */
const answerMs = 60_000

export class TestPhone implements Phone {
  readonly calls: PhoneCall[] = []
  readonly #service: Service
  readonly #lines: PhoneLine[] = []
  readonly #peers = new Set<PlatformPeer>()
  readonly #rests = new Map<PhonePlatform, () => void>()
  #sent: SentSound | undefined
  #dialled = 0

  constructor(service: Service) {
    this.#service = service
  }

  dial(app: Server | string | URL, options: DialOptions = {}): Promise<PhoneCall> {
    const target = checkDial(app, options)
    return tracked('phone.dial(…)', this.#dial(target, options), this.dial, this.#service.context)
  }

  async #dial(target: Server | URL, options: DialOptions): Promise<PhoneCall> {
    const service = this.#service
    const platform = platformOf(options.platform ?? 'twilio')
    const phoneLine = `${service.context.id} ${++this.#dialled}`
    const app = appEnd(target, { id: service.context.id, line: phoneLine, enter: (work) => service.run(work) })
    this.#refuseElsewhere(app, target)
    if (platform.rest && !this.#rests.has(platform.name)) {
      this.#rests.set(
        platform.name,
        serveRest(service, platform.rest, () => [...this.#peers]),
      )
    }
    const { sound, line: manner } = personas[options.persona ?? 'typical']
    const { line, mouth, world } = this.#openLine({ app, target, phoneLine }, { ...manner, ...options }, sound)
    const call = new SimulatedCall({ service, world, line, mouth, platform: platform.name })
    line.listener = call
    service.addListener(call)
    const connecting = this.#connect(platform, line)
    // Its failure is that of the wait.
    connecting.catch(() => {})
    const { voice, stream } = options
    const awaited = voice === undefined ? `the app's socket ${stream}` : `the app's webhook ${voice}, and the stream behind it`
    await service.clock.wait(connecting, { timeoutMs: answerMs, what: `phone.dial(…), to ${awaited},` })
    this.calls.push(call)
    return call
  }

  async #connect(platform: Platform, line: PhoneLine): Promise<void> {
    const placed = await placeOn(platform, line).catch((error: unknown) => {
      line.ended('platform', 'no stream came about')
      throw error
    })
    this.#peers.add(placed.peer)
    await line.connect(placed)
  }

  #openLine(
    { app, target, phoneLine }: { app: AppEnd; target: Server | URL; phoneLine: string },
    options: DialOptions,
    sound: (typeof personas)['typical']['sound'],
  ): { line: PhoneLine; mouth: PhoneMouth; world: CallerWorld } {
    const service = this.#service
    this.#sent ??= new SentSound(service)
    const base = callerWorld(service)
    const session = base.lineSession(phoneLine)
    const listener = (): string | undefined => (session.isShared ? undefined : session.id)
    const line: PhoneLine = new PhoneLine(
      {
        service,
        app,
        sent: this.#sent,
        introduce: (peer) => void this.#peers.add(peer),
        recognize: this.#recognize(),
        sessionId: () => session.id,
        onFrame: (bytes) => mouth.sent(bytes),
        isListening: () => base.isListening(listener()),
        detectsTurns: () => base.detectsTurns(listener()),
      },
      {
        options,
        publicUrl: publicUrlOf(target, options),
        seed: (options.seed ?? service.options.seed ?? 1) + 1000 * this.#lines.length,
      },
    )
    const world: CallerWorld = {
      ...base,
      words: (itemId) => line.playback.words(itemId) ?? base.words(itemId),
      isOver: (itemId) => line.playback.isOver(itemId) ?? base.isOver(itemId),
    }
    const mouth: PhoneMouth = new PhoneMouth(service, world, session, { line, sound })
    this.#lines.push(line)
    return { line, mouth, world }
  }

  /** The transcription engine of the test, for sound that nobody else knows the words of. */
  #recognize(): ((sound: Pcm) => Promise<Recognition>) | undefined {
    const { options, clock, timeline } = this.#service
    const tell = (note: Note): void => void timeline.append({ atMs: clock.now(), sessionId: '', from: 'kit', note })
    const engine = recognizerOf(options.transcription, tell)
    const queue = engine && new RecognitionQueue(engine)
    return queue && ((sound) => queue.recognize(sound))
  }

  /** A clock that jumps would leave another process behind. */
  #refuseElsewhere(app: AppEnd, target: Server | URL): void {
    if (!app.isElsewhere || !isAppClock(this.#service.clock)) return
    throw new RealtimeKitError(
      'RTK_CALL',
      `phone.dial(${String(target)}): nothing in this process listens there, and another process cannot follow virtual time.\n` +
        "Give phone.dial the app's http.Server, start it in this process, or take real time: realtimeOptions { timing: 'real' }.",
    )
  }

  /** Ends all calls: their test is over. */
  async close(): Promise<void> {
    for (const line of this.#lines) line.shutDown()
    for (const leave of this.#rests.values()) leave()
    this.#rests.clear()
    this.#sent?.stop()
  }
}

async function placeOn(platform: Platform, line: PhoneLine): Promise<PlacedCall> {
  try {
    return await platform.place(line)
  } catch (error) {
    if (error instanceof RealtimeKitError) throw error
    throw new RealtimeKitError('RTK_CALL', `phone.dial(…): the app did not answer: ${messageOf(error)}`, { cause: error })
  }
}

function platformOf(name: PhonePlatform): Platform {
  const platform = platforms[name]
  if (platform) return platform
  const known = Object.keys(platforms).join(', ')
  throw new RealtimeKitError('RTK_OPTION', `phone.dial(…): platform: '${name}' is none of ${known}.`)
}

/** Names of the public side: platforms dial https and wss, whatever the server itself speaks. */
function publicUrlOf(target: Server | URL, { publicUrl }: DialOptions): URL {
  const url = new URL(publicUrl ?? (target instanceof URL ? target.href : 'https://app.test'))
  if (url.protocol === 'ws:' || url.protocol === 'http:' || url.protocol === 'wss:') url.protocol = 'https:'
  return new URL(url.href)
}
