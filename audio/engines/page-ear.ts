// PocketSphinx in a page: there is none. package.json puts this in place of pocketsphinx.ts, so that bundlers leave Node's modules out.

import { RealtimeKitError } from '../../src/errors.ts'
import type { TranscriptionEngine } from '../types.ts'

/** @throws RealtimeKitError RTK_ENGINE at `load` */
export function pocketsphinxEngine(): TranscriptionEngine {
  const refuse = (): Promise<never> => {
    const why = "Engine 'pocketsphinx' is unavailable: it needs Node, and this is a page."
    return Promise.reject(
      new RealtimeKitError('RTK_ENGINE', `${why}\nRun toSay() in Node, or give it an engine that hears in a page.`),
    )
  }
  return { name: 'pocketsphinx', load: refuse, transcribe: refuse }
}
