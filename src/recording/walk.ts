// Walks the fields of an event or a note: one recursion for everything that changes values of a recording. Sound is known here.

import { isRecord } from '../protocol/json.ts'

/** A value on the way: its name, and the name of what holds it (a list's entries have the list's name). */
export interface Leaf {
  readonly key: string
  readonly parent: string
  /** The object that it is a field of; undefined in a list. */
  readonly holder: Readonly<Record<string, unknown>> | undefined
}

/** Deeper than any event; what is beyond was made to break readers. */
const deepest = 200

/**
 * A copy with every leaf (anything but objects and lists) as `visit` gives it. `visitObject` may take a whole object instead, `nameOf`
 * may rename fields.
 *
 * @throws RangeError for values that are nested beyond reason
 */
export function mapLeaves(
  value: unknown,
  visit: (leaf: unknown, at: Leaf) => unknown,
  visitObject?: (value: Readonly<Record<string, unknown>>, at: Leaf) => unknown,
  nameOf: (key: string) => string = (key) => key,
): unknown {
  const go = (here: unknown, at: Leaf, depth: number): unknown => {
    if (depth > deepest) throw new RangeError(`nested deeper than ${deepest} levels`)
    if (Array.isArray(here)) return here.map((each) => go(each, { key: at.key, parent: at.key, holder: undefined }, depth + 1))
    if (!isRecord(here)) return visit(here, at)
    const taken = visitObject?.(here, at)
    if (taken !== undefined) return taken
    // A field may be called `__proto__`: fromEntries makes it one like any other.
    return Object.fromEntries(
      Object.entries(here).map(([key, each]) => [nameOf(key), go(each, { key, parent: at.key, holder: here }, depth + 1)]),
    )
  }
  return go(value, { key: '', parent: '', holder: undefined }, 0)
}

const base64Text = /^[A-Za-z0-9+/]+={0,2}$/

/** Whether a field of an event of this type is where sound stands on the wire. */
export function isSoundField(eventType: string, key: string): boolean {
  return key === 'audio' || (key === 'delta' && eventType.endsWith('audio.delta'))
}

/** Whether a leaf is sound: base64 where sound stands. What cannot be decoded is a text like any other. */
export function isSound(eventType: string, key: string, leaf: unknown): leaf is string {
  return typeof leaf === 'string' && isSoundField(eventType, key) && leaf.length % 4 === 0 && base64Text.test(leaf)
}

const bareAppends = new WeakMap<object, boolean>()

/** Whether an event is nothing but a frame of sound of the app: most of a spoken conversation is. Remembered: several steps ask. */
export function isBareAppend(event: object): event is { readonly type: string; readonly audio: string } {
  const known = bareAppends.get(event)
  if (known !== undefined) return known
  const { type, audio, ...rest } = event as { type?: unknown; audio?: unknown }
  const isBare = type === 'input_audio_buffer.append' && Object.keys(rest).length === 0 && isSound(type, 'audio', audio)
  bareAppends.set(event, isBare)
  return isBare
}
