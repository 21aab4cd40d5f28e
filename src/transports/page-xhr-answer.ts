// An answer as XMLHttpRequest shows it. No events, no state.

export interface Answered {
  readonly url: string
  readonly head: Response
  readonly bytes: ArrayBuffer
  /** The body in the form that the app asked for; null for what it is not. */
  valueAs(type: XMLHttpRequestResponseType): unknown
  headerLines(): string
}

/** Reads an answer to its end. */
export async function readAnswer({ url }: Request, head: Response): Promise<Answered> {
  const bytes = await head.arrayBuffer()
  const text = (): string => new TextDecoder().decode(bytes)
  const values: Readonly<Record<XMLHttpRequestResponseType, () => unknown>> = {
    '': text,
    text,
    json: () => parsed(text()),
    arraybuffer: () => bytes,
    blob: () => new Blob([bytes], { type: head.headers.get('content-type') ?? '' }),
    document: () => null,
  }
  return {
    url,
    head,
    bytes,
    valueAs: (type) => values[type](),
    headerLines: () => [...head.headers].map(([name, value]) => `${name}: ${value}\r\n`).join(''),
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
