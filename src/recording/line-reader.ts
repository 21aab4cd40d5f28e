// Reads a recording line by line, whoever brings the lines: the header first, then entries with their sound in them again.

import { messageOf } from '../errors.ts'
import { isRecord } from '../protocol/json.ts'
import type { TimelineEntry } from '../runtime/timeline.ts'
import { CauseNames } from './cause-names.ts'
import { entryProblem } from './entry-check.ts'
import { type RecordingHeader, recordingVersion } from './recording.ts'
import { recordingError, type Spot } from './recording-error.ts'
import { isSoundPlace, type SoundPlace } from './sound-files.ts'
import type { SoundShelf } from './sound-shelf.ts'
import { causePlace, Upgrade } from './upgrade.ts'
import { mapLeaves } from './walk.ts'

type Fields = Readonly<Record<string, unknown>>

export const convertMend = 'A log of events is made into one by: vitest-realtime convert LOG FOLDER'

const headerMend = 'A recording begins with its header, in one line: put it back, or record again.'
const editedMend = 'Mend the line, or delete it: entries are numbered anew.'

export class LineReader {
  header: RecordingHeader | undefined
  readonly #file: string
  readonly #shelf: SoundShelf
  readonly #causes = new CauseNames()
  #upgrade = new Upgrade(recordingVersion)
  #line = 0
  #count = 0

  constructor(file: string, shelf: SoundShelf) {
    this.#file = file
    this.#shelf = shelf
  }

  /** Lines taken so far. */
  get line(): number {
    return this.#line
  }

  /**
   * Takes the next line: gives the entry that it is, nothing for the header and for empty lines.
   *
   * @throws RealtimeKitError RTK_RECORDING with file and line
   */
  take(text: string, isCut = false): TimelineEntry | undefined {
    this.#line++
    const line = this.#line === 1 ? text.replace(/^\uFEFF/, '') : text
    if (line.trim() === '') return undefined
    const fields = this.#parse(line, isCut)
    if (this.header) return this.#entry(fields, soundsIn(line))
    this.header = this.#readHeader(fields)
    return undefined
  }

