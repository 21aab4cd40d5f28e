// Builds whisper.cpp inside of the installed package nodejs-whisper: offline, with cmake and a C++ compiler, in about two minutes.

import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { delimiter, join } from 'node:path'
import { AudioEngineUnavailable } from '../../src/errors.ts'
import { whisperFolder, whisperProgram } from './whisper.ts'

const lastLines = 12

/**
 * Builds the program that the `whisper` engine runs; at once when it is there.
 *
 * @param onProgress told how much is done, 0 to 1
 * @returns path of the program
 * @throws AudioEngineUnavailable when the package, cmake or a compiler is missing, or the build fails (its last lines are told)
 */
export async function buildWhisper(onProgress: (done: number) => void = () => {}): Promise<string> {
  const built = whisperProgram()
  if (built !== undefined) return built
  const folder = whisperFolder()
  if (folder === undefined)
    throw unavailable('the package nodejs-whisper is not installed.', 'npm install --save-dev nodejs-whisper')
  for (const tool of ['cmake', 'make', 'c++']) {
    if (!isOnPath(tool)) throw unavailable(`${tool} is not on PATH.`, 'apt-get install cmake make g++')
  }
  await run(folder, ['-B', 'build', '-DCMAKE_BUILD_TYPE=Release'], () => {})
  const jobs = String(Math.max(1, availableParallelism() - 1))
  await run(folder, ['--build', 'build', '--target', 'whisper-cli', '-j', jobs], (line) => {
    const percent = /^\[\s*(\d+)%\]/.exec(line)?.[1]
    if (percent !== undefined) onProgress(Number(percent) / 100)
  })
  const program = whisperProgram()
  if (program === undefined) throw unavailable('the build ended without the program whisper-cli.', 'npm rebuild nodejs-whisper')
  onProgress(1)
  return program
}

function run(folder: string, args: readonly string[], onLine: (line: string) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn('cmake', args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] })
    const told: string[] = []
    const listen = (text: string): void => {
      for (const line of text.split('\n')) {
        if (line.trim() === '') continue
        told.push(line)
        onLine(line)
      }
    }
    child.stdout.setEncoding('utf8').on('data', listen)
    child.stderr.setEncoding('utf8').on('data', listen)
    child.on('error', reject)
    child.on('close', (code) => {
      if (code === 0) return resolve()
      const end = told.slice(-lastLines).join('\n')
      reject(unavailable(`cmake ${args.join(' ')} ended with code ${code}:\n${end}`, 'apt-get install cmake make g++'))
    })
  })
}

function isOnPath(tool: string): boolean {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => folder !== '' && existsSync(join(folder, tool)))
}

function unavailable(why: string, install: string): AudioEngineUnavailable {
  return new AudioEngineUnavailable('whisper', why, install)
}
