// Prints how far each VAD's bounds are from the true ones. Run: node test/bench/vad-table.ts

import { energyEngine } from '../../audio/engines/energy.ts'
import { sileroEngine } from '../../audio/engines/silero.ts'
import type { VadEngine } from '../../audio/types.ts'
import { AudioEngineUnavailable } from '../../src/errors.ts'
import { boundErrors, corpus, percentile, sentences, voices } from '../audio/support/vad-corpus.ts'

const engines: VadEngine[] = [sileroEngine('silero-v6'), sileroEngine('silero-v4'), energyEngine()]

console.log(`${sentences.length} sentences (voices ${voices.join(', ')}), 24,000 Hz; truth: phone times of the voice.`)
console.log('Raw bounds at probability 0.5 on, 0.35 off, pauses under 300 ms bridged. Errors in ms, median / 90th percentile.\n')
console.log('| engine | noise | start | end | missed | extra |\n|---|---|---|---|---|---|')

for (const snrDb of [undefined, 20, 10]) {
  const sounds = await corpus(snrDb)
  for (const engine of engines) console.log(await row(engine, snrDb))

  async function row(engine: VadEngine, snr: number | undefined): Promise<string> {
    const noise = snr === undefined ? 'none' : `white, ${snr} dB`
    try {
      const { startMs, endMs, missed, extra } = await boundErrors(engine, sounds)
      return `| ${engine.name} | ${noise} | ${figures(startMs)} | ${figures(endMs)} | ${missed} | ${extra} |`
    } catch (error) {
      if (error instanceof AudioEngineUnavailable) return `| ${engine.name} | ${noise} | not installed: ${error.install} | | | |`
      throw error
    }
  }
}

function figures(errors: readonly number[]): string {
  return `${Math.round(percentile(errors, 0.5))} / ${Math.round(percentile(errors, 0.9))}`
}
