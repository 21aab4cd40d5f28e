// `vitest-realtime replay`: runs a command against a recording. Whoever leaves it is told where, and why the run is red.

import type { RequestListener } from 'node:http'
import type { ReplayRules } from '../api.ts'
import { restDesk } from '../doors/rest-desk.ts'
import { messageOf } from '../errors.ts'
import { readRecording } from '../recording/read-recording.ts'
import { startReplay } from '../recording/replay.ts'
import { longestQuietMs } from '../recording/replay-standstill.ts'
import { Service } from '../runtime/service.ts'
import { startServer } from '../transports/server.ts'
import { runBehind } from './proxied-command.ts'
import { recordedRequests } from './recorded-requests.ts'
import { watchStandstill } from './standstill.ts'

export interface ReplayFlags {
  readonly order?: NonNullable<ReplayRules['order']>
  readonly ignore?: readonly string[]
  readonly audio?: NonNullable<ReplayRules['audio']>
  /** When answers come. Default: as recorded, in real time. */
  readonly timing?: NonNullable<ReplayRules['timing']>
  /** How long nothing may pass beyond the longest silence of the recording, in ms, while a socket is open. Default 30 s. */
  readonly patience?: number
}

const farewellMs = 500
/** As the waits of a test. */
const usualPatienceMs = 30_000

/**
 * Runs the command. The process ends with 0 only if the command did, and did what is recorded: all of it, and nothing else.
 *
 * @throws RealtimeKitError RTK_OPTION, RTK_RECORDING or RTK_TRANSPORT
 */
export async function replay(path: string, flags: ReplayFlags, command: readonly string[]): Promise<void> {
  const recording = await readRecording(path)
  const { profile } = recording.header
  const service = new Service({ name: 'replay', options: { timing: 'real', intercept: false, onUnmatched: 'fallback', profile } })
  let problems = 0
  const tell = (problem: Error): void => {
    problems++
    process.stderr.write(`vitest-realtime replay: ${shellWords(messageOf(problem), path)}\n`)
  }
  service.onProblem(tell)
  startReplay(service, recording, rulesOf(flags))
  service.start()
  const stop = new AbortController()
  const limitMs = (flags.patience ?? usualPatienceMs) + longestQuietMs(recording)
  const watch = watchStandstill(service, limitMs, (problem) => {
    tell(problem)
    stop.abort()
  })
  const answer = recordedRequests(recording, { otherwise: restDesk(service, 'server'), tell })
  const onRequest: RequestListener = (request, response) => {
    watch.touch()
    answer(request, response)
  }
  const server = await startServer({ tls: true, doorman: service.door, onRequest })
  try {
    const end = await runBehind(server, command, { stop: stop.signal })
    // What is missing then was told already.
    const unused = stop.signal.aborted ? undefined : service.replaying?.problem()
    if (unused) tell(unused)
    process.exitCode = stop.signal.aborted || (end.code === 0 && problems > 0) ? 1 : end.code
  } finally {
    watch.stop()
    for (const connection of [...service.connections]) connection.close(1001, '')
    await service.close()
    await server.close({ graceMs: farewellMs })
  }
}

function rulesOf({ order, ignore, audio, timing }: ReplayFlags): ReplayRules {
  return { ...(order && { order }), ...(ignore && { ignore }), ...(audio && { audio }), ...(timing && { timing }) }
}

/** Messages offer rules as a test writes them; here they are flags. */
function shellWords(message: string, path: string): string {
  return message
    .replace(/^\[RTK_RECORDING\] /, '')
    .replaceAll(/realtime\.replay\('[^']*', \{ (order|audio): '(\w+)' \}\)/g, '--$1 $2')
    .replaceAll(/realtime\.replay\('[^']*', \{ ignore: \[(.*)\] \}\)/g, (_all, list: string) =>
      list
        .split(', ')
        .map((field) => `--ignore ${field}`)
        .join(' '),
    )
    .replace('has nothing to send until the app goes on:', 'has nothing to send until the command goes on:')
    .replace(/^If the app needs longer/m, 'If the command needs longer')
    .replace('was not used up by the test:', 'was not used up by the command:')
    .replace(/^Let the app do it \(.*?\), /m, 'Let the command do it, ')
    .replaceAll('(vitest-realtime record --mode overwrite)', `(vitest-realtime record --mode overwrite --out ${path})`)
}
