// `vitest-realtime validate` as a process: the table, the JSON, and the exit code.

import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { brokenBridge, token } from '../bridges/support/broken-bridge.ts'

const command = join(import.meta.dirname, '../../dist/src/cli/main.js')

function validate(...flags: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [command, 'validate', ...flags], (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr })
    })
  })
}

test('all is well: exit code 0, a table', async () => {
  await using bridge = await brokenBridge('twilio')
  const { code, stdout } = await validate('twilio', '--url', bridge.url, '--auth-token', token, '--only', 'connects', 'greets')
  expect(code).toBe(0)
  expect(stdout.replaceAll(/\d+\.\d s/g, 'N s').replaceAll(/CA\w+/g, 'CA')).toMatchInlineSnapshot(`
    "ok    connects           call CA… was taken  (N s)
    ok    greets             after N s  (N s)

    2 passed, 0 failed, 0 skipped
    "
  `)
})

test('a check fails: exit code 1, with what was expected, what happened, and the mend', async () => {
  await using bridge = await brokenBridge('audiocodes', 'no-greeting')
  const flags = ['--auth-token', token, '--only', 'connects', 'greets', '--patience', '1000', '--json']
  const { code, stdout } = await validate('audiocodes', '--url', bridge.url, ...flags)
  expect(code).toBe(1)
  expect(JSON.parse(stdout)).toMatchObject({
    platform: 'audiocodes',
    passed: 1,
    failed: 1,
    skipped: 0,
    checks: [
      { name: 'connects', result: 'passed' },
      {
        name: 'greets',
        result: 'failed',
        expected: 'the agent speaks first',
        happened: 'nothing was heard within 1.0 s',
        mend: /./,
      },
    ].map((check) => ({ ...check, ...('mend' in check ? { mend: expect.any(String) } : {}) })),
  })
})

test('no call can be made: exit code 2, and the rest is not tried', async () => {
  await using bridge = await brokenBridge('twilio', 'unreachable')
  const { code, stdout } = await validate('twilio', '--url', bridge.url, '--quick', '--json')
  expect(code).toBe(2)
  expect(JSON.parse(stdout)).toMatchObject({ depth: 'quick', passed: 0, failed: 1, skipped: 4 })
})

test('flags that are no good are told', async () => {
  const none = await validate('twilio', '--url', 'nowhere')
  expect(none).toMatchObject({ code: 2, stderr: expect.stringContaining('--url is the socket of the bridge') })
  const unknown = await validate('twilio', '--url', 'ws://127.0.0.1:1', '--only', 'resumes')
  expect(unknown).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('there is no such check for twilio. There are: connects'),
  })
})
