// A fresh process that imports Vitest, then the kit: prints ms of both, or with --trace what the kit loaded.

import { registerHooks } from 'node:module'

const packages = new Set<string>()
let modules = 0

const start = performance.now()
await import('vitest')
const vitestMs = performance.now() - start

if (process.argv.includes('--trace')) {
  registerHooks({
    load(url, context, next) {
      modules += 1
      const name = /node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*node_modules)/.exec(url)?.[1]
      if (name) packages.add(name)
      return next(url, context)
    },
  })
}

const kitStart = performance.now()
await import('vitest-realtime')
const kitMs = performance.now() - kitStart

console.log(JSON.stringify(process.argv.includes('--trace') ? { modules, loaded: [...packages] } : { vitestMs, kitMs }))
process.exit(0)
