// Imports flow one way: the table is in layers.ts.

import { expect, test } from 'vitest'
import { layerComplaints } from './layers.ts'
import { parse, readSources } from './project-files.ts'

test('every import of the sources stays within its layer', () => {
  expect(readSources().flatMap(layerComplaints).join('\n')).toBe('')
})

test('a complaint names the file, the line, the import and what is allowed instead', () => {
  const file = parse({
    path: 'src/session/example.ts',
    text: "import { x } from '../protocol/x.ts'\nimport { setTimeout } from 'node:timers/promises'\nexport const y = [x, setTimeout]\n",
  })
  expect(layerComplaints(file)).toMatchInlineSnapshot(`
    [
      "src/session/example.ts:2 imports node:timers/promises: src/session may import only src/protocol, audio, src/errors.ts, src/api.ts, src/api, src/transports/transport.ts, audio/types.ts",
    ]
  `)
})

test.for([
  ['src/protocol/a.ts', "import '../session/b.ts'"],
  ['src/protocol/a.ts', "export * from '../runtime/b.ts'"],
  ['src/responses/a.ts', "import type { B } from '../runtime/b.ts'"],
  ['src/runtime/a.ts', "const b = await import('../transports/b.ts')"],
  ['src/runtime/a.ts', "import '../cli/b.ts'"],
  ['matchers/a.ts', "import '../src/runtime/connection.ts'"],
  ['audio/a.ts', "import 'node:fs'"],
  ['src/index.ts', "import './cli/main.ts'"],
  ['elsewhere/a.ts', ''],
] as const)('%s may not say %s', ([path, text]) => {
  expect(layerComplaints(parse({ path, text }))).toHaveLength(1)
})
