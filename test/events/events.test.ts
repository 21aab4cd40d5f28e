// No event is forgotten: the names of the openai package's types, the handlers, the tests that prove each event, and the README.

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import {
  clientEventTypes,
  serverEventTypes,
  translationClientEventTypes,
  translationServerEventTypes,
} from '../../src/protocol/event-types.ts'
import { handlers } from '../../src/session/handlers.ts'
import { projectRoot, readProjectFile } from '../tidy/project-files.ts'
import { clientEvents, type EventRow, serverEvents, translationClientEvents, translationServerEvents } from './event-table.ts'
import { readEventUnions } from './openai-unions.ts'
import { withEventTable } from './readme-table.ts'
import { fileOfTest } from './test-titles.ts'

const unions = readEventUnions()
const namesOf = (rows: readonly EventRow[]): string[] => rows.map(({ event }) => event).toSorted()

describe('the types of the openai package', () => {
  test('have 11 client and 46 server events, 3 and 7 of translation sessions', () => {
    const counts = [unions.client, unions.server, unions.translationClient, unions.translationServer].map((names) => names.length)
    expect(counts).toEqual([11, 46, 3, 7])
  })

  test.for([
    ['client', unions.client, clientEvents, clientEventTypes],
    ['server', unions.server, serverEvents, serverEventTypes],
    ['translation client', unions.translationClient, translationClientEvents, translationClientEventTypes],
    ['translation server', unions.translationServer, translationServerEvents, translationServerEventTypes],
  ] as const)('each %s event has its row, and the protocol knows it', ([, union, rows, types]) => {
    expect(namesOf(rows)).toEqual(union.toSorted())
    expect(types.toSorted()).toEqual(union.toSorted())
  })
})

test('each client event has its handler', () => {
  expect(Object.keys(handlers).toSorted()).toEqual(unions.client.toSorted())
})

describe('each event has a test', () => {
  const rows = [...clientEvents, ...serverEvents, ...translationClientEvents, ...translationServerEvents]

  test.for(rows)('$event', ({ proof: [file, title] }) => {
    expect(fileOfTest(file, title), `no test '${title}' in test/${file}…`).toBeDefined()
  })
})

test('README.md shows this table: UPDATE_README=1 rewrites it', () => {
  const readme = readProjectFile('README.md')
  const right = withEventTable(readme)
  if (process.env.UPDATE_README) writeFileSync(join(projectRoot, 'README.md'), right)
  else expect(readme).toBe(right)
})
