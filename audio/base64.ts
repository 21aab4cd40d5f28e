// Base64 <-> bytes, the fastest way that the host offers. Decoding is strict: the wire wants to know.

type HostBuffer = typeof globalThis extends { Buffer: infer B } ? B : never

const hostBuffer = (globalThis as { Buffer?: HostBuffer }).Buffer

/**
 * Bytes to padded base64.
 *
 * @example
 * socket.send(JSON.stringify({ type: 'input_audio_buffer.append', audio: encodeBase64(bytes) }))
 */
export function encodeBase64(bytes: Uint8Array): string {
  if (hostBuffer) return hostBuffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')
  const pieces: string[] = []
  for (let at = 0; at < bytes.length; at += 0x8000) pieces.push(String.fromCharCode(...bytes.subarray(at, at + 0x8000)))
  return btoa(pieces.join(''))
}

/**
 * Base64 to bytes in memory of their own; undefined when `text` is not standard, padded base64.
 *
 * @example
 * decodeBase64('AAAA') // Uint8Array of three zeros
 * decodeBase64('no base64!') // undefined
 */
export function decodeBase64(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (text.length % 4 !== 0 || beyondBytes.test(text)) return undefined
  const expectedBytes = base64Bytes(text)
  const bytes = hostBuffer ? decodeOnHost(hostBuffer, text, expectedBytes) : decodeInBrowser(text)
  return bytes?.length === expectedBytes ? bytes : undefined
}

/** Node reads the lower half of such a character. For texts of one byte a character, as almost all are, this costs nothing. */
const beyondBytes = /[\u0100-\uffff]/

/** How many bytes a base64 text stands for, without decoding it. */
export function base64Bytes(text: string): number {
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0
  return Math.max(0, Math.floor((text.length * 3) / 4) - padding)
}

/** Node skips what it cannot read, so a short result tells a bad character; only the URL alphabet must be asked for. */
function decodeOnHost(host: HostBuffer, text: string, expectedBytes: number): Uint8Array<ArrayBuffer> | undefined {
  const bytes = new Uint8Array(expectedBytes)
  const written = host.from(bytes.buffer).write(text, 'base64')
  return written === expectedBytes && !text.includes('-') && !text.includes('_') ? bytes : undefined
}

function decodeInBrowser(text: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0))
  } catch {
    return undefined
  }
}
