// JSON in colours. Each piece is a text node: what a recording says is never read as HTML.

import type { VNode } from 'preact'

const token = /("(?:[^"\\]|\\.)*")(\s*:)?|\b(true|false|null)\b|(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)/g
/** Colours beyond that only cost time. */
const maxColoured = 30_000

export function JsonText({ value }: { value: unknown }) {
  const text = JSON.stringify(value, null, 2) ?? String(value)
  return <pre class="json">{text.length > maxColoured ? text : coloured(text)}</pre>
}

function coloured(text: string): (string | VNode)[] {
  const pieces: (string | VNode)[] = []
  let at = 0
  for (const match of text.matchAll(token)) {
    const [whole, string, colon] = match
    if (match.index > at) pieces.push(text.slice(at, match.index))
    const kind = string === undefined ? 'value' : colon === undefined ? 'string' : 'key'
    pieces.push(<span class={`json-${kind}`}>{whole}</span>)
    at = match.index + whole.length
  }
  pieces.push(text.slice(at))
  return pieces
}
