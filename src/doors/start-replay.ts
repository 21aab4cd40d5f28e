// `realtime.replay(name, rules)`: checks what the author gave, finds the recording, and puts it into the service.

import type { ReplayRules, Tape } from '../api.ts'
import { isRecord } from '../protocol/json.ts'
import { recordings } from '../recording/load-recordings.ts'
import { type OptionRule, type OptionRules, oneOf, rule } from '../responses/option-check.ts'
import { checkArgument, checkCall } from '../runtime/arguments.ts'
import type { Service } from '../runtime/service.ts'
import { placeWithoutTest } from './recording-place.ts'

const timings = oneOf(['recorded', 'instant'])
const timing: OptionRule = {
  expected: `${timings.expected}, or { scale: number above 0 }`,
  problem(value, place) {
    if (!isRecord(value)) return timings.problem(value, place)
    const { scale, ...others } = value
    return typeof scale === 'number' && scale > 0 && Object.keys(others).length === 0 ? undefined : ''
  },
}

const replayRules: { readonly [K in keyof Required<ReplayRules>]: OptionRule } = {
  order: oneOf(['turn', 'strict', 'content']),
  ignore: rule(
    "an array of dotted paths, as 'session.instructions' or 'session.update/session.tools'",
    (value) => Array.isArray(value) && value.every((path) => typeof path === 'string' && path !== ''),
    (value) => (typeof value === 'string' ? `Write [${JSON.stringify(value)}].` : undefined),
  ),
  audio: oneOf(['length', 'energy', 'transcript', 'ignore']),
  timing,
}

const nameRule = rule('the name of a recording, or the path of its folder', (value) => typeof value === 'string' && value !== '')

/** Rejects with RTK_OPTION or RTK_RECORDING. */
export async function startReplay(service: Service, name: string, rules: ReplayRules = {}): Promise<Tape> {
  const called = 'realtime.replay(…)'
  checkArgument(called, 'name', name, nameRule)
  checkCall(called, rules, replayRules satisfies OptionRules)
  const { readRecordingSync, startReplay: begin } = recordings()
  // At once: nothing of the app's time goes by while it is read.
  return begin(service, readRecordingSync(pathOf(service, name)), rules)
}

/** A name lies in `__recordings__`; a path (absolute, or with ./ or ../) is one from the test file's folder. */
function pathOf(service: Service, name: string): string {
  const { folder } = service.place ?? placeWithoutTest()
  if (/^(?:[\\/]|[A-Za-z]:)/.test(name)) return name
  return /^\.{1,2}[\\/]/.test(name) ? `${folder}/../${name}` : `${folder}/${name}`
}
