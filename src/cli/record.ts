// `vitest-realtime record`: runs a command against the live service through a proxy that writes down what passes; or, by its mode,
// against what was written before.

import { existsSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import type { RecordMode } from '../api.ts'
import { messageOf, RealtimeKitError } from '../errors.ts'
import { timelineFile } from '../recording/layout.ts'
import type { RecordingHeader } from '../recording/recording.ts'
import { recordingOf } from '../recording/recording-of.ts'
import { Redactor } from '../recording/redactor.ts'
import { checkTarget, writeRecording } from '../recording/write-recording.ts'
import { isEvent, type TimelineEntry } from '../runtime/timeline.ts'
import { runBehind } from './proxied-command.ts'
import { type RecordProxy, startRecordProxy } from './record-proxy.ts'
import { type ReplayFlags, replay } from './replay.ts'

export interface RecordFlags extends ReplayFlags {
  /** Where the service is: wss://api.openai.com, or the URL of a session. */
  readonly target: string
  /** Folder of the recording. */
  readonly out: string
  /** Default 'record'; in CI 'lockdown'. */
  readonly mode?: RecordMode
  readonly profile: RecordingHeader['profile']
  readonly redact?: readonly string[]
}

type Recorded = Pick<RecordFlags, 'out' | 'profile'> & { readonly redact: readonly (string | RegExp)[] }

/**
 * Runs the command. The process ends with 0 only if the command did and all that was to be done was done.
 *
 * @throws RealtimeKitError RTK_OPTION, RTK_RECORDING or RTK_TRANSPORT
 */
export async function record(flags: RecordFlags, command: readonly string[]): Promise<void> {
  const mode = flags.mode ?? (isCi() ? 'lockdown' : 'record')
  const isThere = existsSync(join(flags.out, timelineFile))
  if (mode === 'replay' || mode === 'lockdown' || (mode === 'record' && isThere)) {
    if (!isThere) throw missing(flags, mode)
    tell(`${flags.out} answers, the network does not (mode ${mode})`)
    await replay(flags.out, flags, command)
    return
  }
  // What would be refused in the end is refused before the command costs anything.
  const redact = flags.redact?.map(patternOf) ?? []
  const redactor = new Redactor(redact)
  if (mode !== 'passthrough') checkTarget(resolve(flags.out))
  const proxy = await startRecordProxy(targetOf(flags.target), (line) => tell(redactor.text(line)))
  try {
    const end = await runBehind(proxy.server, command)
    await proxy.close()
    process.exitCode = end.code
    if (mode === 'passthrough') return
    // Whoever stops a server with Ctrl+C is content with it.
    const hasFailed = end.code !== 0 && end.signal === null
    if (!(await write({ ...flags, redact }, proxy, { hasFailed, isThere })) && end.code === 0) process.exitCode = 1
  } finally {
    await proxy.close()
  }
}

interface Outcome {
  readonly hasFailed: boolean
  readonly isThere: boolean
}

async function write(flags: Recorded, proxy: RecordProxy, { hasFailed, isThere }: Outcome): Promise<boolean> {
  const { entries, sessions } = proxy
  const statuses = refusalsIn(entries)
  if (sessions.length === 0) {
    tell(
      'nothing was recorded: the command opened no Realtime session through the proxy.\n' +
        'It finds the proxy at REALTIME_URL and OPENAI_BASE_URL; Node programs are led there whatever URL they name.',
    )
    return false
  }
  if (hasFailed && isThere) {
    tell(`the command failed: ${flags.out} is kept as it was`)
    return false
  }
  const areAllRefused = statuses.length === sessions.length
  if (hasFailed && areAllRefused) {
    tell(
      `nothing was recorded: the service took no socket (HTTP ${statuses.join(', ')}), and the command failed.\n` +
        'To record how an app lives with a refusal, let the command end with 0.',
    )
    return false
  }
  const name = basename(resolve(flags.out))
  const { profile, redact } = flags
  const recording = recordingOf(entries, { name, source: 'service', profile, sessions, redact })
  await writeRecording(flags.out, recording)
  const { redactions } = recording.header
  const blacked = Object.entries(redactions).map(([kind, count]) => `${count} ${kind}`)
  const refused =
    statuses.length === 0 ? '' : `, ${areAllRefused ? '' : `${statuses.length} `}refused with HTTP ${statuses.join(', ')}`
  const events = `${counted(sessions.length, 'session', 'sessions')}${refused}, ${counted(entries.length, 'entry', 'entries')}`
  tell(`recorded ${flags.out}: ${events}${blacked.length > 0 ? `; blacked out: ${blacked.join(', ')}` : ''}`)
  return true
}

function refusalsIn(entries: readonly TimelineEntry[]): number[] {
  return entries.flatMap((entry) => (!isEvent(entry) && entry.note.type === 'refused' ? [entry.note.status] : []))
}

function counted(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`
}

/** `/…/i` is a pattern, anything else a text. */
function patternOf(text: string): string | RegExp {
  const [, source, letters = ''] = /^\/(.+)\/([a-z]*)$/.exec(text) ?? []
  if (source === undefined) return text
  try {
    return new RegExp(source, letters)
  } catch (error) {
    throw new RealtimeKitError('RTK_OPTION', `--redact ${text}: ${messageOf(error)}.`, { cause: error })
  }
}

function targetOf(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url && /^(?:wss?|https?):$/.test(url.protocol)) {
    url.protocol = url.protocol.replace('http', 'ws')
    return url
  }
  throw new RealtimeKitError('RTK_OPTION', `--target ${text}: write a URL such as wss://api.openai.com/v1/realtime`)
}

function missing({ out }: RecordFlags, mode: RecordMode): RealtimeKitError {
  const why =
    mode === 'lockdown' ? 'mode lockdown, the default in CI, never opens a network connection' : `mode ${mode} records nothing`
  return new RealtimeKitError(
    'RTK_RECORDING',
    `${out}: there is no recording, and ${why}.\nRecord it on your machine (--mode record) and check it in.`,
  )
}

function isCi(): boolean {
  const { CI } = process.env
  return CI !== undefined && CI !== '' && CI !== 'false' && CI !== '0'
}

function tell(line: string): void {
  process.stderr.write(`vitest-realtime record: ${line}\n`)
}
