// The project's own text files, read and parsed once per test file. TypeScript 7 has no compiler API, so the parser is Vite's.

import { readdirSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type ESTree, parseSync } from 'vite'

export const projectRoot = fileURLToPath(new URL('../..', import.meta.url))

/** Folders of code; `sourceFolders` are published. */
export const sourceFolders = ['src', 'audio', 'matchers', 'fixtures'] as const
const notOurs = new Set(['node_modules', 'dist', 'coverage', '__snapshots__'])

export interface SourceFile {
  /** Path from the project's root, with forward slashes. */
  readonly path: string
  readonly text: string
}

export interface ParsedFile extends SourceFile {
  readonly program: ESTree.Program
  /** Every module that is imported: static, dynamic with a literal, re-exported, and in types. */
  readonly imports: readonly Import[]
}

export interface Import {
  readonly specifier: string
  readonly line: number
}

/** Files below a folder whose names end in one of the endings. */
export function filesBelow(folder: string, endings: readonly string[]): SourceFile[] {
  const found: SourceFile[] = []
  for (const entry of readdirSync(join(projectRoot, folder), { withFileTypes: true })) {
    const path = posix.join(folder, entry.name)
    if (notOurs.has(entry.name) || entry.name.startsWith('.')) continue
    if (entry.isDirectory()) found.push(...filesBelow(path, endings))
    else if (endings.some((ending) => entry.name.endsWith(ending))) found.push({ path, text: readProjectFile(path) })
  }
  return found.toSorted((a, b) => (a.path < b.path ? -1 : 1))
}

export function readProjectFile(path: string): string {
  return readFileSync(join(projectRoot, path), 'utf8')
}

export function parse(file: SourceFile): ParsedFile {
  const { program, module, errors } = parseSync(file.path, file.text)
  if (errors.length > 0) throw new Error(`${file.path} does not parse: ${errors[0]?.message}`)
  const at = (start: number) => lineOf(file.text, start)
  const imports = [
    ...module.staticImports.map(({ moduleRequest }) => ({ specifier: moduleRequest.value, line: at(moduleRequest.start) })),
    ...module.staticExports.flatMap(({ entries }) =>
      entries.flatMap(({ moduleRequest }) =>
        moduleRequest ? [{ specifier: moduleRequest.value, line: at(moduleRequest.start) }] : [],
      ),
    ),
    ...module.dynamicImports.flatMap(({ moduleRequest: { start, end } }) => {
      const [, specifier] = /^['"](.+)['"]$/.exec(file.text.slice(start, end)) ?? []
      return specifier ? [{ specifier, line: at(start) }] : []
    }),
  ]
  return { ...file, program, imports }
}

/** Line of an offset; the first is 1. */
export function lineOf(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length
}

/** The published sources. */
export function readSources(): ParsedFile[] {
  return sourceFolders.flatMap((folder) => filesBelow(folder, ['.ts', '.tsx'])).map(parse)
}

/** Tests and what supports them. */
export function readTests(): ParsedFile[] {
  return filesBelow('test', ['.ts', '.tsx']).map(parse)
}
