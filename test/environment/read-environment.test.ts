import { describe, expect, test } from 'vitest'
import { environmentVariables, readEnvironment } from '../../src/environment/read-environment.ts'

test('nothing set: the defaults, and nothing counts as asked for', () => {
  expect(readEnvironment({ LOCAL_REALTIME_VAD_BACKEND: '', LOG_LEVEL: ' ' })).toEqual({
    useLocalRealtime: false,
    enableTranscription: false,
    setupSmartResponses: true,
    vadBackend: 'silero',
    vadThreshold: 0.5,
    vadSampleRateHz: 16_000,
    transcriptionBackend: 'pocketsphinx',
    transcriptionLanguage: 'en',
    transcriptionModelSize: 'base',
    configFile: undefined,
    logLevel: 'info',
    isSet: new Set(),
  })
})

test('all of them set', () => {
  const variables = {
    USE_LOCAL_REALTIME: 'Yes',
    LOCAL_REALTIME_ENABLE_TRANSCRIPTION: 'ON',
    LOCAL_REALTIME_SETUP_SMART_RESPONSES: 'off',
    LOCAL_REALTIME_VAD_BACKEND: 'Energy',
    LOCAL_REALTIME_VAD_THRESHOLD: '0.25',
    LOCAL_REALTIME_VAD_SAMPLE_RATE: '8000',
    LOCAL_REALTIME_TRANSCRIPTION_BACKEND: 'WHISPER',
    LOCAL_REALTIME_TRANSCRIPTION_LANGUAGE: 'DE',
    LOCAL_REALTIME_TRANSCRIPTION_MODEL_SIZE: 'tiny.en',
    LOCAL_REALTIME_CONFIG: 'app.json',
    LOG_LEVEL: 'DEBUG',
  }
  expect(readEnvironment(variables)).toEqual({
    useLocalRealtime: true,
    enableTranscription: true,
    setupSmartResponses: false,
    vadBackend: 'energy',
    vadThreshold: 0.25,
    vadSampleRateHz: 8000,
    transcriptionBackend: 'whisper',
    transcriptionLanguage: 'de',
    transcriptionModelSize: 'tiny.en',
    configFile: 'app.json',
    logLevel: 'debug',
    isSet: new Set(environmentVariables),
  })
})

describe('flags, in any case', () => {
  test.for([
    ...['true', 'TRUE', '1', 'yes', 'Yes', 'on', ' On '].map((text) => [text, true] as const),
    ...['false', 'False', '0', 'no', 'NO', 'off'].map((text) => [text, false] as const),
  ])('%s is %s', ([text, value]) => {
    expect(readEnvironment({ USE_LOCAL_REALTIME: text }).useLocalRealtime).toBe(value)
    expect(readEnvironment({ LOCAL_REALTIME_SETUP_SMART_RESPONSES: text }).setupSmartResponses).toBe(value)
  })
})

test.for([
  ['USE_LOCAL_REALTIME', 'maybe', 'true, 1, yes or on, or else false, 0, no or off'],
  ['LOCAL_REALTIME_ENABLE_TRANSCRIPTION', '2', 'true, 1, yes or on'],
  ['LOCAL_REALTIME_SETUP_SMART_RESPONSES', 'ja', 'true, 1, yes or on'],
  ['LOCAL_REALTIME_VAD_BACKEND', 'silerro', 'one of silero, silero-v6, silero-v4, energy'],
  ['LOCAL_REALTIME_VAD_THRESHOLD', 'loud', 'a number from 0 to 1'],
  ['LOCAL_REALTIME_VAD_THRESHOLD', '1.01', 'a number from 0 to 1'],
  ['LOCAL_REALTIME_VAD_THRESHOLD', 'NaN', 'a number from 0 to 1'],
  ['LOCAL_REALTIME_VAD_SAMPLE_RATE', '44100', '8000 or 16000'],
  ['LOCAL_REALTIME_TRANSCRIPTION_BACKEND', 'google', 'one of pocketsphinx, whisper'],
  ['LOCAL_REALTIME_TRANSCRIPTION_LANGUAGE', 'english', "a language code such as 'en'"],
  ['LOCAL_REALTIME_TRANSCRIPTION_MODEL_SIZE', '../x', 'a size of Whisper: tiny, base'],
] as const)('%s=%s is an error that names the variable, what it takes, and what it got', ([name, text, expected]) => {
  const read = (): unknown => readEnvironment({ [name]: text })
  expect(read).toThrow(`[RTK_OPTION] ${name} must be ${expected}`)
  expect(read).toThrow(`got ${JSON.stringify(text)}.`)
})

test('a near miss is offered', () => {
  expect(() => readEnvironment({ LOCAL_REALTIME_VAD_BACKEND: 'silerro' })).toThrow('Did you mean silero?')
})

test.for([
  ['debug', 'debug'],
  ['WARN', 'warning'],
  ['Warning', 'warning'],
  ['error', 'error'],
  ['FATAL', 'critical'],
  ['verbose', 'info'],
  ['', 'info'],
] as const)('LOG_LEVEL=%s means %s', ([text, level]) => {
  expect(readEnvironment({ LOG_LEVEL: text }).logLevel).toBe(level)
})
