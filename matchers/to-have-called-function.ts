// toHaveCalledFunction: the model (that is: our reply) has called this function of the app, with these arguments.

import { isFields } from '../src/report/fields.ts'
import type { MatcherContext, MatcherResult } from './context.ts'
import { functionResult } from './function-calls.ts'
import { callOf, checkName, wrongArgument } from './received.ts'

export function toHaveCalledFunction(this: MatcherContext, received: unknown, name: string, args?: object): MatcherResult {
  const call = callOf(this, 'toHaveCalledFunction', received, [name, args])
  checkName(call, name, 'the name of a function')
  if (args !== undefined && !isFields(args))
    throw wrongArgument(call, 'the second argument is an object with some of the arguments', args)
  return functionResult(call, { name, value: args, side: 'arguments' }, () => ({}))
}
