// The validator against an app that does all of it well, and against the same app with one defect: each check fails for its own.

import { beforeAll, describe, expect, test } from 'vitest'
import { createLocalRealtime } from 'vitest-realtime'
import { callChecks } from '../../src/bridges/validate/call-checks.ts'
import { type CheckResult, chosenChecks, runChecks, type ValidatedPlatform } from '../../src/bridges/validate/check.ts'
import { platformChecks } from '../../src/bridges/validate/platform-checks.ts'
import { brokenBridge, type Defect, token } from './support/broken-bridge.ts'

const checks = [...callChecks, ...platformChecks]

async function resultOf(platform: ValidatedPlatform, name: string, defect?: Defect): Promise<CheckResult | undefined> {
  await using bridge = await brokenBridge(platform, defect)
  await using realtime = createLocalRealtime({ timing: 'real', intercept: false, onUnmatched: 'fallback' })
  const url = new URL(bridge.url)
  const [result] = await runChecks(
    checks.filter((check) => check.name === name),
    {
      platform,
      url,
      voice: '/voice',
      authToken: token,
      patienceMs: 3000,
      dial: (options = {}) =>
        realtime.phone.dial(`http://${url.host}`, {
          platform,
          authToken: token,
          ...(options.voice === undefined && { stream: url.pathname }),
          ...options,
        }),
    },
  )
  return result
}

/** A machine that stalls hides a defect of the sound, for app, line and caller stall together here: three times at most. */
async function noticed(platform: ValidatedPlatform, name: string, defect: Defect): Promise<CheckResult | undefined> {
  let result = await resultOf(platform, name, defect)
  for (let again = 0; again < 2 && result?.result !== 'failed'; again++) result = await resultOf(platform, name, defect)
  return result
}

const twilio: readonly (readonly [check: string, defect: Defect])[] = [
  ['connects', 'unreachable'],
  ['refuses-strangers', 'takes-strangers'],
  ['greets', 'no-greeting'],
  ['answers', 'deaf'],
  ['well-formed', 'nameless-marks'],
  ['sounds-well', 'noise'],
  ['sounds-well', 'slow'],
  ['marks', 'no-marks'],
  ['interrupts', 'no-clear'],
  ['turns', 'answers-once'],
  ['survives-nonsense', 'fragile'],
  ['hangs-up', 'stays'],
  ['webhook', 'query'],
  ['key', 'keyless'],
  ['together', 'one-call'],
  ['latency', 'late'],
  ['long-call', 'tires'],
]
const audiocodes: typeof twilio = [
  ['connects', 'unreachable'],
  ['refuses-strangers', 'takes-strangers'],
  ['greets', 'no-greeting'],
  ['interrupts', 'no-clear'],
  ['survives-nonsense', 'fragile'],
  ['hangs-up', 'stays'],
  ['validates', 'no-validation'],
  ['formats', 'one-format'],
  ['resumes', 'forgets'],
]

/** All at the same time: a check is mostly waiting. The long call is that of `turns`, and takes longer than all others. */
describe.each([
  ['twilio', twilio],
  ['audiocodes', audiocodes],
] as const)('%s', (platform, rows) => {
  const names = [...new Set(rows.map(([name]) => name))].filter((name) => name !== 'long-call')
  const broken = new Map<string, CheckResult | undefined>()
  const sound = new Map<string, CheckResult | undefined>()

  beforeAll(async () => {
    await Promise.all([
      ...rows.map(async ([name, defect]) => broken.set(`${name} ${defect}`, await noticed(platform, name, defect))),
      ...names.map(async (name) => sound.set(name, await resultOf(platform, name))),
    ])
  }, 120_000)

  test.each(rows)('%s fails where the app is: %s', (name, defect) => {
    expect(broken.get(`${name} ${defect}`)).toMatchObject({ name, result: 'failed', mend: expect.stringMatching(/\w/) })
  })

  test.each(names)('%s passes where it is not', (name) => {
    expect(sound.get(name)).toMatchObject({ name, result: 'passed' })
  })
})

test('each check has a defect that it must notice, on the platform that it is for', () => {
  const tried = (rows: typeof twilio): Set<string> => new Set(rows.map(([name]) => name))
  const all = chosenChecks(checks, 'twilio', 'extended').map(({ name }) => name)
  expect(tried(twilio)).toEqual(new Set(all))
  const own = platformChecks.filter(({ only }) => only === 'audiocodes').map(({ name }) => name)
  expect([...tried(audiocodes)]).toEqual(expect.arrayContaining(own))
})
