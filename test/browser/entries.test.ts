// The entries of pages: they export what those of Node export, and nothing on their way imports a module of Node.

import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { build } from 'vite'
import { expect, onTestFinished, test } from 'vitest'
import { parse, projectRoot } from '../tidy/project-files.ts'
import { createPageProject } from './page-project.ts'

const manifest: { exports: Record<string, Record<string, string>> } = JSON.parse(
  readFileSync(join(projectRoot, 'package.json'), 'utf8'),
)

test('what a page imports statically needs no Node', () => {
  const entries = ['src/browser.ts', 'src/browser-setup.ts', 'audio/page.ts', 'matchers/index.ts']
  const seen = new Map<string, string>()
  const found: string[] = []
  const visit = (path: string, from: string): void => {
    if (seen.has(path)) return
    seen.set(path, from)
    const { program } = parse({ path, text: readFileSync(join(projectRoot, path), 'utf8') })
    for (const node of program.body) {
      const isType = ('importKind' in node && node.importKind === 'type') || ('exportKind' in node && node.exportKind === 'type')
      const source = 'source' in node ? node.source?.value : undefined
      if (isType || source === undefined) continue
      if (!source.startsWith('.')) {
        if (!['vitest', 'zod', 'hono', 'hono/cors', 'sdp-transform'].includes(source))
          found.push(`${path} imports ${source} (by ${from})`)
        continue
      }
      visit(join(dirname(path), source), path)
    }
  }
  for (const entry of entries) visit(entry, 'package.json')
  expect(found).toEqual([])
  expect(seen.size).toBeGreaterThan(100)
})

test.each(['.', './setup', './audio'])('the entry %s has a build for pages', (entry) => {
  const { browser, default: node } = manifest.exports[entry]!
  expect(browser).not.toBe(node)
  expect(existsSync(join(projectRoot, browser!))).toBe(true)
})

test('vitest-realtime/audio has the same names in a page', async () => {
  const node = await import('../../audio/index.ts')
  const page = await import('../../audio/page.ts')
  // New ones belong into audio/page.ts too: as they are, or as inNodeOnly(…).
  expect(Object.keys(page).toSorted()).toEqual(Object.keys(node).toSorted())
  expect(() => page.fliteEngine()).toThrow(/RTK_ENGINE.*needs Node/)
  expect(() => new page.AudioFileCache()).toThrow(/RTK_ENGINE.*needs Node/)
})

test.each([
  ['speaks', "import { speech } from 'vitest-realtime/audio'\nspeech('Hello').then(console.log)"],
  [
    'has a service of its own',
    "import { createLocalRealtime, expect } from 'vitest-realtime'\nconsole.log(createLocalRealtime, expect)",
  ],
])('Vite builds a page that %s without a word about modules of Node', async (_, script) => {
  const project = createPageProject()
  onTestFinished(() => project.remove())
  writeFileSync(join(project.folder, 'index.html'), '<script type="module" src="./page.js"></script>')
  writeFileSync(join(project.folder, 'page.js'), script)
  const told: string[] = []
  const tell = (message: string): void => void told.push(message)
  const customLogger = {
    ...{ info() {}, clearScreen() {}, hasWarned: false, hasErrorLogged: () => false },
    ...{ warn: tell, warnOnce: tell, error: tell },
  }
  await build({ root: project.folder, configFile: false, customLogger, build: { write: false } })
  expect(told).toEqual([])
})
