// The table of events in README.md: made of event-table.ts, between two comments.

import { clientEvents, type EventRow, serverEvents, translationClientEvents, translationServerEvents } from './event-table.ts'
import { fileOfTest } from './test-titles.ts'

const begin = '<!-- events: made by test/events/events.test.ts, UPDATE_README=1 rewrites it -->'
const end = '<!-- /events -->'

/** The README with the table as it should be. Throws where it has no place for it. */
export function withEventTable(readme: string): string {
  const from = readme.indexOf(begin)
  const to = readme.indexOf(end)
  if (from < 0 || to < from) throw new Error(`README.md has no place for the table: ${begin} … ${end}`)
  return readme.slice(0, from + begin.length) + tables() + readme.slice(to)
}

function tables(): string {
  const blocks = [
    table(`What a client sends (${clientEvents.length})`, clientEvents),
    table(`What the service sends (${serverEvents.length})`, serverEvents),
    table(`Translation sessions: what a client sends (${translationClientEvents.length})`, translationClientEvents),
    table(`Translation sessions: what the service sends (${translationServerEvents.length})`, translationServerEvents),
  ]
  return `\n\n${blocks.join('\n\n')}\n\n`
}

function table(title: string, rows: readonly EventRow[]): string {
  const lines = rows.map(({ event, does, proof: [begin, test] }) => {
    const path = fileOfTest(begin, test) ?? 'nothing'
    return `| \`${event}\` | ${does} | [${path.replace(/^test\/|\.test\.ts$/g, '')}](${path}) |`
  })
  return [`| ${title} | here | proved by |`, '| --- | --- | --- |', ...lines].join('\n')
}
