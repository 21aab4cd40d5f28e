// Who is calling, by the stack: Node tells it, a page's errors show it. The first frame is the code that asks.

import { builtin } from '../../builtins.ts'

export interface CallFrame {
  /** Path or URL of the file. */
  readonly scriptName: string
  readonly functionName: string
  readonly lineNumber: number
}

/** The innermost frames of the running call, without those before an `await`. */
export const callFrames: (count: number) => readonly CallFrame[] = builtin('node:util')?.getCallSites ?? pageFrames

/** `at name (http://host/file.js:1:2)` of Chromium, `name@http://host/file.js:1:2` of the others. */
const frameLine = /^\s*(?:at )?(?:(.*?) ?[(@])?([a-z-]+:\/\/.+?):(\d+):\d+\)?$/

function pageFrames(count: number): CallFrame[] {
  const { stack = '' } = new Error()
  const lines = stack.split('\n')
  const end = lines.findIndex((line) => /^\s*(?:at )?async[ *]/.test(line))
  return (end < 0 ? lines : lines.slice(0, end))
    .flatMap((line) => {
      const [, functionName = '', scriptName, lineNumber] = frameLine.exec(line) ?? []
      return scriptName ? [{ scriptName, functionName, lineNumber: Number(lineNumber) }] : []
    })
    .slice(1, count + 1)
}
