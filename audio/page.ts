// The entry `vitest-realtime/audio` in a page (export condition `browser`): what needs Node says so when it is used.
// A test holds its names against those of index.ts.

import { RealtimeKitError } from '../src/errors.ts'

export { AudioEngineFailed, AudioEngineUnavailable } from '../src/errors.ts'
export { decodeBase64, encodeBase64 } from './base64.ts'
export { type CaptureOptions, captureSound } from './capture.ts'
export { type CompareOptions, compareSounds, type SoundDifference } from './compare.ts'
export { type SoundEffect, withEffects } from './effects/chain.ts'
export { babble, clipping, gain, noisy } from './effects/level-effects.ts'
export {
  type BandOptions,
  bandLimit,
  type DropoutOptions,
  dropouts,
  type JitterOptions,
  jitter,
  telephone,
} from './effects/line.ts'
export { type EchoOptions, echo, type ReverbOptions, reverb } from './effects/room.ts'
export { energyEngine } from './engines/energy.ts'
export type { FliteEngine } from './engines/flite.ts'
export { fliteVoices } from './engines/flite-text.ts'
export type { PocketSphinxOptions } from './engines/pocketsphinx.ts'
export { processedVoice } from './engines/processed-voice.ts'
export {
  type ScriptedRecognition,
  type ScriptedTranscriptionOptions,
  scriptedTranscription,
  type TranscriptionSettings,
  tunedTranscription,
} from './engines/scripted-transcription.ts'
export { scriptedVad, type VadScript } from './engines/scripted-vad.ts'
export type { SileroName, SileroOptions } from './engines/silero.ts'
export { loadSpeexResampler, type SpeexResampler } from './engines/speex.ts'
export type { WhisperOptions } from './engines/whisper.ts'
export type { AudioFileCacheOptions, CachedAudioInfo } from './file-cache.ts'
export { readWavFile, writeWavFile } from './files.ts'
export { bytesPerMs, decodeWireAudio, encodeWireAudio, wireRateHz } from './formats.ts'
export { decodeAlaw, decodeMulaw, encodeAlaw, encodeMulaw } from './g711.ts'
export { type KnownRecognition, recognizeKnown, rememberSpeech } from './known-speech.ts'
export { activeSpeechDbfs, energyEnvelope, peakDbfs, rmsDbfs } from './level.ts'
export { type NoiseKind, type NoiseOptions, noise, withNoise } from './noise.ts'
export { bytesFromSamples, concatPcm, mixPcm, pcm, samplesFromBytes, silence, slicePcm } from './pcm.ts'
export { type PictureOptions, toSvg } from './picture.ts'
export { type RecordedSpeechOptions, recordedSpeech } from './recorded-speech.ts'
export { createFloatResampler, createResampler, type FloatResampler, type Resampler, resamplePcm } from './resample.ts'
export { type SegmentOptions, type SpeechSegment, speechSegments } from './segments.ts'
export { type SpeechOptions, speech } from './speech.ts'
export {
  countingVad,
  createSpeechCounter,
  type SpeechCount,
  type SpeechCounter,
  type SpeechCounterOptions,
} from './speech-counter.ts'
export type {
  Pcm,
  Recognition,
  RecognitionOptions,
  SpeechEngine,
  SpeechFrame,
  TranscriptionEngine,
  VadEngine,
  VadStream,
  VoiceSettings,
  WireAudioFormat,
  WordTime,
} from './types.ts'
export { mixVoices, type VoicePart, type VoiceSegment } from './voices.ts'
export { readWav, readWavInfo, type WavInfo, type WavOptions, writeWav } from './wav.ts'
export { waveformText } from './waveform-text.ts'
export { normalizeWords, type WordErrors, type WordPair, wordErrorRate } from './wer.ts'
export type { PhoneTime } from './word-times.ts'

export const AudioFileCache: typeof import('./file-cache.ts').AudioFileCache = inNodeOnly('AudioFileCache')
export const fliteEngine: typeof import('./engines/flite.ts').fliteEngine = inNodeOnly('fliteEngine')
export const pocketsphinxEngine: typeof import('./engines/pocketsphinx.ts').pocketsphinxEngine = inNodeOnly('pocketsphinxEngine')
export const sileroEngine: typeof import('./engines/silero.ts').sileroEngine = inNodeOnly('sileroEngine')
export const toPng: typeof import('./engines/png.ts').toPng = inNodeOnly('toPng')
export const whisperEngine: typeof import('./engines/whisper.ts').whisperEngine = inNodeOnly('whisperEngine')

/** Stands for a function or a class that a page does not have. */
function inNodeOnly<T>(name: string): T {
  function refuse(): never {
    throw new RealtimeKitError('RTK_ENGINE', `${name} is unavailable: it needs Node, and this is a page.`)
  }
  return refuse as T
}
