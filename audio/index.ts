// The entry `vitest-realtime/audio`: re-exports only. Nothing heavy (voice, models, wasm) loads before its first use.

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
export { type FliteEngine, fliteEngine } from './engines/flite.ts'
export { fliteVoices } from './engines/flite-text.ts'
export { toPng } from './engines/png.ts'
export { type PocketSphinxOptions, pocketsphinxEngine } from './engines/pocketsphinx.ts'
export { processedVoice } from './engines/processed-voice.ts'
export {
  type ScriptedRecognition,
  type ScriptedTranscriptionOptions,
  scriptedTranscription,
  type TranscriptionSettings,
  tunedTranscription,
} from './engines/scripted-transcription.ts'
export { scriptedVad, type VadScript } from './engines/scripted-vad.ts'
export { type SileroName, type SileroOptions, sileroEngine } from './engines/silero.ts'
export { loadSpeexResampler, type SpeexResampler } from './engines/speex.ts'
export { type WhisperOptions, whisperEngine } from './engines/whisper.ts'
export { AudioFileCache, type AudioFileCacheOptions, type CachedAudioInfo } from './file-cache.ts'
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
