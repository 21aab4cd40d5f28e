#!/usr/bin/env node
// The command line: names the commands; each is a file of its own, loaded when it runs.

import { Command, InvalidArgumentError, Option } from 'commander'
import { RealtimeKitError } from '../errors.ts'
import type { DoctorFlags } from './doctor.ts'
import type { ServeFlags } from './serve.ts'

function port(text: string): number {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 0 || value > 65_535)
    throw new InvalidArgumentError('A port is a whole number from 0 to 65535.')
  return value
}

function timing(text: string): ServeFlags['timing'] {
  if (text === 'real' || text === 'instant') return text
  const scale = Number(text)
  if (Number.isFinite(scale) && scale > 0) return { scale }
  throw new InvalidArgumentError("Allowed: 'real', 'instant', or a number that says how much faster than real time.")
}

const program = new Command('vitest-realtime')
  .description('A local, faithful OpenAI Realtime service for tests.')
  .showHelpAfterError()

program
  .command('serve')
  .description('run the service for clients in any language, until SIGTERM or Ctrl+C')
  .option('--config <file>', 'JSON, or a module that exports the options of createLocalRealtime')
  .option('--port <number>', 'port to listen on; 0 takes a free one', port, 0)
  .option('--host <address>', 'address to listen on', '127.0.0.1')
  .option('--tls', 'also speak wss and https on the same port', false)
  .option('--timing <mode>', "'real' (default), 'instant' (real, without any latency), or a factor such as 10", timing)
  .addOption(new Option('--latency <profile>', 'delays of the service').choices(['openai', 'instant']))
  .addOption(new Option('--profile <name>', 'the shapes that clients speak').choices(['openai', 'azure', 'beta']))
  .option('--json', 'print one line of JSON when ready', false)
  .action(async (flags: ServeFlags) => {
    const { serve } = await import('./serve.ts')
    await serve(flags)
  })

program
  .command('doctor')
  .description('say which audio engines work here, and how to install the others; exit code 1 when an installed one is broken')
  .option('--setup <engine>', "make an engine ready: 'whisper' is built, offline, in about two minutes")
  .option('--json', 'print the rows as one line of JSON', false)
  .action(async (flags: DoctorFlags) => {
    const { doctor } = await import('./doctor.ts')
    await doctor(flags)
  })

try {
  await program.parseAsync()
} catch (error) {
  process.stderr.write(
    `${error instanceof RealtimeKitError ? error.message : String(error instanceof Error ? error.stack : error)}\n`,
  )
  process.exitCode = 1
}
