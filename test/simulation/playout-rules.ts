// What must hold of the sound that a call plays: each response starts once, and then either plays to its end or is cut off. The sound
// of responses that run side by side may mix.

import type { ServerEvent } from '../../src/protocol/server-events.ts'
import { ensure } from './ensure.ts'

export class PlayoutRules {
  readonly #playing = new Set<string>()
  readonly #over = new Set<string>()
  readonly met = { played: 0, cutOff: 0 }

  check(event: ServerEvent): void {
    if (event.type === 'output_audio_buffer.started') {
      const { response_id: id } = event
      ensure(!this.#playing.has(id) && !this.#over.has(id), () => `${id} starts to play twice`)
      this.#playing.add(id)
    } else if (event.type === 'output_audio_buffer.stopped') {
      this.#end(event.response_id)
      this.met.played += 1
    } else if (event.type === 'output_audio_buffer.cleared') {
      this.#playing.delete(event.response_id)
      ensure(!this.#over.has(event.response_id), () => `${event.response_id} is cut off and was over`)
      this.#over.add(event.response_id)
      this.met.cutOff += 1
    }
  }

  checkSettled(): void {
    ensure(this.#playing.size === 0, () => `still playing: ${[...this.#playing].join(', ')}`)
  }

  #end(id: string): void {
    ensure(this.#playing.delete(id), () => `${id} stops and did not play`)
    this.#over.add(id)
  }
}
