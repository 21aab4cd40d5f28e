// What a page's WebSocket refuses or makes of its arguments, as the standard of browsers says. No state, no events.

type Sendable = string | ArrayBuffer | Blob | ArrayBufferView

const maxReasonBytes = 123
/** A token of HTTP: what a subprotocol may consist of. */
const token = /^[!#$%&'*+\-.^_`|~\w]+$/

/** The error that a page's own WebSocket would throw, of the page's own class. */
export function pageError(name: string, message: string): DOMException {
  return new globalThis.DOMException(message, name)
}

/** The absolute `ws:` or `wss:` URL of a socket; relative ones count from the page. */
export function readSocketUrl(given: unknown): URL {
  const base = globalThis.location?.href
  if (!URL.canParse(String(given), base)) throw pageError('SyntaxError', `The URL '${given}' is invalid.`)
  const url = new URL(String(given), base)
  url.protocol = url.protocol.replace(/^http/, 'ws')
  if (!/^wss?:$/.test(url.protocol)) throw pageError('SyntaxError', `The URL's scheme must be ws or wss, got '${url.protocol}'.`)
  if (url.hash) throw pageError('SyntaxError', `The URL of a WebSocket has no fragment, got '${url.hash}'.`)
  return url
}

/** The subprotocols that the client offers. */
export function readProtocols(given: unknown): string[] {
  const isList = typeof given === 'object' && given !== null && Symbol.iterator in given
  const protocols = given === undefined ? [] : isList ? Array.from(given as Iterable<unknown>, String) : [String(given)]
  const isDouble = new Set(protocols).size !== protocols.length
  const wrong = protocols.find((protocol) => !token.test(protocol))
  if (wrong !== undefined) throw pageError('SyntaxError', `The subprotocol '${wrong}' is invalid.`)
  if (isDouble) throw pageError('SyntaxError', `The subprotocols '${protocols.join(', ')}' are not unique.`)
  return protocols
}

/** Throws for codes and reasons that a page may not send. */
export function checkClose(code: number | undefined, reason: string | undefined): void {
  if (code !== undefined && code !== 1000 && !(code >= 3000 && code <= 4999)) {
    throw pageError('InvalidAccessError', `The close code must be 1000, or from 3000 to 4999, got ${code}.`)
  }
  const bytes = new TextEncoder().encode(reason ?? '').length
  if (bytes > maxReasonBytes) {
    throw pageError('SyntaxError', `The close reason must not be longer than ${maxReasonBytes} bytes, it has ${bytes}.`)
  }
}

/** What a page sends: its size, and the message, which for a Blob must be read first. */
export function outgoing(data: Sendable): { bytes: number; message: string | Uint8Array | Promise<Uint8Array> } {
  if (isBlob(data)) return { bytes: data.size, message: readBlob(data) }
  // By their tag: a page may have an ArrayBuffer of its own.
  const isBuffer = Object.prototype.toString.call(data) === '[object ArrayBuffer]'
  if (isBuffer || ArrayBuffer.isView(data)) {
    const bytes = ArrayBuffer.isView(data)
      ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
      : new Uint8Array(data as ArrayBuffer)
    // A copy: the page may change its own at once.
    return { bytes: bytes.length, message: bytes.slice() }
  }
  const text = String(data)
  return { bytes: new TextEncoder().encode(text).length, message: text }
}

function isBlob(data: Sendable): data is Blob {
  return typeof data === 'object' && 'arrayBuffer' in data && 'size' in data
}

/** Async, so that it gives a promise of ours whatever class the page's are of. */
async function readBlob(blob: Blob): Promise<Uint8Array> {
  return new Uint8Array(await blob.arrayBuffer())
}
