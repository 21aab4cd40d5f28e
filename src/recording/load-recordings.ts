// Loads what recordings need when the first one is made or read: most tests have none, and a page cannot.

import { builtin } from '../builtins.ts'
import { RealtimeKitError } from '../errors.ts'

type Recordings = typeof import('./entry.ts')

let loaded: Recordings | undefined

/**
 * Everything about recordings, at once.
 *
 * @throws RealtimeKitError RTK_RECORDING in a page
 */
export function recordings(): Recordings {
  loaded ??= load()
  return loaded
}

function load(): Recordings {
  const here = import.meta.url
  const node = builtin('node:module')
  if (!node) {
    throw new RealtimeKitError(
      'RTK_RECORDING',
      'Recordings are files, and a page has none.\nRecord and compare in tests that run in Node.',
    )
  }
  return node.createRequire(here)(`./entry.${here.endsWith('.ts') ? 'ts' : 'js'}`) as Recordings
}
