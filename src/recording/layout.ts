// What lies where in the folder of a recording.

/** Line 1 is the header, each further line an entry. */
export const timelineFile = 'timeline.ndjson'
export const audioFolder = 'audio'

/** A sound file of a recording, below its folder; nothing else may be named. */
export const soundPath = /^audio\/[\w-][\w.-]*\.wav$/

/** Where the old recording lies for the moment in which the new one takes its place. */
export function putAsideName(name: string): string {
  return `.${name}.old`
}
