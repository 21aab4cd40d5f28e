// A folder in which the built kit is installed, without Vitest and without any optional engine.

import { cpSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { temporaryFiles } from './serve-process.ts'

const projectRoot = fileURLToPath(new URL('../../..', import.meta.url))
const manifest = JSON.parse(readFileSync(`${projectRoot}/package.json`, 'utf8')) as { dependencies: Record<string, string> }

/** The built kit with nothing beside it but its own dependencies. */
export function installAlone(): Disposable & { readonly folder: string; readonly program: string } {
  const files = temporaryFiles({})
  const modules = files.path('node_modules')
  const home = `${modules}/vitest-realtime`
  mkdirSync(home, { recursive: true })
  cpSync(`${projectRoot}/dist`, `${home}/dist`, { recursive: true })
  cpSync(`${projectRoot}/package.json`, `${home}/package.json`)
  for (const name of Object.keys(manifest.dependencies)) {
    mkdirSync(`${modules}/${name}`.replace(/\/[^/]+$/, ''), { recursive: true })
    symlinkSync(`${projectRoot}/node_modules/${name}`, `${modules}/${name}`)
  }
  return { folder: files.path('.'), program: `${home}/dist/src/cli/main.js`, [Symbol.dispose]: () => files[Symbol.dispose]() }
}
