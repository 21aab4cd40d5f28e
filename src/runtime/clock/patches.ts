// Properties that were replaced, and the way back: only what is still ours is put back.

import { RealtimeKitError } from '../../errors.ts'

export class Patches {
  readonly #undo: (() => void)[] = []

  /** Replaces `target[name]`, keeping its attributes. */
  set(target: object, name: string, value: unknown): void {
    const before = Object.getOwnPropertyDescriptor(target, name)
    if (before && !before.configurable && !before.writable) {
      throw new RealtimeKitError(
        'RTK_CLOCK',
        `${name} cannot be replaced: it is frozen, so the app's time cannot follow the test`,
      )
    }
    Object.defineProperty(target, name, { configurable: true, enumerable: true, writable: true, ...before, value })
    this.#undo.push(() => {
      if (Object.getOwnPropertyDescriptor(target, name)?.value !== value) return
      if (before) Object.defineProperty(target, name, before)
      else Reflect.deleteProperty(target, name)
    })
  }

  /** Last in, first out. */
  restore(): void {
    for (const undo of this.#undo.splice(0).reverse()) undo()
  }
}
