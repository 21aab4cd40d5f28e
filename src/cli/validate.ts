// `vitest-realtime validate twilio|audiocodes`: phones a running bridge as the platform would, and says what is wrong with it. Exit code 0
// when all is well, 1 when a check failed, 2 when nothing could be checked.

import { callChecks } from '../bridges/validate/call-checks.ts'
import {
  type CheckDepth,
  type CheckResult,
  type CheckWorld,
  chosenChecks,
  runChecks,
  type ValidatedPlatform,
} from '../bridges/validate/check.ts'
import { platformChecks } from '../bridges/validate/platform-checks.ts'
import { createLocalRealtime } from '../doors/create-local-realtime.ts'
import { RealtimeKitError } from '../errors.ts'

export interface ValidateFlags {
  readonly url: string
  readonly voice?: string
  readonly authToken?: string
  readonly quick?: boolean
  readonly standard?: boolean
  readonly extended?: boolean
  readonly only?: readonly string[]
  readonly patience: number
  readonly json: boolean
}

/** What `--json` prints. */
export interface ValidationReport {
  readonly platform: ValidatedPlatform
  readonly url: string
  readonly depth: CheckDepth
  readonly passed: number
  readonly failed: number
  readonly skipped: number
  readonly checks: readonly CheckResult[]
}

/**
 * Runs the checks and prints the report.
 *
 * @returns the exit code
 * @throws RealtimeKitError RTK_OPTION for a URL or a check that is none
 */
export async function validate(platform: ValidatedPlatform, flags: ValidateFlags): Promise<0 | 1 | 2> {
  const depth: CheckDepth = flags.extended ? 'extended' : flags.quick ? 'quick' : 'standard'
  const checks = chosen(platform, depth, flags.only)
  const url = socketUrl(flags.url)
  await using realtime = createLocalRealtime({ timing: 'real', intercept: false, onUnmatched: 'fallback', onWireError: 'ignore' })
  const { authToken, voice, patience, json } = flags
  const world: CheckWorld = {
    platform,
    url,
    patienceMs: patience,
    ...(voice === undefined ? {} : { voice }),
    ...(authToken === undefined ? {} : { authToken }),
    dial(options = {}) {
      const target = new URL(url.href.replace(/^ws/, 'http'))
      const way = options.voice === undefined ? { stream: `${url.pathname}${url.search}` } : {}
      return realtime.phone.dial(target.origin, {
        platform,
        ...way,
        ...(authToken === undefined ? {} : { authToken }),
        ...options,
      })
    },
  }
  const results = await runChecks(checks, world, (result) => !json && process.stdout.write(`${rowOf(result)}\n`))
  const report = reportOf({ platform, url: url.href, depth, results })
  process.stdout.write(json ? `${JSON.stringify(report)}\n` : summaryOf(report))
  if (results[0]?.name === 'connects' && results[0].result === 'failed') return 2
  return report.failed > 0 ? 1 : 0
}

function chosen(
  platform: ValidatedPlatform,
  depth: CheckDepth,
  only: readonly string[] | undefined,
): ReturnType<typeof chosenChecks> {
  const all = [...callChecks, ...platformChecks]
  if (only === undefined) return chosenChecks(all, platform, depth)
  const known = chosenChecks(all, platform, 'extended')
  const unknown = only.find((name) => !known.some((check) => check.name === name))
  if (unknown === undefined) return known.filter(({ name }) => only.includes(name))
  const names = known.map(({ name }) => name).join(', ')
  throw new RealtimeKitError('RTK_OPTION', `--only ${unknown}: there is no such check for ${platform}. There are: ${names}.`)
}

function socketUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url && /^(?:ws|http)s?:$/.test(url.protocol)) return new URL(url.href.replace(/^http/, 'ws'))
  throw new RealtimeKitError('RTK_OPTION', `--url is the socket of the bridge, as ws://127.0.0.1:8000/twilio-agent. Got ${text}.`)
}

function reportOf(facts: {
  platform: ValidatedPlatform
  url: string
  depth: CheckDepth
  results: readonly CheckResult[]
}): ValidationReport {
  const { results, ...rest } = facts
  const count = (result: CheckResult['result']): number => results.filter((one) => one.result === result).length
  return { ...rest, passed: count('passed'), failed: count('failed'), skipped: count('skipped'), checks: results }
}

const signs = { passed: 'ok  ', failed: 'FAIL', skipped: '--  ' } as const

function rowOf({ name, result, expected, happened, mend, tookMs }: CheckResult): string {
  const row = `${signs[result]}  ${name.padEnd(18)} ${happened}  (${(tookMs / 1000).toFixed(1)} s)`
  return mend === undefined ? row : `${row}\n        expected: ${expected}\n        mend:     ${mend}`
}

function summaryOf({ passed, failed, skipped }: ValidationReport): string {
  return `\n${passed} passed, ${failed} failed, ${skipped} skipped\n`
}
