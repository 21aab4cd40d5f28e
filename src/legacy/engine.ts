// What the light classes of the old system load at their first use.

export { AudioFileCache } from '../../audio/file-cache.ts'
export { detectIntents, intentNames } from '../responses/intents.ts'
export { checkEventType } from '../runtime/arguments.ts'
export { realTime } from '../runtime/clock/real-time.ts'
export { chosenRecognizer } from './chosen-recognizer.ts'
export { chosenBy } from './response-reply.ts'
export { selectFrom, smartResponses } from './selection.ts'
export { Simulation } from './simulation.ts'
export { writeTestAudio } from './test-audio.ts'
export { Timings } from './timings.ts'
