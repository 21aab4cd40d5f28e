// A process of its own for one call of nodejs-whisper, which changes the working directory and blocks. What it hears goes to
// standard output as JSON. Arguments: entry of the package, sound file, model name, model folder, language.

import { createRequire } from 'node:module'

interface NodejsWhisper {
  nodewhisper(
    file: string,
    options: {
      readonly modelName: string
      readonly modelRootPath: string
      readonly logger: Readonly<Record<'debug' | 'error' | 'log', () => void>>
      readonly whisperOptions: { readonly language: string; readonly noGpu: boolean }
    },
  ): Promise<string>
}

const [, , packageFile = '', soundFile = '', modelName = '', modelRootPath = '', language = ''] = process.argv
const silent = (): void => {}
const { nodewhisper } = createRequire(packageFile)(packageFile) as NodejsWhisper

// No `autoDownloadModelName`: it would block for half a minute where there is no network, at each call.
nodewhisper(soundFile, {
  modelName,
  modelRootPath,
  logger: { debug: silent, error: silent, log: silent },
  whisperOptions: { language, noGpu: true },
}).then(
  (output) => process.stdout.write(JSON.stringify({ output })),
  (error: unknown) => process.stdout.write(JSON.stringify({ failure: error instanceof Error ? error.message : String(error) })),
)