  /** Must be called when there are no more lines. */
  end(): RecordingHeader {
    if (this.header) return this.header
    throw recordingError({ file: this.#file }, 'is empty.', 'Record again: a recording begins with its header.')
  }

  get #spot(): Spot {
    return { file: this.#file, line: this.#line }
  }

  #parse(line: string, isCut: boolean): Fields {
    let value: unknown
    try {
      value = JSON.parse(line)
    } catch (error) {
      // What some editors call Unicode is UTF-16; files that are packed, or were torn by a disk, look alike.
      if (/[\0\uFFFD]/.test(line))
        throw recordingError(this.#spot, 'is no text in UTF-8.', 'Save the file as UTF-8, or record again.')
      const why = isCut ? 'ends in the middle of a line: it was not written to its end' : `is no JSON: ${messageOf(error)}`
      const mend = isCut ? 'Delete this line, or record again.' : editedMend
      throw recordingError(this.#spot, `${why}.`, this.header ? mend : headerMend)
    }
    if (isRecord(value)) return value
    throw recordingError(this.#spot, 'is no JSON object.', this.header ? editedMend : headerMend)
  }

  #readHeader(fields: Fields): RecordingHeader {
    const { kind, version } = fields
    if (kind !== 'vitest-realtime recording') {
      throw recordingError(this.#spot, 'is no header of a recording of vitest-realtime.', convertMend)
    }
    if (typeof version !== 'number' || !Number.isInteger(version) || version < 0)
      throw recordingError(
        this.#spot,
        `has the version ${JSON.stringify(version)}.`,
        `This kit writes "version": ${recordingVersion}.`,
      )
    if (version > recordingVersion) {
      throw recordingError(
        this.#spot,
        `has version ${version}; this vitest-realtime reads up to version ${recordingVersion}.`,
        'It was written by a newer one: update vitest-realtime, or record again with this one.',
      )
    }
    this.#upgrade = new Upgrade(version)
    const header = this.#upgrade.header(fields)
    const problem = headerProblem(header)
    if (problem === undefined) return header as unknown as RecordingHeader
    throw recordingError(this.#spot, `is a header whose ${problem}.`, 'Mend the line, or record again.')
  }

  #entry(line: Fields, sounds: ReturnType<typeof soundsIn>): TimelineEntry {
    const fields = this.#upgrade.entry(line)
    const problem = entryProblem(fields)
    if (problem !== undefined) throw recordingError(this.#spot, `${problem}.`, editedMend)
    const { atMs, sessionId = '', from, event, note } = fields
    const index = this.#count++
    const cause = this.#cause(fields, index)
    const entry = {
      ...{ index, atMs, sessionId, from },
      ...(event === undefined ? { note } : { event: this.#event(event as Fields, { from, index, sounds }) }),
      ...(cause === undefined ? {} : { cause }),
    } as unknown as TimelineEntry
    this.#causes.add(entry)
    return entry
  }

  #cause({ cause, sessionId = '' }: Fields, index: number): number | undefined {
    if (cause === undefined) return undefined
    const place = typeof cause === 'string' ? this.#causes.find(cause, String(sessionId)) : causePlace(cause)
    return place !== undefined && place < index ? place : undefined
  }

  #event(event: Fields, { from, index, sounds }: { from: unknown; index: number; sounds: ReturnType<typeof soundsIn> }): unknown {
    const type = String(event.type)
    const whole = (sounds === 0 ? event : sounds === 1 ? this.#withFrame(event, type) : this.#withSound(event, type)) as Fields
    if (from !== 'service') return whole
    const { event_id = `event_${index}`, ...rest } = whole
    // Null: the service sent none.
    return event_id === null ? rest : { ...rest, event_id }
  }

  /** One sound stands on the first level, as frames and deltas have it; or somewhere within. */
  #withFrame(event: Fields, type: string): unknown {
    const key = ['audio', 'delta'].find((name) => isSoundPlace(type, name, event[name]))
    if (key === undefined) return this.#withSound(event, type)
    return { ...event, [key]: this.#shelf.base64(event[key] as SoundPlace, this.#spot) }
  }

  #withSound(event: Fields, type: string): unknown {
    const spot = this.#spot
    const restore = (place: SoundPlace) => this.#shelf.base64(place, spot)
    try {
      return mapLeaves(
        event,
        (leaf) => leaf,
        (value, { key }) => (isSoundPlace(type, key, value) ? restore(value) : undefined),
      )
    } catch (error) {
      if (error instanceof RangeError) throw recordingError(spot, `is ${error.message}.`, editedMend, error)
      throw error
    }
  }
}

/** How many sounds a short line names: most lines of long recordings have one at most, and are read without looking everywhere. */
function soundsIn(line: string): 0 | 1 | 'many' {
  if (line.length > 600) return 'many'
  const first = line.indexOf('"wav"')
  return first < 0 ? 0 : line.indexOf('"wav"', first + 1) < 0 ? 1 : 'many'
}

/** What is wrong with a header, as the end of a sentence. */
function headerProblem(header: Fields): string | undefined {
  const { name, source, profile, models, tools, redactions, sessions } = header
  if (typeof name !== 'string') return '"name" is no text'
  if (source !== 'service' && source !== 'simulation') return '"source" is neither "service" nor "simulation"'
  if (profile !== 'openai' && profile !== 'azure' && profile !== 'beta') return '"profile" is none of "openai", "azure", "beta"'
  if (!Array.isArray(models) || !models.every(isText)) return '"models" is no list of names'
  if (!isRecord(tools) || !Object.values(tools).every(isText)) return '"tools" is no object of versions'
  if (!isRecord(redactions) || !Object.values(redactions).every((count) => typeof count === 'number'))
    return '"redactions" is no object of counts'
  return sessionsProblem(sessions)
}

function sessionsProblem(sessions: unknown): string | undefined {
  const isSession = (one: unknown): one is { id: string; url: string } => isRecord(one) && isText(one.id) && isText(one.url)
  if (!Array.isArray(sessions) || !sessions.every(isSession)) return '"sessions" is no list of { id, url }'
  const noUrl = sessions.find(({ url }) => !URL.canParse(url, 'wss://api.openai.com'))
  if (noUrl) return `"sessions" has the URL ${JSON.stringify(noUrl.url)}, which is none`
  const ids = sessions.map(({ id }) => id).filter((id) => id !== '')
  const seen = new Set<string>()
  const twice = ids.find((id) => seen.size === seen.add(id).size)
  return twice === undefined ? undefined : `"sessions" has ${JSON.stringify(twice)} twice`
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
}
