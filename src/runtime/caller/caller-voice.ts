// What the person at the other end says: words become sound in the person's manner, at the rate of the line, and are spoken into it.

import { withEffects } from '../../../audio/effects/chain.ts'
import { withNoise } from '../../../audio/noise.ts'
import { resamplePcm } from '../../../audio/resample.ts'
import { speech } from '../../../audio/speech.ts'
import type { Pcm } from '../../../audio/types.ts'
import type { CallerSound } from '../../api.ts'
import type { Line } from './line.ts'
import { Microphone, type MicrophoneWorld } from './microphone.ts'

export interface VoiceWorld extends MicrophoneWorld {
  /** Straight into the service's ear: a line without an app; rejects when no session is open, or several are. */
  directLine(): Promise<Line>
  /** Whether the open sessions hear different formats. */
  mixedFormats(): boolean
  waitUntil<T>(check: () => T | undefined, options: { timeoutMs?: number; what: string }): Promise<T>
}

export class CallerVoice {
  readonly #world: VoiceWorld
  readonly #name: string
  readonly #manner: CallerSound
  readonly #microphone: Microphone

  /** `manner`: how the person sounds, where a sentence does not say otherwise. */
  constructor(world: VoiceWorld, { name, manner }: { readonly name: string; readonly manner: CallerSound }) {
    this.#world = world
    this.#name = name
    this.#manner = manner
    this.#microphone = new Microphone(world)
  }

  /** The line to speak into, when it is known where it leads as far as that makes a difference. */
  async openLine(attached: Line | undefined): Promise<Line> {
    const line = attached ?? (await this.#world.directLine())
    if (line.probe && line.session.id === undefined && this.#world.mixedFormats()) {
      line.probe()
      await this.#world.waitUntil(() => line.session.id, {
        what: `${this.#name}.says(…), to find the session of its app among several`,
      })
    }
    return line
  }

  async sound(what: string | Pcm, line: Line, options: CallerSound): Promise<Pcm> {
    const rateHz = line.rateHz()
    const { voice, speed, pitchHz, snrDb, effects = [], seed = 1 } = { ...this.#manner, ...options }
    const settings = { ...(voice ? { voice } : {}), ...(speed ? { speed } : {}), ...(pitchHz ? { pitchHz } : {}) }
    const said = typeof what === 'string' ? this.#world.clock.hold(speech(what, { rateHz, ...settings })) : what
    const sound = withEffects(resamplePcm(await said, rateHz), effects, { seed })
    return snrDb === undefined ? sound : withNoise(sound, { snrDb, seed })
  }

  speak(sound: Pcm, line: Line): Promise<void> {
    return line.speak?.(sound) ?? this.#microphone.speak(sound, line)
  }
}
