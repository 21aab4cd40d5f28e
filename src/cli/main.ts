#!/usr/bin/env node
// The command line: names the commands; each is a file of its own, loaded when it runs.

import { Argument, Command, InvalidArgumentError, Option } from 'commander'
import type { ValidatedPlatform } from '../bridges/validate/check.ts'
import { RealtimeKitError } from '../errors.ts'
import type { BridgeFlags } from './bridge.ts'
import { addComparingCommands } from './comparing-commands.ts'
import type { DoctorFlags } from './doctor.ts'
import { addRecordingCommands } from './recording-commands.ts'
import type { ServeFlags } from './serve.ts'
import type { ValidateFlags } from './validate.ts'
import type { ViewFlags } from './view.ts'

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
  .option('--record <dir>', 'write a recording of each session there when it is over: session-1, session-2 …')
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

program
  .command('bridge')
  .description(
    'answer calls of Twilio and AudioCodes with a Realtime model, until SIGTERM or Ctrl+C; USE_LOCAL_REALTIME needs no key',
  )
  .option('--config <file>', 'JSON, or a module that exports the options of createBridgeServer')
  .option('--port <number>', 'port to listen on; 0 takes a free one', port, 0)
  .option('--host <address>', 'address to listen on', '127.0.0.1')
  .option('--public-url <url>', 'where Twilio reaches this server, as https://voice.example.com')
  .option('--backend <url>', 'a Realtime service other than that of OpenAI: wss://… or ws://…')
  .option('--model <name>', 'model of the service')
  .option('--instructions <text>', 'what the agent is told to be')
  .option('--record <directory>', 'keep sound and transcript of each call there')
  .option('--insecure', 'take calls that nobody signed, without a token', false)
  .option('--json', 'print one line of JSON when ready', false)
  .action(async (flags: BridgeFlags) => {
    const { bridge } = await import('./bridge.ts')
    await bridge(flags)
  })

program
  .command('view')
  .description('make a page of a recording: lanes, sound, every event and its cause; two recordings stand on one axis')
  .argument('<file...>', 'folder of a recording, or the timeline.ndjson in it')
  .option('--out <file>', "where the page goes (default: timeline.html in the recording's folder)")
  .action(async (files: string[], flags: ViewFlags) => {
    const { view } = await import('./view.ts')
    await view(files, flags)
  })

addRecordingCommands(program)
addComparingCommands(program)

function milliseconds(text: string): number {
  const value = Number(text)
  if (!Number.isFinite(value) || value <= 0) throw new InvalidArgumentError('A number of milliseconds above 0.')
  return value
}

program
  .command('validate')
  .description(
    'phone a running bridge as the platform would, and say what is wrong with it; exit code 0, 1 (a check failed) or 2',
  )
  .addArgument(new Argument('<platform>').choices(['twilio', 'audiocodes']))
  .requiredOption('--url <url>', 'socket of the bridge, as ws://127.0.0.1:8000/twilio-agent')
  .option('--voice <path>', "path or URL of Twilio's voice webhook, to be checked too")
  .option('--auth-token <token>', 'token that signs (Twilio), or the bearer token (AudioCodes)')
  .option('--quick', 'about 20 s: can it be phoned, does it greet and answer')
  .option('--standard', 'about two minutes: also interruptions, turns, bad messages (default)')
  .option('--extended', 'about five minutes: also keys, calls at a time, latency, a long call')
  .option('--only <names...>', 'only these checks')
  .option('--patience <ms>', 'how long an answer may take', milliseconds, 10_000)
  .option('--json', 'print one line of JSON at the end', false)
  .action(async (platform: ValidatedPlatform, flags: ValidateFlags) => {
    const { validate } = await import('./validate.ts')
    // What could not be begun is no verdict on the bridge.
    process.exitCode = 2
    process.exitCode = await validate(platform, flags)
  })

try {
  await program.parseAsync()
} catch (error) {
  process.stderr.write(
    `${error instanceof RealtimeKitError ? error.message : String(error instanceof Error ? error.stack : error)}\n`,
  )
  process.exitCode ||= 1
}
