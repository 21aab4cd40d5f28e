import { expect, test } from 'vitest'
import { readEnvironment, type Variables } from '../../src/environment/read-environment.ts'
import { plainFallback, withEnvironment } from '../../src/environment/with-environment.ts'

const merged = (config: object, variables: Variables) => withEnvironment(config, readEnvironment(variables))
const input = (audioInput: object) => ({ session: { audio: { input: audioInput } } })

test('nothing set changes nothing', () => {
  expect(merged({ seed: 7 }, {})).toEqual({ seed: 7 })
})

test('a threshold and transcription are first values of sessions', () => {
  const variables = {
    LOCAL_REALTIME_VAD_THRESHOLD: '0.7',
    LOCAL_REALTIME_ENABLE_TRANSCRIPTION: 'true',
    LOCAL_REALTIME_TRANSCRIPTION_LANGUAGE: 'en',
  }
  expect(merged({}, variables)).toEqual(
    input({
      turn_detection: { type: 'server_vad', threshold: 0.7 },
      transcription: { model: 'whisper-1', language: 'en' },
    }),
  )
})

test('fields of the config win, and join those that it leaves open', () => {
  const variables = { LOCAL_REALTIME_VAD_THRESHOLD: '0.7', LOCAL_REALTIME_ENABLE_TRANSCRIPTION: '1' }
  const session = {
    instructions: 'Be brief.',
    audio: { output: { voice: 'cedar' }, input: { turn_detection: { silence_duration_ms: 300 } } },
  }
  expect(merged({ session }, variables)).toEqual({
    session: {
      instructions: 'Be brief.',
      audio: {
        output: { voice: 'cedar' },
        input: {
          turn_detection: { type: 'server_vad', threshold: 0.7, silence_duration_ms: 300 },
          transcription: { model: 'whisper-1' },
        },
      },
    },
  })
  const own = { threshold: 0.2, type: 'server_vad' }
  expect(merged(input({ turn_detection: own }), variables)).toMatchObject(input({ turn_detection: own }))
  const semantic = { type: 'semantic_vad' }
  expect(merged(input({ turn_detection: semantic, transcription: null }), variables)).toEqual(
    input({ turn_detection: semantic, transcription: null }),
  )
  expect(merged(input({ turn_detection: null }), variables)).toMatchObject(input({ turn_detection: null }))
})

test('without smart responses one sentence answers what nothing matches, unless the config has a fallback', () => {
  const off = { LOCAL_REALTIME_SETUP_SMART_RESPONSES: 'no' }
  expect(merged({}, off)).toEqual({ fallback: plainFallback })
  expect(merged({ fallback: 'Mine.' }, off)).toEqual({ fallback: 'Mine.' })
})
