import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, describe, expect, test, vi } from 'vitest'
import { parseOutput, whisperEngine, whisperProgram } from '../../../audio/engines/whisper.ts'
import { hasWhisperAddon, transcribeByAddon } from '../../../audio/engines/whisper-addon.ts'
import { pcm, silence } from '../../../audio/pcm.ts'
import { speech } from '../../../audio/speech.ts'
import { AudioEngineFailed } from '../../../src/errors.ts'
import { writeScriptedModel } from '../support/scripted-whisper-model.ts'

const { killNext } = vi.hoisted(() => ({ killNext: { count: 0 } }))
vi.mock(import('node:child_process'), async (load) => {
  const actual = await load()
  const execFile = (...settings: Parameters<typeof actual.execFile>) => {
    const child = actual.execFile(...settings)
    if (killNext.count > 0) {
      killNext.count--
      child.kill('SIGKILL')
    }
    return child
  }
  const { custom } = promisify
  // As Node's own: with both streams, and an error that tells the signal.
  const promised = (...settings: Parameters<typeof actual.execFile>) =>
    new Promise((resolve, reject) => {
      const [file, args, options] = settings as unknown as [string, string[], object]
      execFile(file, args, options, (error, stdout, stderr) => (error ? reject(error) : resolve({ stdout, stderr })))
    })
  return { ...actual, execFile: Object.assign(execFile, { [custom]: promised }) as never }
})

const folder = mkdtempSync(join(tmpdir(), 'vitest-realtime-model-'))
const modelPath = join(folder, 'scripted.bin')
writeScriptedModel(modelPath, 'this is a scripted model')
afterAll(() => rmSync(folder, { recursive: true }))

/** Against a hang, no goal: each sound is a process of its own, which waits for its turn on a busy machine. */
const timeout = 300_000

describe.skipIf(whisperProgram() === undefined)('Whisper, where its program was built', { timeout }, () => {
  test('the real program loads a model from any place and says what it says, sound for sound', async () => {
    const engine = whisperEngine({ modelPath })
    await engine.load()
    expect(engine.modelSha256).toMatch(/^[0-9a-f]{64}$/)
    const cwd = process.cwd()
    const sounds = [await speech('Goodbye', { rateHz: 8000 }), silence(2000)]
    const heard = await Promise.all(sounds.map((sound) => engine.transcribe(sound, {})))
    for (const { text, words } of heard) {
      expect(text).toBe('this is a scripted model')
      expect(words).toEqual([{ text: 'this is a scripted model', startMs: 0, endMs: 2000 }])
    }
    expect(process.cwd(), 'the package changes the directory, but of its own process').toBe(cwd)
  })

  test('a process that is killed is started once more; when that one is killed too, the sound fails', async () => {
    const engine = whisperEngine({ modelPath })
    await engine.load()
    const audio = await speech('Hello there')
    killNext.count = 1
    expect((await engine.transcribe(audio, {})).text).toBe('this is a scripted model')
    killNext.count = 2
    const failure = await engine.transcribe(audio, {}).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(AudioEngineFailed)
    expect(failure).toMatchObject({
      engine: 'whisper',
      message: expect.stringMatching(/RTK_ENGINE.*'whisper' failed: Command failed/),
    })
    expect(killNext.count).toBe(0)
    expect((await engine.transcribe(audio, {})).text).toBe('this is a scripted model')
  })

  test('a file that is no model fails the sound, with what the program said', async () => {
    const engine = whisperEngine({ modelPath: import.meta.filename })
    await engine.load()
    await expect(engine.transcribe(await speech('Hello'), {})).rejects.toThrow(/RTK_ENGINE.*'whisper' failed/)
    await expect(engine.transcribe(silence(100), { language: 'en; rm -rf' })).rejects.toThrow(
      "language must be a code such as 'en'",
    )
  })

  test('a missing model is told at load, with where it was looked for', async () => {
    await expect(whisperEngine({ modelFolder: '/nowhere' }).load()).rejects.toThrow('there is no model at /nowhere/ggml-base.bin')
    // What is built need not be built again: the command gets what is missing, and that alone.
    await expect(whisperEngine({ modelFolder: '/nowhere', modelSize: 'tiny.en' }).load()).rejects.toMatchObject({
      install: expect.stringMatching(/^sh \S+\/whisper\.cpp\/models\/download-ggml-model\.sh tiny\.en \/nowhere$/),
    })
  })
})

describe.skipIf(!hasWhisperAddon())('Whisper through @fugood/whisper.node, where that is installed', { timeout }, () => {
  test('the real addon loads a model from any place and says what it says', async () => {
    const { samples } = silence(2000, { rateHz: 16_000 })
    const heard = await transcribeByAddon(pcm(samples, 16_000), modelPath, { language: 'en' })
    expect(heard).toEqual({
      text: 'this is a scripted model',
      words: [{ text: 'this is a scripted model', startMs: 0, endMs: 2000 }],
    })
  })

  test('a file that is no model fails the sound', async () => {
    await expect(transcribeByAddon(silence(100, { rateHz: 16_000 }), import.meta.filename, { language: 'en' })).rejects.toThrow(
      AudioEngineFailed,
    )
  })
})

test('what is no speech is no text', () => {
  expect(
    parseOutput(
      '\n[00:00:00.000 --> 00:00:02.500]   Hello there.\n[00:01:02.500 --> 00:01:04.000]  [BLANK_AUDIO]\n[01:00:00.000 --> 01:00:01.000] (music) Bye\n',
    ),
  ).toEqual({
    text: 'Hello there. Bye',
    words: [
      { text: 'Hello there.', startMs: 0, endMs: 2500 },
      { text: 'Bye', startMs: 3_600_000, endMs: 3_601_000 },
    ],
  })
})
