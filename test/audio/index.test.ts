import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const entry = JSON.stringify(fileURLToPath(new URL('../../audio/index.ts', import.meta.url)))

function inFreshProcess(program: string): string {
  return execFileSync(process.execPath, ['--input-type=module', '--eval', program], {
    encoding: 'utf8',
    env: { ...process.env, NODE_OPTIONS: '' },
  })
}

test('importing the entry loads no engine, no wasm and no package', () => {
  const program = `
    import { createRequire, registerHooks } from 'node:module'
    const loaded = []
    registerHooks({ load: (url, context, next) => (loaded.push(url), next(url, context)) })
    await import(${entry})
    const foreign = loaded.filter((url) => url.includes('/node_modules/') || url.endsWith('.wasm') || url.endsWith('.node'))
    console.log(JSON.stringify({ foreign, cached: Object.keys(createRequire(${entry}).cache), count: loaded.length > 10 }))
  `
  expect(JSON.parse(inFreshProcess(program))).toEqual({ foreign: [], cached: [], count: true })
})
