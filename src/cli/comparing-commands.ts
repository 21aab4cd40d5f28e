// The flags of `diff` and `convert`.

import { type Command, InvalidArgumentError } from 'commander'
import type { RecordingAspect } from '../api.ts'
import type { ConvertFlags, DiffFlags } from './diff.ts'

const aspects: readonly RecordingAspect[] = ['order', 'texts', 'calls', 'usage', 'timing', 'audio', 'fields']

export function addComparingCommands(program: Command): void {
  program
    .command('diff')
    .description('tell what changed between two recordings (or logs); exit code 0: nothing, 1: something, 2: cannot be read')
    .argument('<before>', 'folder of a recording, or a log: JSON array, JSON lines, HAR')
    .argument('<after>', 'what it is compared with')
    .option('--only <aspects>', `some of ${aspects.join(', ')}; commas between (default: all)`, aspectList)
    .option(
      '--ignore <name>',
      'an event type or a field path, as rate_limits.updated or session.tools; may be given several times',
      several,
    )
    .option('--tolerance-ms <ms>', 'by how much a step may take longer or shorter (default: 50)', number(0, Number.MAX_VALUE))
    .option('--similarity <share>', 'how alike sounds are, 0 to 1 (default: 0.95)', number(0, 1))
    .option('--html <file>', 'also write a page with both on one axis')
    .option('--json', 'print one line of JSON', false)
    .action(async (before: string, after: string, flags: DiffFlags) => {
      const { diff } = await import('./diff.ts')
      await diff(before, after, flags)
    })

  program
    .command('convert')
    .description('make a recording of a log: an array of events, a line of JSON for each, or a HAR with WebSocket messages')
    .argument('<log>', 'the log')
    .argument('<folder>', 'folder of the recording')
    .option('--json', 'print one line of JSON', false)
    .action(async (log: string, folder: string, flags: ConvertFlags) => {
      const { convert } = await import('./diff.ts')
      await convert(log, folder, flags)
    })
}

function aspectList(text: string): RecordingAspect[] {
  return text.split(',').map((name) => {
    const aspect = aspects.find((one) => one === name.trim())
    if (!aspect) throw new InvalidArgumentError(`Allowed: ${aspects.join(', ')}.`)
    return aspect
  })
}

function several(value: string, before: readonly string[] = []): string[] {
  return [...before, value]
}

const number =
  (lowest: number, highest: number) =>
  (text: string): number => {
    const value = Number(text)
    if (text.trim() !== '' && value >= lowest && value <= highest) return value
    throw new InvalidArgumentError(`A number from ${lowest}${highest === Number.MAX_VALUE ? '' : ` to ${highest}`}.`)
  }
