// One call of the app in broken-bridge.ts: a stream of Twilio, a session of the Realtime API, mu-law handed on as it is.

import { WebSocket } from 'ws'
import { type BrokenFunctions, brokenFunctions } from './broken-functions.ts'
import { BrokenPlayback } from './broken-playback.ts'
import { isLoud, samplesOfWrongRate, secondOfSilence } from './broken-sound.ts'
import { BrokenSpeaker } from './broken-speaker.ts'
import type { Defects } from './defects.ts'

const modelUrl = 'wss://api.openai.com/v1/realtime?model=gpt-realtime'
const mulaw = { type: 'audio/pcmu' }
const pcm = { type: 'audio/pcm', rate: 24_000 }
/** Without frames for so long the line is taken to be muted, or dead. */
const mutedMs = 750
const deadMs = 30_000
/** What is heard at pick-up, while the greeting begins, is noise. */
const greetingGraceMs = 1000
/** How long the prompt takes to come from the database. */
const promptMs = 700

export class BrokenCall {
  readonly #has: Partial<Defects>
  readonly #phone: WebSocket
  readonly #playback: BrokenPlayback
  readonly #speaker: BrokenSpeaker
  readonly #functions: BrokenFunctions
  #model!: WebSocket
  #streamSid: string | null = null
  #isReady = false
  #isOver = false
  #hasGreeted = false
  #greetedAtMs = Number.NEGATIVE_INFINITY
  #isCallerSpeaking = false
  #activeResponse: string | undefined
  #early: string[] = []
  #collected: string[] = []
  readonly #dropped = new Set<string>()
  #muted: ReturnType<typeof setTimeout> | undefined
  #dead: ReturnType<typeof setTimeout> | undefined
  #goodbye: 'none' | 'asked' | 'said' = 'none'

