// Pure layers stay pure, the kit keeps off the globals that it patches, and names follow the style.

import { describe, expect, test } from 'vitest'
import { filesBelow, parse, readProjectFile, readSources, readTests } from './project-files.ts'
import { endingComplaints, machineWordComplaints, nameComplaints, wordingComplaints } from './wording.ts'

const sources = readSources()
const tests = readTests()
/** These import the apps as a user's test does: '../src/….js'. */
const fromTheOutside = /^test\/examples\/tests\//

test('sources say nothing that is banned in their folder', () => {
  expect(sources.flatMap(wordingComplaints).join('\n')).toBe('')
})

test('files are named in kebab-case after what is in them', () => {
  expect([...sources, ...tests].flatMap(nameComplaints).join('\n')).toBe('')
})

test('relative imports end in .ts', () => {
  const files = [...sources, ...tests].filter(({ path }) => !fromTheOutside.test(path))
  expect(files.flatMap(endingComplaints).join('\n')).toBe('')
})

test('no text names a machine, a registry, a file outside of the project, or unfinished work', () => {
  const guards = 'test/tidy/wording'
  const texts = ['README.md', 'CHANGELOG.md', 'package.json', '.ci/run', '.npmrc', 'biome.json'].map((path) => ({
    path,
    text: readProjectFile(path),
  }))
  const others = ['src', 'audio', 'matchers', 'fixtures', 'test'].flatMap((folder) =>
    filesBelow(folder, ['.ts', '.tsx', '.md', '.json']),
  )
  const all = [...texts, ...others].filter(({ path }) => !path.startsWith(guards))
  expect(all.flatMap(machineWordComplaints).join('\n')).toBe('')
})

describe('the guards see', () => {
  test.for([
    ['src/session/a.ts', 'export const t = () => Date.now()'],
    ['src/session/a.ts', 'export const t = () => new Date()'],
    ['src/protocol/a.ts', 'export const t = process.env.HOME'],
    ['src/responses/a.ts', 'export const t = async (x: unknown) => await x'],
    ['src/responses/a.ts', 'setTimeout(() => {}, 1)'],
    ['src/runtime/a.ts', 'setTimeout(() => {}, 1)'],
    ['src/transports/a.ts', 'globalThis.setInterval(() => {}, 1)'],
    ['matchers/a.ts', 'export default 1'],
    ['matchers/a.ts', 'export enum A { x }'],
    ['matchers/a.ts', 'export class A { constructor(readonly x: number) {} }'],
  ] as const)('%s: %s', ([path, text]) => {
    expect(wordingComplaints(parse({ path, text }))).toHaveLength(1)
  })

  test('but leave alone what is fine', () => {
    const text =
      "// Math.random and TODO in a comment\nexport const setTimeout = 1\nexport const at = new Date(0)\nexport const s = 'Date.now'\n"
    expect(wordingComplaints(parse({ path: 'src/session/a.ts', text }))).toEqual([])
  })

  test('names and endings', () => {
    expect(nameComplaints({ path: 'src/utils.ts' })).toHaveLength(1)
    expect(nameComplaints({ path: 'src/myFile.ts' })).toHaveLength(1)
    expect(nameComplaints({ path: 'src/vitest.config.ts' })).toEqual([])
    expect(endingComplaints(parse({ path: 'src/a.ts', text: "import './b.js'" }))).toHaveLength(1)
  })

  test('words of a machine', () => {
    const bad = ['/home/me/x', '../shared/spec/audio.md', 'registry.npmjs.org', 'TODO later']
    expect(bad.flatMap((text) => machineWordComplaints({ path: 'a.ts', text }))).toHaveLength(bad.length)
    expect(machineWordComplaints({ path: 'a.ts', text: 'https://example.com/home/x and a/work/b' })).toEqual([])
  })
})
