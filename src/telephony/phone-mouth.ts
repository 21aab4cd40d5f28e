// The caller's end of a phone line as the runtime's caller wants it: something to speak into, and a playback to listen to.

import { encodeBase64 } from '../../audio/base64.ts'
import type { Pcm } from '../../audio/types.ts'
import type { CallerSound } from '../api/caller.ts'
import { RealtimeKitError } from '../errors.ts'
import type { CallerWorld, Telephone } from '../runtime/caller/caller.ts'
import type { Line } from '../runtime/caller/line.ts'
import type { LineSession } from '../runtime/caller/line-session.ts'
import type { Service } from '../runtime/service.ts'
import type { Speech } from './call-metrics.ts'
import type { SaidSound } from './call-recording.ts'
import { CallerFormat, formatText } from './caller-format.ts'
import { patienceMs } from './caller-frames.ts'
import type { PhoneLine } from './phone-line.ts'

export class PhoneMouth {
  /** All that the caller said, with the bounds of the true speech. */
  readonly said: (Speech & SaidSound)[] = []
  readonly #service: Service
  readonly #world: CallerWorld
  readonly #line: PhoneLine
  readonly #session: LineSession
  readonly #sound: CallerSound
  readonly #callerFormat: CallerFormat

  constructor(
    service: Service,
    world: CallerWorld,
    session: LineSession,
    { line, sound }: { line: PhoneLine; sound: CallerSound },
  ) {
    this.#service = service
    this.#world = world
    this.#session = session
    this.#line = line
    this.#sound = sound
    this.#callerFormat = new CallerFormat({
      service,
      format: () => line.inputFormat,
      onMistake: (given, expected) =>
        line.finding({
          ...{ code: 0, level: 'error' },
          message:
            `the app gives the caller's sound, ${formatText(given)}, to a session that expects ${formatText(expected)}: the model hears noise.` +
            ' Set audio.input.format of the session to what the phone sends, or convert it.',
        }),
    })
  }

  /** `presses` presses keys on this line. */
  telephone(presses: (keys: string) => Promise<void>): Telephone {
    const { playback } = this.#line.playback.playout
    const wordlessMs = (): number => this.#line.playback.wordlessMs
    return { line: this.#end, playback, sound: this.#sound, presses, over: () => this.#over, wordlessMs }
  }

  get #over(): string | undefined {
    const { end } = this.#line
    return end && `${end.reason} (by the ${end.by}, at ${Math.round(end.atMs)} ms)`
  }

  /** A frame goes out: where the app hands it on, that tells the session which the call leads to. */
  sent(bytes: Uint8Array): void {
    this.#session.sends(encodeBase64(bytes))
    this.#callerFormat.sent(bytes)
  }

  /** Nobody listens any more. */
  close(): void {
    this.#callerFormat.stop()
  }

  get #end(): Line {
    const rateHz = (): number => this.#line.inputFormat.rateHz
    const speak = (sound: Pcm): Promise<void> => this.#speak(sound)
    return { session: this.#session, injected: false, rateHz, microphone: () => {}, speak }
  }

  async #speak(sound: Pcm): Promise<void> {
    if (this.#over !== undefined) throw new RealtimeKitError('RTK_CALL', `call.says(…): the call is over: ${this.#over}.`)
    const { clock } = this.#service
    const { text = '', words = [], durationMs, speechSpan: span = { startMs: 0, endMs: durationMs } } = sound
    const { beganMs, done } = this.#line.caller.speak(sound)
    const [startMs, endMs] = [beganMs + span.startMs, beganMs + span.endMs]
    this.said.push({ startMs, endMs, beganMs, sound })
    this.#world.said({ text, words, beganMs, startMs, endMs, line: this.#end })
    const what = `call.says(${JSON.stringify(text || 'audio')})`
    await clock.wait(done, { timeoutMs: patienceMs(durationMs), what })
  }
}
