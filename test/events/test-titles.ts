// Which tests there are: their titles, by file. Tests that do not run count as none.

import { type ESTree, Visitor } from 'vite'
import { filesBelow, parse, type SourceFile } from '../tidy/project-files.ts'

let known: ReadonlyMap<string, ReadonlySet<string>> | undefined

/** The test file below `test/` whose path begins so and which has a test of that title; undefined when there is none. */
export function fileOfTest(begin: string, title: string): string | undefined {
  known ??= new Map(filesBelow('test', ['.test.ts']).map((file) => [file.path, testTitles(file)]))
  const [found] = [...known].find(([path, titles]) => path.startsWith(`test/${begin}`) && titles.has(title)) ?? []
  return found
}

/** Titles of the tests of a file, without those of `test.skip`, `test.todo` and `test.fails`. */
export function testTitles(file: SourceFile): Set<string> {
  const titles = new Set<string>()
  new Visitor({
    CallExpression({ callee, arguments: [title] }) {
      if (title?.type !== 'Literal' || typeof title.value !== 'string') return
      const names = calleeNames(callee)
      if (names.at(0) === 'test' && !names.some((name) => /skip|todo|fails/.test(name))) titles.add(title.value)
    },
  }).visit(parse(file).program)
  return titles
}

/** `test`, `for` of `test.for(…)(…)`. */
function calleeNames(callee: ESTree.Node): string[] {
  if (callee.type === 'Identifier') return [callee.name]
  if (callee.type === 'CallExpression') return calleeNames(callee.callee)
  if (callee.type !== 'MemberExpression') return []
  return [...calleeNames(callee.object), callee.property.type === 'Identifier' ? callee.property.name : '']
}
