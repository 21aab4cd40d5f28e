// What kind of binary data a value is. Not by `instanceof`: in a DOM environment (jsdom) the global typed arrays are those of
// another realm, and Node's own buffers are no instances of them.

function tagOf(value: unknown): string {
  return Object.prototype.toString.call(value)
}

/** Samples, of whatever realm. */
export function isInt16Array(value: unknown): value is Int16Array {
  return tagOf(value) === '[object Int16Array]'
}

/** Memory that is not shared, of whatever realm. */
export function isArrayBuffer(value: unknown): value is ArrayBuffer {
  return tagOf(value) === '[object ArrayBuffer]'
}

/** Bytes, of whatever realm; a Buffer too. */
export function isBytes(value: unknown): value is Uint8Array {
  return tagOf(value) === '[object Uint8Array]'
}
