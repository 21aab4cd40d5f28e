// What the viewer's page is given: one JSON document, made by view-model.ts and read by viewer/. Shapes only, no imports, so that both
// sides can share them. Times are ms on the clock of the test; `entry` numbers are places in `ViewData.entries`, counted from 0.

export type ViewLane = 'client' | 'service' | 'fault' | 'phone' | 'kit' | 'caller'

/** One line of the timeline. Short names: a document has thousands of them. */
export interface ViewEntry {
  /** `#n` on its own timeline. */
  readonly index: number
  readonly atMs: number
  readonly lane: ViewLane
  /** Number of its group; -1 where it belongs to no session. */
  readonly group: number
  /** Event type, or what the kit notes. */
  readonly name: string
  readonly details: string
  /** The entry that set it off. `guessed`: concluded from ids and order, as the timeline does not say. */
  readonly cause?: number
  readonly guessed?: true
  /** Neighbours of one kind share a run: lists fold them. */
  readonly run?: number
  /** The event or note itself; sound is told in bytes. */
  readonly json: unknown
}

/** A stretch of time with a label: speech, a response, a function call. */
export interface ViewSpan {
  readonly startMs: number
  /** Absent: still open when the timeline ended. */
  readonly endMs?: number
  readonly label: string
  readonly entry: number
}

export interface ViewResponse extends ViewSpan {
  readonly id: string
  readonly reply: string
  readonly status: string
  readonly text: string
  readonly firstDeltaMs?: number
  readonly firstAudioMs?: number
  /** Entry of the note with the scores. */
  readonly selection?: number
}

/** A piece of sound: where it stands on the clock and where its samples are in its track. */
export interface ViewSound {
  readonly startMs: number
  readonly durationMs: number
  /** Ms of it that were heard; the rest was cut. Absent: nothing says that it was cut. */
  readonly heardMs?: number
  /** Where the app said that it was cut. */
  readonly truncatedMs?: number
  /** Where it starts within the track's samples and peaks. */
  readonly trackMs: number
  readonly label: string
  readonly entry: number
}

export interface ViewTrack {
  readonly sounds: readonly ViewSound[]
  /** Loudest sample of each `peakMs`, a byte each, base64. */
  readonly peaks: string
  /** Mu-law samples, base64. Absent where the sound was left out to keep the file small. */
  readonly mulaw?: string
  readonly rateHz: number
}

/** Who said or did what, in words. */
export interface ViewTurn {
  /** The caller aloud, by keys, or the user in writing; the model, or a function that it called. */
  readonly who: 'caller' | 'keys' | 'user' | 'model' | 'function'
  readonly atMs: number
  readonly text: string
  readonly entry: number
  /** What the service took the caller's words for; null where it understood nothing. */
  readonly understood?: string | null
  /** Name of the reply. */
  readonly reply?: string
  readonly status?: string
  /** From the end of what it answers to its first sound, and to its first written words. */
  readonly firstAudioMs?: number
  readonly firstTextMs?: number
  /** The same to when its sound was heard first: apps and telephones may be late. */
  readonly firstHeardMs?: number
  /** Of its sound, where it was stopped. */
  readonly heardMs?: number
  /** What a function gave. */
  readonly result?: string
}

/** Lanes of one session. */
export interface ViewGroup {
  readonly id: string
  readonly title: string
  /** A letter; with the number of its timeline before it where there are several. */
  readonly short: string
  readonly model: string
  /** Which of the documents it comes from. */
  readonly source: number
  readonly said: readonly ViewSpan[]
  readonly detected: readonly ViewSpan[]
  readonly responses: readonly ViewResponse[]
  readonly calls: readonly ViewSpan[]
  readonly turns: readonly ViewTurn[]
  readonly input: ViewTrack
  readonly output: ViewTrack
}

export interface ViewFailure {
  readonly message: string
  /** Where the test and the conversation parted; absent: at the end. */
  readonly entry?: number
}

export interface ViewSource {
  readonly title: string
  /** Its last entry; absent where it has none. */
  readonly last?: number
  readonly failure?: ViewFailure
  /** Where it differs from the other timeline. */
  readonly differences?: readonly ViewFailure[]
}

export interface ViewData {
  readonly version: 1
  readonly title: string
  readonly unit: 'virtual ms' | 'ms'
  readonly startMs: number
  readonly endMs: number
  readonly sources: readonly ViewSource[]
  readonly groups: readonly ViewGroup[]
  readonly entries: readonly ViewEntry[]
  /** What had to be left out, in words. */
  readonly leftOut: readonly string[]
}

/** Ms of one peak of a waveform. */
export const peakMs = 10
