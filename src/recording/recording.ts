// What a recording is in memory: a header and the entries of a timeline. On disk it is a folder (see layout.ts): write-recording.ts,
// read-recording.ts. Made of a timeline by recording-of.ts: secrets blacked out, ids by their short names (s1, item_1, resp_1),
// events of the service called `event_<index>`. Which folder a name means: recording-folder.ts with `service.place`.

import type { TimelineEntry } from '../runtime/timeline.ts'

/** Version that is written. Readers upgrade older ones step by step, and refuse newer ones. */
export const recordingVersion = 1

export interface RecordingHeader {
  /** What the file is, so that it explains itself. */
  readonly kind: 'vitest-realtime recording'
  readonly version: number
  readonly name: string
  /** Where it comes from: the live service through the proxy, or a simulated session. */
  readonly source: 'service' | 'simulation'
  readonly profile: 'openai' | 'azure' | 'beta'
  /** Models of its sessions, in order of appearance. */
  readonly models: readonly string[]
  /** Tools that made it, by name and version. */
  readonly tools: Readonly<Record<string, string>>
  /** The test that wrote it, for those of tests: tells when it is obsolete. */
  readonly test?: { readonly file: string; readonly name: string }
  /** What was blacked out: kind and how often. */
  readonly redactions: Readonly<Record<string, number>>
  /** Sessions in order: what the app asked to connect to. No headers with secrets. */
  readonly sessions: readonly { readonly id: string; readonly url: string; readonly protocols?: readonly string[] }[]
}

export interface Recording {
  readonly header: RecordingHeader
  /** As they were on the timeline; sound is in its events again, as base64. */
  readonly entries: readonly TimelineEntry[]
}
