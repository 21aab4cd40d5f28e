// The page from top to bottom: heading, failure, tools, lanes, and below them the list beside the details.

import { Details } from './details.tsx'
import { EventList } from './event-list.tsx'
import { FailureBanner } from './failure-banner.tsx'
import { Filters } from './filters.tsx'
import { HelpDialog } from './help-dialog.tsx'
import { Lanes } from './lanes.tsx'
import { announcement, viewed } from './state.ts'
import { durationText } from './time-text.ts'
import { Toolbar } from './toolbar.tsx'

export function App() {
  return (
    <>
      <Heading />
      <main>
        <FailureBanner />
        <Toolbar />
        <Lanes />
        <Filters />
        <div class="panes">
          <EventList />
          <Details />
        </div>
      </main>
      <HelpDialog />
      <p class="unseen" role="status" aria-live="polite">
        {announcement}
      </p>
    </>
  )
}

function Heading() {
  const { title, groups, entries, startMs, endMs, unit, leftOut } = viewed.data
  const models = [...new Set(groups.map(({ model }) => model).filter((model) => model !== ''))]
  const facts = [
    ...models,
    `${groups.length} ${groups.length === 1 ? 'session' : 'sessions'}`,
    `${entries.length.toLocaleString('en')} entries`,
    `${durationText(endMs - startMs)}${unit === 'virtual ms' ? ' of virtual time' : ''}`,
  ]
  return (
    <header>
      <h1>{title}</h1>
      <p class="facts">{facts.join(' · ')}</p>
      {leftOut.length > 0 && <p class="left-out">Left out: {leftOut.join('; ')}.</p>}
    </header>
  )
}
