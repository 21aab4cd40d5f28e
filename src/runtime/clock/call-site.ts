// Whose code is calling: timers of transports, of msw and of the kit itself stay real, whatever test they run in.

import { isNode } from '../../builtins.ts'
import { type CallFrame, callFrames } from './call-frames.ts'
import { installedFakes } from './fake-timers.ts'

interface Shared {
  /** Folders of the kit's own code, of every copy that is loaded. */
  readonly kitFolders: Set<string>
  /** Above 0 while a patched function sets a real timer on purpose. */
  settingReal: number
}

const key = Symbol.for('vitest-realtime.call-sites')
const home = globalThis as { [key]?: Shared }
home[key] ??= { kitFolders: new Set(), settingReal: 0 }
const shared: Shared = home[key]

// A bundler for pages would take a URL of a literal and `import.meta.url` for a file to serve.
const here = import.meta.url
for (const folder of ['src', 'audio', 'matchers', 'fixtures']) {
  shared.kitFolders.add(toPath(new URL(`../../../${folder}/`, here).href))
}

const realPackages = /[\\/]node_modules[\\/](?:ws|undici|msw|@mswjs|jsdom|happy-dom)[\\/]/
/** Its timers are its own, taken at load; what it passes on is a spy's call. */
const runner =
  /[\\/]node_modules[\\/](?:@vitest|vitest|vite|tinyspy)[\\/]|\/__vitest|\/@vitest\/|\/deps\/(?:vitest|@?vitest_(?!realtime))[^/]*\.js/

function toPath(script: string): string {
  return script.startsWith('file:') ? decodeURIComponent(script.replace(/^file:\/\/(?=\/)(?:\/(?=[A-Za-z]:))?/, '')) : script
}

/** The bridges are apps like those of the users: a test's clock drives them. */
const appsOfOurs = /^bridges\//

function isKit(script: string): boolean {
  const path = toPath(script)
  for (const folder of shared.kitFolders) if (path.startsWith(folder)) return !appsOfOurs.test(path.slice(folder.length))
  return false
}

/** Scripts are few and asked for often. */
const verdicts = new Map<string, boolean>()
let foldersJudged = 0

function staysReal(script: string): boolean {
  if (foldersJudged !== shared.kitFolders.size) verdicts.clear()
  foldersJudged = shared.kitFolders.size
  let verdict = verdicts.get(script)
  if (verdict === undefined) {
    verdict = script.startsWith('node:') || realPackages.test(script) || isKit(script)
    verdicts.set(script, verdict)
  }
  return verdict
}

/** Frames between the caller and `callFrames`: this function and the patched one. */
const ownFrames = 2
/** Enough for a caller without spies in between. */
const fewFrames = 4
const manyFrames = 16

/** True when the caller of the patched function that calls this must get a real timer. In a page, so must Vitest's own code. */
export function isCalledByInfrastructure(): boolean {
  // Where there is no `setImmediate`, fake timers themselves run on the `setTimeout` that they found: ours.
  if (!isNode() && installedFakes()) return true
  return verdictOf(callFrames(fewFrames)) ?? verdictOf(callFrames(manyFrames)) ?? !isNode()
}

function verdictOf(frames: readonly CallFrame[]): boolean | undefined {
  for (let index = ownFrames; index < frames.length; index++) {
    const script = frames[index]?.scriptName
    if (script && !runner.test(script)) return staysReal(script)
  }
  return undefined
}

/** Sets a real timer on purpose: nobody reports it as one that escaped. */
export function asReal<T>(set: () => T): T {
  shared.settingReal++
  try {
    return set()
  } finally {
    shared.settingReal--
  }
}

/** `file.cjs:12` of app code that is just setting a real timer through a function it took before the clock was installed. */
export function siteOfTakenTimer(): string | undefined {
  if (shared.settingReal > 0) return undefined
  const frames = callFrames(16)
  const index = frames.findIndex(({ scriptName }) => /^node:timers(\/promises)?$/.test(scriptName))
  const site = index < 0 ? undefined : frames.slice(index).find(({ scriptName }) => !scriptName.startsWith('node:'))
  if (!site?.scriptName || runner.test(site.scriptName) || staysReal(site.scriptName)) return undefined
  return `${site.scriptName.split(/[\\/]/).at(-1)}:${site.lineNumber}`
}

/** True in the making of a job of `crypto.subtle`: always asynchronous, though it has no callback to tell by. */
export function isWebCryptoJob(): boolean {
  return callFrames(8).some(({ functionName }) => functionName === 'jobPromise')
}
