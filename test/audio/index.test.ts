import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const entry = JSON.stringify(fileURLToPath(new URL('../../audio/index.ts', import.meta.url)))

function inFreshProcess(program: string): string {
  return execFileSync(process.execPath, ['--input-type=module', '--eval', program], { encoding: 'utf8', env: { ...process.env, NODE_OPTIONS: '' } })
}

test('importing the entry loads no engine, no wasm and no package', () => {
  const program = `
    import { createRequire, registerHooks } from 'node:module'
    const loaded = []
    registerHooks({ load: (url, context, next) => (loaded.push(url), next(url, context)) })
    await import(${entry})
    const foreign = loaded.filter((url) => url.includes('/node_modules/') || url.endsWith('.wasm') || url.endsWith('.node'))
    console.log(JSON.stringify({ foreign, cached: Object.keys(createRequire(${entry}).cache), count: loaded.length > 10 }))
  `
  expect(JSON.parse(inFreshProcess(program))).toEqual({ foreign: [], cached: [], count: true })
})

test('the names of the entry', async () => {
  expect(Object.keys(await import('../../audio/index.ts')).toSorted()).toMatchInlineSnapshot(`
    [
      "activeSpeechDbfs",
      "bytesFromSamples",
      "bytesPerMs",
      "concatPcm",
      "createFloatResampler",
      "createResampler",
      "decodeAlaw",
      "decodeBase64",
      "decodeMulaw",
      "decodeWireAudio",
      "encodeAlaw",
      "encodeBase64",
      "encodeMulaw",
      "encodeWireAudio",
      "energyEngine",
      "energyEnvelope",
      "fliteEngine",
      "fliteVoices",
      "loadSpeexResampler",
      "mixPcm",
      "noise",
      "normalizeWords",
      "pcm",
      "peakDbfs",
      "readWav",
      "readWavFile",
      "recognizeKnown",
      "rememberSpeech",
      "resamplePcm",
      "rmsDbfs",
      "samplesFromBytes",
      "silence",
      "sileroEngine",
      "slicePcm",
      "speech",
      "speechSegments",
      "wireRateHz",
      "withNoise",
      "wordErrorRate",
      "writeWav",
      "writeWavFile",
    ]
  `)
})
