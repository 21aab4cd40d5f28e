// A project in a folder of its own with the built kit in its node_modules, as users have it, and page/ as its tests.

import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const root = join(import.meta.dirname, '../..')

export interface PageProject {
  readonly folder: string
  remove(): void
}

/** Copies the kit (a linked package is treated otherwise by Vite) and links all other packages. */
export function createPageProject(): PageProject {
  const folder = mkdtempSync(join(tmpdir(), 'vitest-realtime-page-'))
  const modules = join(folder, 'node_modules')
  const kit = join(modules, 'vitest-realtime')
  mkdirSync(kit, { recursive: true })
  for (const part of ['package.json', 'dist']) cpSync(join(root, part), join(kit, part), { recursive: true })
  for (const name of readdirSync(join(root, 'node_modules'))) {
    if (!name.startsWith('.')) symlinkSync(join(root, 'node_modules', name), join(modules, name))
  }
  cpSync(join(import.meta.dirname, 'page'), folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'page-project', private: true, type: 'module' }))
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) }
}
