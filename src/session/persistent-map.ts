// A map from strings as a value: a hash trie of 16-way nodes. `withEntry` and `withoutEntry` cost O(log n) and leave the
// old version alone. Holds the items of a conversation, so that thousands of items never cost a copy each.

const bitsPerLevel = 4
const slotMask = 15

interface Leaf<V> {
  readonly key: string
  readonly value: V
  readonly hash: number
  /** Another key with the same hash. */
  readonly next: Leaf<V> | undefined
}

interface Branch<V> {
  readonly slots: readonly (Slot<V> | undefined)[]
}

type Slot<V> = Leaf<V> | Branch<V>

export interface PersistentMap<V> {
  readonly size: number
  readonly root: Slot<V> | undefined
}

export function emptyMap<V>(): PersistentMap<V> {
  return { size: 0, root: undefined }
}

export function lookUp<V>(map: PersistentMap<V>, key: string): V | undefined {
  const hash = hashOf(key)
  let slot = map.root
  for (let level = 0; slot && 'slots' in slot; level++) slot = slot.slots[slotOf(hash, level)]
  for (let leaf = slot; leaf; leaf = leaf.next) if (leaf.key === key) return leaf.value
  return undefined
}

/** The map with `key` set to `value`, replacing what it had. */
export function withEntry<V>(map: PersistentMap<V>, key: string, value: V): PersistentMap<V> {
  const isNew = lookUp(map, key) === undefined
  const leaf: Leaf<V> = { key, value, hash: hashOf(key), next: undefined }
  return { size: isNew ? map.size + 1 : map.size, root: insert(map.root, leaf, 0) }
}

/** The map without `key`. */
export function withoutEntry<V>(map: PersistentMap<V>, key: string): PersistentMap<V> {
  if (lookUp(map, key) === undefined) return map
  return { size: map.size - 1, root: remove(map.root, key, hashOf(key), 0) }
}

function insert<V>(slot: Slot<V> | undefined, leaf: Leaf<V>, level: number): Slot<V> {
  if (!slot) return leaf
  if ('slots' in slot) {
    const index = slotOf(leaf.hash, level)
    return { slots: slot.slots.with(index, insert(slot.slots[index], leaf, level + 1)) }
  }
  // Different hashes part at one of the eight levels.
  if (slot.hash === leaf.hash) return { ...leaf, next: dropKey(slot, leaf.key) }
  const slots = new Array<Slot<V> | undefined>(slotMask + 1).fill(undefined)
  slots[slotOf(slot.hash, level)] = slot
  return insert({ slots }, leaf, level)
}

function remove<V>(slot: Slot<V> | undefined, key: string, hash: number, level: number): Slot<V> | undefined {
  if (!slot) return undefined
  if (!('slots' in slot)) return dropKey(slot, key)
  const index = slotOf(hash, level)
  return { slots: slot.slots.with(index, remove(slot.slots[index], key, hash, level + 1)) }
}

function dropKey<V>(leaf: Leaf<V> | undefined, key: string): Leaf<V> | undefined {
  if (!leaf) return undefined
  return leaf.key === key ? leaf.next : { ...leaf, next: dropKey(leaf.next, key) }
}

function slotOf(hash: number, level: number): number {
  return (hash >>> (level * bitsPerLevel)) & slotMask
}

/** FNV-1a with a final mix: ids share long prefixes. */
function hashOf(key: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193)
  return (hash ^ (hash >>> 15)) >>> 0
}
