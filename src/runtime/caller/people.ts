// Who hears what a service says: the caller, once anybody asks for one, and whoever is on a phone.

import type { CallerPerson } from './caller.ts'

export class People {
  readonly #makeCaller: () => CallerPerson
  #caller: CallerPerson | undefined
  readonly #onPhones: CallerPerson[] = []

  constructor(makeCaller: () => CallerPerson) {
    this.#makeCaller = makeCaller
  }

  get caller(): CallerPerson {
    this.#caller ??= this.#makeCaller()
    return this.#caller
  }

  addOnPhone(person: CallerPerson): void {
    this.#onPhones.push(person)
  }

  /** Who phones hears what is really played; the caller, unattached, all that is sent. */
  heard(): { text: string; durationMs: number } | undefined {
    const heard = this.#onPhones.map((person) => person.heard)
    if (heard.length === 0) return this.#caller?.heard
    return {
      text: heard.map(({ text }) => text).join(' '),
      durationMs: heard.reduce((sum, { durationMs }) => sum + durationMs, 0),
    }
  }

  /** How much of an item somebody has heard; undefined where nobody listens to it. */
  heardMs(itemId: string, nowMs: number): number | undefined {
    for (const { playback } of this.#onPhones) {
      const heard = playback.heardMs(itemId, nowMs)
      if (heard !== undefined) return heard
    }
    return this.#caller?.playback.heardMs(itemId, nowMs)
  }
}
