// The flags of `record` and `replay`.

import { type Command, InvalidArgumentError, Option } from 'commander'
import type { RecordFlags } from './record.ts'
import type { ReplayFlags } from './replay.ts'

export function addRecordingCommands(program: Command): void {
  const record = program
    .command('record')
    .description('run a command against the live service, and write down what passes: in CI it replays what is written')
    .requiredOption('--target <url>', 'the service: wss://api.openai.com, or the URL of a session')
    .requiredOption('--out <dir>', 'folder of the recording, such as test/__recordings__/booking')
    .addOption(
      new Option('--mode <mode>', "default 'record', which writes what is missing; in CI 'lockdown'").choices([
        'replay',
        'record',
        'overwrite',
        'passthrough',
        'lockdown',
      ]),
    )
    .addOption(
      new Option('--profile <name>', 'the shapes that are spoken').choices(['openai', 'azure', 'beta']).default('openai'),
    )
    .option('--redact <text>', 'more to black out: a text, or a pattern /…/; may be given several times', several)
  withRules(record).action(async (command: string[], flags: RecordFlags) => {
    const { record: run } = await import('./record.ts')
    await run(flags, command)
  })

  const replay = program
    .command('replay')
    .description('run a command against a recording; exit code 0 only if it did what is recorded')
    .argument('<dir>', 'folder of the recording')
  withRules(replay).action(async (dir: string, command: string[], flags: ReplayFlags) => {
    const { replay: run } = await import('./replay.ts')
    await run(dir, flags, command)
  })
}

/** How the command is compared with a recording; what is behind the dashes is the command's own. */
function withRules(command: Command): Command {
  return command
    .argument('<command...>', 'the command, behind two dashes: -- node app.js')
    .addOption(new Option('--order <rule>', 'where events may change places').choices(['turn', 'strict', 'content']))
    .option('--ignore <path>', 'a field that may differ, as session.instructions; may be given several times', several)
    .addOption(
      new Option('--audio <rule>', "how sound is compared (default: 'energy')").choices([
        'energy',
        'length',
        'transcript',
        'ignore',
      ]),
    )
    .option('--timing <mode>', "'recorded' (default), 'instant', or a factor such as 10", replayTiming)
    .option(
      '--patience <ms>',
      'how long nothing may pass, beyond the longest silence of the recording (default: 30000)',
      milliseconds,
    )
}

function several(value: string, before: readonly string[] = []): string[] {
  return [...before, value]
}

function milliseconds(text: string): number {
  const value = Number(text)
  if (text.trim() === '' || !(value >= 0)) throw new InvalidArgumentError('A number of milliseconds.')
  return value
}

function replayTiming(text: string): NonNullable<ReplayFlags['timing']> {
  if (text === 'recorded' || text === 'instant') return text
  const scale = Number(text)
  if (Number.isFinite(scale) && scale > 0) return { scale }
  throw new InvalidArgumentError("Allowed: 'recorded', 'instant', or a number that says how much faster than recorded.")
}
