// Recognition by Whisper (whisper.cpp through the package nodejs-whisper), one sound at a time, each in a process of its own.
// The package builds nothing when it is installed: whisper-build.ts does. Where it was not built, whisper-addon.ts may stand in.

import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { createReadStream, existsSync } from 'node:fs'
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, extname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { AudioEngineFailed, AudioEngineUnavailable, messageOf, RealtimeKitError } from '../../src/errors.ts'
import { resamplePcm } from '../resample.ts'
import type { Pcm, Recognition, TranscriptionEngine, WordTime } from '../types.ts'
import { writeWav } from '../wav.ts'
import { resolvePackage } from './resolve-package.ts'
import { addonPackage, hasWhisperAddon, transcribeByAddon } from './whisper-addon.ts'
import { speechIn } from './whisper-text.ts'

export interface WhisperOptions {
  /** `tiny`, `tiny.en`, `base` (default), `base.en`, `small` …; the file is `ggml-<size>.bin` in `modelFolder`. */
  readonly modelSize?: string
  /** Default: the folder `models` of the package's whisper.cpp. */
  readonly modelFolder?: string
  /** A model file of any name, instead of size and folder. */
  readonly modelPath?: string
  /** `program`: nodejs-whisper, once it was built; `addon`: @fugood/whisper.node. Default: the program, else the addon. */
  readonly way?: 'program' | 'addon'
  /** Default 'en'; `auto` lets the model decide. A session's own `language` wins. */
  readonly language?: string
}

const rateHz = 16_000
const installCommand = 'npm install --save-dev nodejs-whisper'
const buildCommand = 'npx vitest-realtime doctor --setup whisper'

/** Folder of whisper.cpp inside of the package, where that is installed. */
export function whisperFolder(): string | undefined {
  const entry = resolvePackage('nodejs-whisper')
  return entry && join(dirname(entry), '..', 'cpp', 'whisper.cpp')
}

/** The program that a build of whisper.cpp gives; undefined before it was built. */
export function whisperProgram(): string | undefined {
  const folder = whisperFolder()
  const program = folder && join(folder, 'build', 'bin', 'whisper-cli')
  return program && existsSync(program) ? program : undefined
}

/**
 * The Whisper engine. Nothing is ever downloaded: the model must be there.
 *
 * @throws AudioEngineUnavailable at `load` when the package, its build or the model is missing
 * @example
 * const engine = whisperEngine({ modelPath: 'models/ggml-base.en.bin' })
 * await engine.load()
 * await engine.transcribe(await speech('Yes, please.'), {}) // { text: 'Yes, please.', words: [] }
 */
export function whisperEngine(options: WhisperOptions = {}): TranscriptionEngine & { readonly modelSha256?: string } {
  let modelSha256: string | undefined
  let last: Promise<unknown> = Promise.resolve()
  return {
    name: 'whisper',
    get modelSha256(): string {
      return modelSha256 ?? ''
    },
    async load() {
      modelSha256 ??= await sha256(findModel(options))
    },
    transcribe(audio, { language = options.language ?? 'en', onPartial }) {
      // The package's folder is the working directory of a call: never two at once.
      const work = last.then(() => transcribeAlone(audio, { ...options, language, ...(onPartial ? { onPartial } : {}) }))
      last = work.catch(() => {})
      return work
    },
  }
}

/** @throws AudioEngineUnavailable that says which part is missing */
function findModel({ modelSize = 'base', modelFolder, modelPath, way }: WhisperOptions): string {
  const folder = whisperFolder()
  const hasProgram = whisperProgram() !== undefined && way !== 'addon'
  const hasAddon = hasWhisperAddon() && way !== 'program'
  if (!hasProgram && !hasAddon) {
    if (way === 'addon') throw unavailable(`the package ${addonPackage} is not installed.`)
    if (folder !== undefined)
      throw unavailable(`whisper.cpp, which is to run the model ${modelPath ?? modelSize}, has not been built.`, buildCommand)
    throw unavailable(
      way === 'program'
        ? 'the package nodejs-whisper is not installed.'
        : `neither the package nodejs-whisper nor ${addonPackage} is installed.`,
    )
  }
  if (!/^[\w.-]+$/.test(modelSize)) {
    const got = JSON.stringify(modelSize)
    throw new RealtimeKitError(
      'RTK_OPTION',
      `whisper: modelSize must be a name such as 'base.en', got ${got}; modelPath is for files.`,
    )
  }
  const models = modelFolder ?? (folder === undefined ? '.' : join(folder, 'models'))
  const file = modelPath ?? join(models, `ggml-${modelSize}.bin`)
  if (existsSync(file)) return resolve(file)
  const why = `there is no model at ${file}. Put a ggml model of whisper.cpp there, or name one with modelPath.`
  throw unavailable(why, modelCommand(modelSize, { folder, into: modelPath === undefined ? modelFolder : dirname(modelPath) }))
}