  constructor(phone: WebSocket, has: Partial<Defects>) {
    this.#phone = phone
    this.#has = has
    this.#playback = new BrokenPlayback(has)
    this.#speaker = new BrokenSpeaker(has, {
      send: (message) => this.#toPhone(message),
      sent: (itemId, bytes) => this.#playback.sent(itemId, bytes),
      markSent: () => this.#playback.markSent(),
    })
    this.#functions = brokenFunctions(has, {
      tell: (event) => this.#tell(event),
      hangUpAfterGoodbye: () => {
        this.#goodbye = 'asked'
      },
      playTone: (payload) => this.#speaker.play('tone', payload),
    })
    this.#openModel()
    phone.on('message', (data) => this.#fromPhone(JSON.parse(String(data))))
    phone.on('close', () => this.#end())
    phone.on('error', () => this.#end())
  }

  #openModel(): void {
    this.#isReady = false
    this.#model = new WebSocket(modelUrl, { headers: { Authorization: `Bearer ${process.env.OPENAI_API_KEY}` } })
    this.#model.on('open', () => {
      if (this.#has.greetsTooEarly) this.#greet()
      const configure = () => this.#tell({ type: 'session.update', session: { type: 'realtime', ...this.#session() } })
      if (this.#has.greetsTooEarly) setTimeout(configure, promptMs)
      else configure()
    })
    this.#model.on('message', (data) => this.#fromModel(JSON.parse(String(data))))
    this.#model.on('error', () => {})
    this.#model.on('close', () => {
      this.#isReady = false
      if (!this.#isOver && !this.#has.diesWithSession) this.#openModel()
    })
  }

  #session(): object {
    const { hearsItsEcho, inputLeftPcm, appendsAtWrongRate, outputLeftPcm } = this.#has
    const threshold = hearsItsEcho ? 0.1 : 0.5
    return {
      tools: this.#functions.tools,
      audio: {
        input: {
          format: inputLeftPcm || appendsAtWrongRate ? pcm : mulaw,
          transcription: { model: 'gpt-4o-transcribe' },
          // What interrupts is decided here.
          turn_detection: { type: 'server_vad', threshold, interrupt_response: false },
        },
        output: { format: outputLeftPcm ? pcm : mulaw },
      },
    }
  }

  #tell(event: object): void {
    if (this.#model.readyState === WebSocket.OPEN) this.#model.send(JSON.stringify(event))
  }

  #toPhone(message: object): void {
    if (this.#phone.readyState === WebSocket.OPEN) this.#phone.send(JSON.stringify({ ...message, streamSid: this.#streamSid }))
  }

  // ---- the phone

  #fromPhone(message: any): void {
    if (message.event === 'start') {
      this.#streamSid = message.start.streamSid
      this.#functions.startedAs(message.start)
      if (this.#isReady) this.#greet()
      this.#speaker.begin()
    } else if (message.event === 'media') this.#hear(message.media.payload)
    else if (message.event === 'mark') this.#reached(String(message.mark?.name))
    else if (message.event === 'dtmf') this.#pressed(message.dtmf.digit)
    else if (message.event === 'stop') this.#end()
  }

  #hear(payload: string): void {
    const { losesEarlySound, collectsCallerSound, stopsAtLoudFrames } = this.#has
    this.#watch()
    if (stopsAtLoudFrames && isLoud(payload)) this.#interrupt()
    if (collectsCallerSound) {
      this.#collected.push(payload)
      if (this.#collected.length < 100) return
      payload = Buffer.concat(this.#collected.splice(0).map((piece) => Buffer.from(piece, 'base64'))).toString('base64')
    }
    if (this.#isReady) this.#append(payload)
    else if (!losesEarlySound) this.#early.push(payload)
  }

  #append(payload: string): void {
    const audio = this.#has.appendsAtWrongRate ? samplesOfWrongRate(payload) : payload
    this.#tell({ type: 'input_audio_buffer.append', audio })
  }

  /** The platform sends nothing for a muted line: without sound no turn would end. */
  #watch(): void {
    clearTimeout(this.#muted)
    clearTimeout(this.#dead)
    if (!this.#has.needsFramesOfSilence)
      this.#muted = setTimeout(() => {
        if (this.#isCallerSpeaking) this.#append(secondOfSilence)
      }, mutedMs)
    if (!this.#has.neverWatchesTheLine) this.#dead = setTimeout(() => this.#end(), deadMs)
  }

  #reached(name: string): void {
    this.#playback.reached(name)
    if (this.#playback.isHeard) return
    if (this.#goodbye === 'said') this.#phone.close(1000)
  }

  #pressed(digit: string): void {
    const content = [{ type: 'input_text', text: `The caller pressed ${digit}.` }]
    this.#tell({ type: 'conversation.item.create', item: { type: 'message', role: 'user', content } })
    this.#tell({ type: 'response.create' })
  }

  #end(): void {
    this.#isOver = true
    clearTimeout(this.#muted)
    clearTimeout(this.#dead)
    this.#speaker.end()
    this.#model.close()
    this.#phone.close()
  }

  // ---- the model

  #fromModel(event: any): void {
    const { type } = event
    if (type === 'session.updated') this.#ready()
    else if (type === 'response.created') this.#activeResponse = event.response.id
    else if (type === 'response.output_audio.delta') this.#play(event)
    else if (type === 'response.output_audio.done') this.#speaker.flush()
    else if (type === 'response.output_item.done') this.#functions.called(event.item)
    else if (type === 'response.done') this.#done(event.response)
    else if (type === 'input_audio_buffer.speech_started') {
      this.#isCallerSpeaking = true
      this.#speechStarted()
    } else if (type === 'input_audio_buffer.speech_stopped') this.#isCallerSpeaking = false
  }

  #ready(): void {
    if (this.#isReady) return
    this.#isReady = true
    for (const payload of this.#early.splice(0)) this.#append(payload)
    if (this.#streamSid !== null) this.#greet()
  }

  /** Once, when both ends are there. */
  #greet(): void {
    if (this.#hasGreeted || this.#has.saysNothingFirst) return
    this.#hasGreeted = true
    this.#greetedAtMs = Date.now()
    this.#tell({ type: 'response.create' })
  }

  #play({ item_id: itemId, delta }: { item_id: string; delta: string }): void {
    if (!this.#dropped.has(itemId)) this.#speaker.play(itemId, delta)
  }

  #done({ id, output }: { id: string; output: { type: string }[] }): void {
    if (this.#activeResponse === id) this.#activeResponse = undefined
    if (output.some(({ type }) => type === 'function_call')) this.#tell({ type: 'response.create' })
    else if (this.#goodbye === 'asked') {
      this.#goodbye = 'said'
      if (this.#has.hangsUpOnDone || !this.#playback.isHeard) this.#phone.close(1000)
    }
  }

  get #isGreetingFresh(): boolean {
    return Date.now() - this.#greetedAtMs < greetingGraceMs
  }

  #speechStarted(): void {
    const { interruptsActiveResponsesOnly, interruptsSilence, marksAheadOfSound, truncatesByClock, keepsFirstStart } = this.#has
    if (this.#isGreetingFresh && !this.#has.greetingFallsToNoise) return
    if (interruptsActiveResponsesOnly && this.#activeResponse === undefined) return
    if (marksAheadOfSound && !this.#playback.hasPendingMarks) return
    if (this.#playback.isHeard || interruptsSilence || truncatesByClock || keepsFirstStart) this.#interrupt()
  }

  #interrupt(): void {
    const cuts = this.#playback.cut()
    if (cuts.length === 0 && !this.#has.interruptsSilence) return
    this.#speaker.drop()
    this.#goodbye = 'none'
    if (!this.#has.neverClears) this.#toPhone({ event: 'clear' })
    if (this.#activeResponse !== undefined) this.#tell({ type: 'response.cancel', response_id: this.#activeResponse })
    for (const { itemId, audioEndMs } of cuts) {
      this.#dropped.add(itemId)
      if (this.#has.clearsWithoutTruncating) continue
      this.#tell({ type: 'conversation.item.truncate', item_id: itemId, content_index: 0, audio_end_ms: audioEndMs })
    }
  }
}
