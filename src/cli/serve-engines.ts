// The engines of `serve`, loaded before anyone connects: a missing one is told at the start, not in the middle of a session.

import { cachedSpeechEngine } from '../../audio/engines/cached-speech.ts'
import { sileroEngine } from '../../audio/engines/silero.ts'
import type { RealtimeOptions } from '../api.ts'
import { AudioEngineUnavailable } from '../errors.ts'
import { recognizerOf } from '../runtime/engines.ts'

/**
 * The options with engines that work. VAD: the one that is named, else Silero where it is installed, else the energy detector
 * (and `tell` is told so in one line). Words, unless an engine is named: those of sentences that `speech()` made on this machine.
 *
 * @throws AudioEngineUnavailable when an engine that is named cannot run
 */
export async function withEngines(options: RealtimeOptions, tell: (line: string) => void): Promise<RealtimeOptions> {
  const { vad = await defaultVad(tell), transcription = 'known' } = options
  if (typeof vad === 'object') await vad.load()
  else if (vad !== 'energy' && vad !== 'truth') await sileroEngine(vad).load()
  await recognizerOf(transcription)?.load()
  return { ...options, vad, transcription: transcription === 'known' ? cachedSpeechEngine() : transcription }
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
