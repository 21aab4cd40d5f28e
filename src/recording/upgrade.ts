// Older versions of the format, each brought to the next one: a recording of version 0 goes through every step there is.
// A step sees plain objects, line by line, and may remember lines; it must not touch what it does not know.

import { isRecord } from '../protocol/json.ts'
import { recordingVersion } from './recording.ts'

type Fields = Readonly<Record<string, unknown>>

/** From one version to the next. */
interface Step {
  header(header: Fields): Fields
  entry(entry: Fields): Fields
}

/** Begins each step anew for each recording. */
const steps: readonly (() => Step)[] = [fromVersion0]

/** Version 0 was the timeline as it is in memory: numbered lines, causes by number, base64 within the events. */
function fromVersion0(): Step {
  /** Where each number stands. */
  const places = new Map<unknown, number>()
  let count = 0
  return {
    header: ({ model, ...header }) => ({
      ...header,
      version: 1,
      source: header.source ?? 'simulation',
      profile: header.profile ?? 'openai',
      models: model === undefined ? [] : [model],
      tools: header.tools ?? {},
      redactions: header.redactions ?? {},
      sessions: header.sessions ?? [],
    }),
    entry({ index, cause, ...entry }) {
      places.set(index, count++)
      const place = places.get(cause)
      return cause === undefined || place === undefined ? entry : { ...entry, cause: { index: place } }
    },
  }
}

/** Brings the lines of one recording to the version that is read. */
export class Upgrade {
  readonly #steps: readonly Step[]

  constructor(version: number) {
    this.#steps = steps.slice(version, recordingVersion).map((begin) => begin())
  }

  header(header: Fields): Fields {
    return this.#steps.reduce((now, step) => step.header(now), header)
  }

  entry(entry: Fields): Fields {
    return this.#steps.reduce((now, step) => step.entry(now), entry)
  }
}

/** A cause by its place: how steps that know no names tell it. */
export function causePlace(cause: unknown): number | undefined {
  return isRecord(cause) && typeof cause.index === 'number' ? cause.index : undefined
}
