// What the code may not say: clocks and chance in pure layers, patched globals in the kit, and shapes that the style rules out.

import { basename } from 'node:path'
import { Visitor } from 'vite'
import { lineOf, type ParsedFile } from './project-files.ts'

type Complain = (start: number, what: string) => void

const clockCalls = new Set(['setTimeout', 'setInterval', 'setImmediate', 'clearTimeout', 'clearInterval', 'queueMicrotask'])
const outsideWorld = new Set(['Date.now', 'Math.random', 'process.env', 'process.hrtime', 'performance.now', 'crypto.randomUUID'])

/** Layers that get time, chance and results as arguments. */
const pureFolders = ['src/protocol/', 'src/session/', 'src/responses/']
/** These may use the globals' timers: they own the clock, or are programs and threads of their own. */
const ownTime = /^src\/(?:runtime\/clock|cli|bridges)\/|-worker\.ts$/

export function wordingComplaints(file: ParsedFile): string[] {
  const complaints: string[] = []
  const complain: Complain = (start, what) => complaints.push(`${file.path}:${lineOf(file.text, start)} ${what}`)
  const isPure = pureFolders.some((folder) => file.path.startsWith(folder))
  if (isPure) banOutsideWorld(file, complain, 'take it as an argument or ask for it by an effect')
  if (isPure) banWaiting(file, complain)
  if (!isPure && !ownTime.test(file.path)) banPatchedTimers(file, complain)
  banShapes(file, complain)
  return complaints
}

function banOutsideWorld(file: ParsedFile, complain: Complain, mend: string): void {
  new Visitor({
    MemberExpression(node) {
      const name = file.text.slice(node.start, node.end)
      if (outsideWorld.has(name)) complain(node.start, `uses ${name}: ${mend}`)
    },
    NewExpression(node) {
      if (node.callee.type === 'Identifier' && node.callee.name === 'Date' && node.arguments.length === 0)
        complain(node.start, `uses new Date(): ${mend}`)
    },
    CallExpression(node) {
      if (node.callee.type === 'Identifier' && clockCalls.has(node.callee.name))
        complain(node.start, `uses ${node.callee.name}: ${mend}`)
    },
  }).visit(file.program)
}

function banWaiting(file: ParsedFile, complain: Complain): void {
  new Visitor({
    AwaitExpression: (node) => complain(node.start, 'awaits: a pure layer gives effects and gets their results as inputs'),
  }).visit(file.program)
}

/** The tests' clock patches the globals: the kit must not run on what it patches. */
function banPatchedTimers(file: ParsedFile, complain: Complain): void {
  const mend = 'capture it when the module loads (src/runtime/clock/real-time.ts), the global may be patched'
  new Visitor({
    CallExpression(node) {
      const callee = file.text.slice(node.callee.start, node.callee.end).replace(/^globalThis\./, '')
      if (clockCalls.has(callee) && callee !== 'queueMicrotask') complain(node.start, `calls ${callee}: ${mend}`)
      if (callee === 'Date.now' || callee === 'Math.random') complain(node.start, `calls ${callee}: ${mend}`)
    },
  }).visit(file.program)
}

/** Vitest takes a reporter as a default export. */
const reporter = 'src/report/reporter.ts'

function banShapes(file: ParsedFile, complain: Complain): void {
  new Visitor({
    ExportDefaultDeclaration: (node) => {
      if (file.path !== reporter) complain(node.start, 'has a default export: name it')
    },
    TSEnumDeclaration: (node) => complain(node.start, 'has an enum: use a union of strings'),
    TSParameterProperty: (node) => complain(node.start, 'has a parameter property: declare the field'),
  }).visit(file.program)
}

export function nameComplaints({ path }: { path: string }): string[] {
  const name = basename(path)
  if (/^(utils?|helpers?|misc|common)\./.test(name)) return [`${path} is a drawer: name the file after what is in it`]
  // Components of React are written, and their files named, with a capital.
  if (/^[A-Z][A-Za-z0-9]*\.tsx$/.test(name)) return []
  if (!/^[a-z0-9]+([-.][a-z0-9]+)*\.tsx?$/.test(name)) return [`${path} is not in kebab-case`]
  return []
}

/** Relative imports say the file that they mean, so that Node runs the sources as they are. */
export function endingComplaints({ path, imports }: Pick<ParsedFile, 'path' | 'imports'>): string[] {
  return imports
    .filter(({ specifier }) => specifier.startsWith('.') && !/\.(?:tsx?|json|[cm]js)$/.test(specifier))
    .map(({ specifier, line }) => `${path}:${line} imports ${specifier}: end it in .ts`)
}

const machineWords: readonly (readonly [RegExp, string])[] = [
  [/(?<![\w.])\/(?:work|home|root|Users|mnt)\/[\w.-]/, 'a path of one machine'],
  [/\bshared\/(?:spec|api|experiments|seeds|corpus|DESIGN|STYLE)/, 'a file outside of the project'],
  [/\b(?:registry\.npmjs\.org|npm\.pkg\.github\.com|jfrog|artifactory|verdaccio|nexus\.)/i, 'a package registry'],
  [/\b(?:TODO|FIXME|XXX)\b/, 'unfinished work'],
]

/** Words that must not be in any text of the project, whatever its kind. */
export function machineWordComplaints({ path, text }: { path: string; text: string }): string[] {
  return text
    .split('\n')
    .flatMap((line, index) =>
      machineWords
        .filter(([word]) => word.test(line))
        .map(([, what]) => `${path}:${index + 1} names ${what}: ${line.trim().slice(0, 80)}`),
    )
}
