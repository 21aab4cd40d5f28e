// Refusals of a value of the wrong shape that apps often send: shapes of the beta, of Chat Completions, objects where JSON text
// belongs. Part of diagnosis.ts, before the general rules of diagnosis-fields.ts.

import { isRecord } from '../protocol/json.ts'
import { renamedAudioFormats } from '../protocol/renamed.ts'
import type { Rule } from './diagnosis.ts'

interface Shape {
  /** The `param` of the error. */
  readonly at: RegExp
  /** Whether what was sent there, or beside a field that is missing, is of that shape. */
  fits(value: unknown, sibling: (name: string) => unknown): boolean
  /** What was sent, as the rest of "… in `param`". */
  readonly what: string
  mend(value: unknown): string
}

const isText = (value: unknown): value is string => typeof value === 'string'

const shapes: readonly Shape[] = [
  {
    at: /(?:^|\.)content\[\d+\]\.type$/,
    fits: (value) => value === 'text' || value === 'audio',
    what: 'a content type of a model message or of the beta',
    mend: () => "A user's and a system's text is `input_text`, a user's sound `input_audio`, an assistant's text `output_text`.",
  },
  {
    at: /(?:^|\.)content$/,
    fits: isText,
    what: 'a text where a list of parts belongs',
    mend: () => "Write content: [{ type: 'input_text', text }] (an assistant's: 'output_text').",
  },
  {
    at: /^item\.(?:output|arguments)$|\.(?:output|arguments)$/,
    fits: (value) => typeof value === 'object' && value !== null,
    what: 'an object where JSON text belongs',
    mend: () => 'Send JSON.stringify(value).',
  },
  {
    at: /\.format$/,
    fits: isText,
    what: 'the name of a format, as in the beta',
    mend: (value) => {
      const known = Object.entries(renamedAudioFormats).find(([name, { type }]) => name === value || type === value)
      return `In GA it is an object: { type: '${known?.[1].type ?? 'audio/pcm'}' }.`
    },
  },
  {
    at: /(?:tools\[\d+\]|tool_choice)\.name$/,
    fits: (_value, sibling) => isRecord(sibling('function')),
    what: 'a function as in Chat Completions',
    mend: () => "Here its fields stand beside the type: { type: 'function', name, description, parameters }.",
  },
]

/** The usual slip in what was sent at the `param` of the error. */
export const wrongShape: Rule = ({ error: { param }, event }) => {
  if (!param) return undefined
  const path = param.split(/[.[\]]+/).filter((key) => key !== '')
  const parent = path.slice(0, -1).reduce(child, event)
  const value = child(parent, path.at(-1) ?? '')
  const shape = shapes.find(({ at, fits }) => at.test(param) && fits(value, (name) => child(parent, name)))
  if (!shape) return undefined
  const message = `The app sent ${shape.what} in \`${param}\`. Nothing of the event was applied.`
  return { code: 'wrong_shape', message, mend: shape.mend(value) }
}

function child(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined
}
