// WAV encodings that our reader leaves to `wavefile` (ADPCM, odd bit depths). Loaded when the first such file is met.

import { messageOf, RealtimeKitError } from '../../src/errors.ts'
import { clampToInt16 } from '../pcm.ts'

interface WaveFileLike {
  fromBuffer(bytes: Uint8Array): void
  fromIMAADPCM(): void
  toBitDepth(bitDepth: string): void
  getSamples(interleaved: boolean): Float64Array
  readonly bitDepth: string
}

/**
 * Interleaved 16-bit samples of a WAV file.
 *
 * @param encoding what the file holds, for the message
 * @throws RealtimeKitError RTK_AUDIO when wavefile cannot read it either
 */
export function readOddWav(bytes: Uint8Array, encoding: string): Int16Array {
  try {
    const file = new (loadWaveFile())()
    file.fromBuffer(bytes)
    if (file.bitDepth === '4') file.fromIMAADPCM()
    if (file.bitDepth !== '16') file.toBitDepth('16')
    return Int16Array.from(file.getSamples(true), clampToInt16)
  } catch (error) {
    const why = messageOf(error)
    throw new RealtimeKitError('RTK_AUDIO', `This WAV encoding is not supported (${encoding}): ${why}`, { cause: error })
  }
}

/** A synchronous load by way of Node's own loader; readers of plain WAV files never come here, nor do browsers. */
function loadWaveFile(): new () => WaveFileLike {
  const nodeModule = globalThis.process?.getBuiltinModule?.('node:module')
  if (!nodeModule) throw new Error('only plain WAV files can be read outside of Node')
  const loaded: { WaveFile: new () => WaveFileLike } = nodeModule.createRequire(import.meta.url)('wavefile')
  return loaded.WaveFile
}
