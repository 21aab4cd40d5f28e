// What a check of somebody's bridge is, and how checks are run one after the other. In real time, against a running server.

import type { DialOptions, PhoneCall, PhonePlatform } from '../../api/phone.ts'
import { messageOf } from '../../errors.ts'

export type CheckDepth = 'quick' | 'standard' | 'extended'
export type ValidatedPlatform = Extract<PhonePlatform, 'twilio' | 'audiocodes'>

/** What a check works with. */
export interface CheckWorld {
  readonly platform: ValidatedPlatform
  /** The socket of the bridge, `ws://` or `wss://`. */
  readonly url: URL
  /** Path or URL of the voice webhook, where there is one (Twilio). */
  readonly voice?: string
  /** Token that the bridge wants. */
  readonly authToken?: string
  /** How long the bridge may take to say something, in ms. */
  readonly patienceMs: number
  dial(options?: DialOptions): Promise<PhoneCall>
}

/** Without `problem` all is well; `skipped` says why a check could not be made. */
export interface Outcome {
  readonly happened: string
  readonly isWell: boolean
  readonly isSkipped?: boolean
}

export interface Check {
  readonly name: string
  readonly depth: CheckDepth
  /** Platforms that it is for. Default: all. */
  readonly only?: ValidatedPlatform
  readonly expected: string
  /** What to look at when it fails. */
  readonly mend: string
  run(world: CheckWorld): Promise<Outcome>
}

/** One row of the report. */
export interface CheckResult {
  readonly name: string
  readonly result: 'passed' | 'failed' | 'skipped'
  readonly expected: string
  readonly happened: string
  /** Only where it failed. */
  readonly mend?: string
  readonly tookMs: number
}

export const well = (happened: string): Outcome => ({ happened, isWell: true })
export const wrong = (happened: string): Outcome => ({ happened, isWell: false })
export const skipped = (why: string): Outcome => ({ happened: why, isWell: true, isSkipped: true })

const depths: readonly CheckDepth[] = ['quick', 'standard', 'extended']

/** The checks of a platform, as deep as is wanted. */
export function chosenChecks(checks: readonly Check[], platform: ValidatedPlatform, depth: CheckDepth): Check[] {
  const most = depths.indexOf(depth)
  return checks.filter((check) => depths.indexOf(check.depth) <= most && (check.only ?? platform) === platform)
}

/** Runs checks one after the other; each result is told when it is there. A bridge that cannot be reached ends it at the first one. */
export async function runChecks(
  checks: readonly Check[],
  world: CheckWorld,
  tell: (result: CheckResult) => void = () => {},
): Promise<CheckResult[]> {
  const results: CheckResult[] = []
  for (const check of checks) {
    const isHopeless = results[0]?.result === 'failed'
    const result = isHopeless ? notRun(check) : await runCheck(check, world)
    results.push(result)
    tell(result)
  }
  return results
}

function notRun({ name, expected }: Check): CheckResult {
  return { name, expected, result: 'skipped', happened: 'not tried: no call could be made', tookMs: 0 }
}

async function runCheck(check: Check, world: CheckWorld): Promise<CheckResult> {
  const { name, expected, mend } = check
  const startMs = Date.now()
  const outcome = await check.run(world).catch((error: unknown) => wrong(firstLine(error)))
  const tookMs = Date.now() - startMs
  const { happened } = outcome
  if (outcome.isSkipped) return { name, expected, result: 'skipped', happened, tookMs }
  if (outcome.isWell) return { name, expected, result: 'passed', happened, tookMs }
  return { name, expected, result: 'failed', happened, mend, tookMs }
}

function firstLine(error: unknown): string {
  return messageOf(error).split('\n')[0] ?? ''
}
