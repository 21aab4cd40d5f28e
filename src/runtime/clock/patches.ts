// Properties that were replaced, and the way back: only what is still ours is put back.

import { builtin } from '../../builtins.ts'
import { RealtimeKitError } from '../../errors.ts'

interface Patch {
  readonly target: object
  readonly name: string
  readonly value: unknown
  readonly before: PropertyDescriptor | undefined
}

/** Ours when they were restored, but covered by somebody else's (fake timers, a spy), who may yet uncover them. */
const covered = new Set<Patch>()

/** False when somebody else has changed it since. */
function undo({ target, name, value, before }: Patch): boolean {
  if (Object.getOwnPropertyDescriptor(target, name)?.value !== value) return false
  if (before) Object.defineProperty(target, name, before)
  else Reflect.deleteProperty(target, name)
  return true
}

/** Puts back what was covered when its owner wanted to restore it, and has been uncovered since. */
export function restoreUncovered(): void {
  let hasRestored = false
  for (const patch of covered) {
    if (!undo(patch)) continue
    covered.delete(patch)
    hasRestored = true
  }
  if (hasRestored) builtin('node:module')?.syncBuiltinESMExports()
}

export class Patches {
  readonly #patches: Patch[] = []

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
    this.#patches.push({ target, name, value, before })
  }

  /** Last in, first out. */
  restore(): void {
    for (const patch of this.#patches.splice(0).reverse()) if (!undo(patch)) covered.add(patch)
  }
}
