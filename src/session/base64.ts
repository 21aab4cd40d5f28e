// Base64 of audio, by the fastest means of the platform: the built-in of newer engines, Node's Buffer, else atob and btoa.
// No I/O; strings and bytes only.

interface NativeBase64 {
  fromBase64?(text: string): Uint8Array
}

/** Bytes of base64 text; undefined when the text is no base64. */
export function decodeBase64(text: string): Uint8Array | undefined {
  const expectedBytes = base64ByteLength(text)
  if (expectedBytes === undefined) return undefined
  const bytes = decodeLoosely(text)
  // Lenient decoders skip what they do not know: then bytes are missing.
  return bytes?.byteLength === expectedBytes ? bytes : undefined
}

/** Padded base64 of bytes. */
export function encodeBase64(bytes: Uint8Array): string {
  if ('toBase64' in bytes && typeof bytes.toBase64 === 'function') return String(bytes.toBase64())
  const { Buffer } = globalThis
  if (Buffer) return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')
  let binary = ''
  for (const byte of bytes) binary += String.fromCharCode(byte)
  return btoa(binary)
}

function decodeLoosely(text: string): Uint8Array | undefined {
  const { Buffer } = globalThis
  if (Buffer) {
    const bytes = Buffer.from(text, 'base64')
    return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }
  const native: NativeBase64 & typeof Uint8Array = Uint8Array
  try {
    return native.fromBase64 ? native.fromBase64(text) : Uint8Array.from(atob(text), (character) => character.charCodeAt(0))
  } catch {
    return undefined
  }
}

/** How many bytes a padded base64 text holds; undefined when its length is impossible. */
function base64ByteLength(text: string): number | undefined {
  if (text.length % 4 !== 0) return undefined
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0
  return (text.length / 4) * 3 - padding
}
