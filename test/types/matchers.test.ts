import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const compiler = fileURLToPath(new URL('../../node_modules/typescript/bin/tsc', import.meta.url))
const project = fileURLToPath(new URL('matchers.tsconfig.json', import.meta.url))

test('the types of the matchers accept and refuse what they should, library checks on', { timeout: 120_000 }, async () => {
  const run = promisify(execFile)(process.execPath, [compiler, '--project', project, '--pretty', 'false'])
  const { stdout } = await run.catch((error: unknown) => error as { stdout: string })
  expect(stdout).toBe('')
})