interface Asked extends WhisperOptions {
  readonly language: string
  /** The addon's alone: a program that is run tells everything at its end. */
  readonly onPartial?: (text: string) => void
}

async function transcribeAlone(audio: Pcm, options: Asked): Promise<Recognition> {
  const language = checkedLanguage(options.language)
  if (whisperProgram() === undefined || options.way === 'addon')
    return transcribeByAddon(resamplePcm(audio, rateHz), findModel(options), { ...options, language })
  // Names that are ours alone: the package hands them to a shell. The model gets a name that the package knows.
  const folder = await mkdtemp(join(tmpdir(), 'vitest-realtime-whisper-'))
  try {
    const sound = join(folder, 'sound.wav')
    await writeFile(sound, writeWav(resamplePcm(audio, rateHz)))
    await symlink(findModel(options), join(folder, 'ggml-base.bin'))
    return parseOutput(await runChild([sound, 'base', folder, language]))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function checkedLanguage(language: string): string {
  if (/^[a-z]{2,3}$|^auto$/.test(language)) return language
  throw new RealtimeKitError(
    'RTK_OPTION',
    `whisper: language must be a code such as 'en', or 'auto', got ${JSON.stringify(language)}.`,
  )
}

async function runChild(args: readonly string[], attempt = 1): Promise<string> {
  const child = fileURLToPath(new URL(`./whisper-child${extname(new URL(import.meta.url).pathname)}`, import.meta.url))
  const { PATH = '' } = process.env
  const { stdout } = await promisify(execFile)(process.execPath, [child, resolvePackage('nodejs-whisper')!, ...args], {
    // No NODE_OPTIONS: preloads of the app under test have no business in there. Its threads sleep while they wait for one another
    // instead of spinning: the same time, half the work of the processor.
    env: { PATH, OMP_WAIT_POLICY: 'PASSIVE' },
    maxBuffer: 16 * 1024 * 1024,
  }).catch((cause: unknown) => {
    // Killed from outside, out of memory: once more.
    if (attempt === 1 && cause instanceof Error && 'signal' in cause && cause.signal) return { stdout: undefined }
    throw failed(messageOf(cause))
  })
  if (stdout === undefined) return runChild(args, attempt + 1)
  const reply: { output?: string; failure?: string } = JSON.parse(stdout)
  if (reply.output !== undefined) return reply.output
  // The package takes an empty transcript for a failure.
  if (reply.failure?.includes('produced no output')) return ''
  throw failed(reply.failure ?? 'its process said nothing')
}

const line = /^\[(\d+):(\d+):([\d.]+) --> (\d+):(\d+):([\d.]+)\]\s*(.*)$/

/** Lines such as `[00:00:00.000 --> 00:00:02.000]   Hello there.` */
export function parseOutput(output: string): Recognition {
  const pieces = output.split('\n').flatMap((each): WordTime[] => {
    const found = line.exec(each.trim())
    if (!found) return []
    const [, startHours, startMinutes, startSeconds, endHours, endMinutes, endSeconds, text = ''] = found
    const words = speechIn(text)
    if (words === '') return []
    return [{ text: words, startMs: toMs(startHours, startMinutes, startSeconds), endMs: toMs(endHours, endMinutes, endSeconds) }]
  })
  return { text: pieces.map((piece) => piece.text).join(' '), words: pieces }
}

function toMs(hours = '0', minutes = '0', seconds = '0'): number {
  return Math.round(((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000)
}

async function sha256(file: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer)
  return hash.digest('hex')
}

/** The package brings a script that fetches models. Nothing here runs it. */
function modelCommand(
  size: string,
  { folder, into }: { readonly folder?: string | undefined; readonly into?: string | undefined },
): string {
  const inPackage = folder ?? join('node_modules', 'nodejs-whisper', 'cpp', 'whisper.cpp')
  const script = join(relative(process.cwd(), inPackage), 'models', 'download-ggml-model.sh')
  const fetching = `sh ${script} ${size}${into === undefined ? '' : ` ${into}`}`
  return folder === undefined ? `${installCommand} && ${fetching}` : fetching
}

function unavailable(why: string, install = `${installCommand} && ${buildCommand}`): AudioEngineUnavailable {
  return new AudioEngineUnavailable('whisper', why, install)
}

/** The program tells its whole start before what went wrong. */
function failed(why: string): AudioEngineFailed {
  return new AudioEngineFailed('whisper', why.trim().split('\n').slice(-6).join('\n'))
}
