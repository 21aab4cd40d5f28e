// toHaveReturnedFromFunction: the app has sent the output of this function (function_call_output), with these fields.

import { shortId } from '../src/report/print.ts'
import type { MatcherContext, MatcherResult } from './context.ts'
import { functionResult } from './function-calls.ts'
import { callOf, checkName, type MatcherCall } from './received.ts'

/** The call was made and nobody answered, or it was never made. */
function openCalls(call: MatcherCall, name: string): { mend?: string[] } {
  const calls = call.subject.responses().flatMap((response) => response.calls.filter((each) => each.name === name))
  const open = calls.filter((each) => each.output === undefined)
  if (calls.length === 0) return { mend: [`The model never called ${name}: no reply with that \`call\` was chosen.`] }
  if (open.length === 0) return {}
  const ids = open.map((each) => shortId(each.callId)).join(', ')
  return { mend: [`The model called ${name} (${ids}) and still waits for the output. Is the app's function still at work?`] }
}

export function toHaveReturnedFromFunction(
  this: MatcherContext,
  received: unknown,
  name: string,
  output?: unknown,
): MatcherResult {
  const call = callOf(this, 'toHaveReturnedFromFunction', received, [name, output])
  checkName(call, name, 'the name of a function')
  return functionResult(call, { name, value: output, side: 'output' }, () => openCalls(call, name))
}
