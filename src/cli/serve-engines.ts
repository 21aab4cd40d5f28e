// The engines of `serve`, loaded before anyone connects: a missing one is told at the start, not in the middle of a session.

import { sileroEngine } from '../../audio/engines/silero.ts'
import type { RealtimeOptions } from '../api.ts'
import { AudioEngineUnavailable } from '../errors.ts'
import { recognizerOf } from '../runtime/engines.ts'

/**
 * The options with a VAD engine that works: the one that is named, else Silero where it is installed, else the energy detector
 * (and `tell` is told so in one line).
 *
 * @throws AudioEngineUnavailable when an engine that is named cannot run
 */
export async function withEngines(options: RealtimeOptions, tell: (line: string) => void): Promise<RealtimeOptions> {
  await recognizerOf(options.transcription)?.load()
  const { vad } = options
  if (vad === undefined) return { ...options, vad: await defaultVad(tell) }
  if (typeof vad === 'object') await vad.load()
  else if (vad !== 'energy' && vad !== 'truth') await sileroEngine(vad).load()
  return options
}

async function defaultVad(tell: (line: string) => void): Promise<'silero' | 'energy'> {
  try {
    await sileroEngine('silero').load()
    return 'silero'
  } catch (error) {
    if (!(error instanceof AudioEngineUnavailable)) throw error
    tell(`Turn detection uses the engine 'energy', as 'silero' is not installed. To have it: ${error.install}`)
    return 'energy'
  }
}
