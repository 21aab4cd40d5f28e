// How long files and functions may be, measured on the syntax tree.

import { type ESTree, Visitor } from 'vite'
import { lineOf, type ParsedFile } from './project-files.ts'

/** Inline snapshots do not count; samples and drivers beside the tests may be as long as sources. */
export const limits = { sourceFile: 400, testFile: 300, function: 70 } as const

/** Tables, by name and with their reason: nothing else may be longer. */
const longTables: Readonly<Record<string, string>> = {}

export function fileSizeComplaints(file: ParsedFile, limit: number): string[] {
  const lines = file.text.trimEnd().split('\n').length - snapshotLines(file)
  if (lines <= limit || file.path in longTables) return []
  return [`${file.path} has ${lines} lines, ${limit} at most: split it by what changes together`]
}

/** Lines inside of inline snapshots: messages are shown whole, and are no code to read. */
function snapshotLines(file: ParsedFile): number {
  let lines = 0
  new Visitor({
    CallExpression({ callee, arguments: [snapshot] }) {
      const isSnapshot =
        callee.type === 'MemberExpression' && /InlineSnapshot$/.test(file.text.slice(callee.property.start, callee.property.end))
      if (isSnapshot && snapshot) lines += lineOf(file.text, snapshot.end) - lineOf(file.text, snapshot.start)
    },
  }).visit(file.program)
  return lines
}

export function functionSizeComplaints(file: ParsedFile): string[] {
  return functionsOf(file)
    .filter(({ lines }) => lines > limits.function)
    .map(({ name, line, lines }) => `${file.path}:${line} ${name} has ${lines} lines, ${limits.function} at most`)
}

interface MeasuredFunction {
  readonly name: string
  readonly line: number
  readonly lines: number
}

type FunctionNode = ESTree.Function | ESTree.ArrowFunctionExpression

/** Every function with a body, nested ones too; a closure's lines also count for its parent. */
export function functionsOf(file: ParsedFile): MeasuredFunction[] {
  const names = new Map<number, string>()
  const found: MeasuredFunction[] = []
  const measure = (node: FunctionNode) => {
    if (!node.body) return
    const line = lineOf(file.text, node.start)
    const name = ('id' in node ? node.id?.name : undefined) ?? names.get(node.start) ?? 'a function'
    found.push({ name, line, lines: lineOf(file.text, node.end) - line + 1 })
  }
  const remember = (key: ESTree.Node, value: ESTree.Node | null | undefined) => {
    if (value) names.set(value.start, file.text.slice(key.start, key.end))
  }
  new Visitor({
    VariableDeclarator: (node) => remember(node.id, node.init),
    MethodDefinition: (node) => remember(node.key, node.value),
    PropertyDefinition: (node) => remember(node.key, node.value),
    Property: (node) => remember(node.key, node.value),
    FunctionDeclaration: measure,
    FunctionExpression: measure,
    ArrowFunctionExpression: measure,
  }).visit(file.program)
  return found
}
