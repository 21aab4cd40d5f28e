// All of recordings that the rest of the kit uses, for loading them at once when they are first needed.

export { compareRecordings } from './compare-recordings.ts'
export { matchRecording } from './match-recording.ts'
export { readEntries, readRecording, readRecordingSync } from './read-recording.ts'
export { recordingFolder } from './recording-folder.ts'
export { type RecordingFacts, recordingOf } from './recording-of.ts'
export { Redactor } from './redactor.ts'
export { startReplay } from './replay.ts'
export { recordAtEnd, recordingOfService, saveSession } from './save-session.ts'
export { obsoleteRecordings, removeRecording } from './used-recordings.ts'
export { writeRecording, writeRecordingSync } from './write-recording.ts'
