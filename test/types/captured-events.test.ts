// Events that sessions really sent, written down as TypeScript and checked by the compiler against the openai package's types:
// nothing is wrong with them but for the named widenings, and no key is there that the SDK does not know but for the named ones.

import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ServerEvent } from '../../src/protocol/server-events.ts'
import { Chance } from '../simulation/chance.ts'
import { runScript } from '../simulation/simulate.ts'
import { projectRoot } from '../tidy/project-files.ts'

/** One event of each shape: what differs only in its texts and numbers is the same to the compiler. */
function capturedEvents(): ServerEvent[] {
  const byShape = new Map<string, ServerEvent>()
  for (let seed = 1; seed <= 300; seed++) {
    const chance = new Chance(seed)
    const actions = Array.from({ length: 150 }, () => chance.below(1e9))
    for (const event of runScript({ setup: chance.below(1e9), actions }).session.events) {
      const shape = shapeOf(event)
      if (!byShape.has(shape)) byShape.set(shape, event)
    }
  }
  return [...byShape.values()]
}

function shapeOf(event: ServerEvent): string {
  const names = new Set(['type', 'role', 'status', 'reason', 'object', 'model', 'tool_choice', 'truncation'])
  const seen = (key: string, value: unknown): unknown => {
    if (Array.isArray(value)) return [...new Map(value.map((one) => [JSON.stringify(one, seen), one])).values()]
    if (typeof value === 'number') return 0
    return typeof value === 'string' && !names.has(key) ? '' : value
  }
  return JSON.stringify(event, seen)
}

const folder = mkdtempSync(join(projectRoot, 'test/.tmp-captured-'))
const events = capturedEvents()

beforeAll(() => {
  // A generic parameter has no check for keys that are too many: strict.ts has it.
  const opening = `import type { WidenedServerEvent } from '../types/openai-events.ts'\nfunction sent<T extends WidenedServerEvent>(event: T): T {\n  return event\n}\n`
  const lines = events.map((event) => `sent(${JSON.stringify(event)})`)
  writeFileSync(join(folder, 'events.ts'), `${opening}${lines.join('\n')}\n`)
  const strict = opening.replace('<T extends WidenedServerEvent>(event: T): T', '(event: WidenedServerEvent): WidenedServerEvent')
  writeFileSync(join(folder, 'strict.ts'), `${strict}${lines.join('\n')}\n`)
  writeFileSync(join(folder, 'wrong.ts'), `${opening}sent({"type":"response.output_text.done","event_id":"e","text":1})\n`)
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({ extends: '../tsconfig.json', files: ['events.ts', 'strict.ts', 'wrong.ts'], include: [] }),
  )
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function compile(): Promise<string[]> {
  const compiler = join(projectRoot, 'node_modules/typescript/bin/tsc')
  const run = promisify(execFile)(process.execPath, [compiler, '--project', folder, '--pretty', 'false', '--noEmit'], {
    maxBuffer: 2 ** 26,
  })
  const { stdout } = await run.catch((error: unknown) => error as { stdout: string })
  return stdout.split('\n').filter((line) => line.includes('error TS'))
}

/** Keys that the live service sends and the SDK's types do not have; the compiler names the first one of an object. */
const unknownToSdk = ['format', 'obfuscation', 'object', 'phase']

test('captured events have no type errors beyond the named widenings', { timeout: 120_000 }, async () => {
  const kinds = new Set(events.map(({ type }) => type))
  expect(kinds.size).toBeGreaterThan(40)
  const errors = await compile()
  const of = (file: string): string[] => errors.filter((line) => line.includes(`/${file}(`))
  expect(of('events.ts')).toEqual([])
  const unknown = of('strict.ts').map((line) => /may only specify known properties, and '"(\w+)"'/.exec(line)?.[1] ?? line)
  expect([...new Set(unknown)].toSorted()).toEqual(unknownToSdk)
  // The check itself can fail.
  expect(of('wrong.ts')).toHaveLength(1)
})
