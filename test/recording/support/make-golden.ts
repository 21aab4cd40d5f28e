// Writes the golden recordings anew, all or those that are named: node test/recording/support/make-golden.ts [name …]. Run a build first.

import { createLocalRealtime } from 'vitest-realtime'
import type { RealtimeInstance } from '../../../src/doors/realtime-instance.ts'
import { recordingOf } from '../../../src/recording/recording-of.ts'
import { writeRecordingSync } from '../../../src/recording/write-recording.ts'
import { goldenSessions } from './golden-sessions.ts'

const epoch = 1_800_000_000_000
const wanted = process.argv.slice(2)

for (const [name, { options = {}, script, app }] of Object.entries(goldenSessions)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue
  await using realtime = createLocalRealtime({ epoch, onWireError: 'ignore', ...options }) as RealtimeInstance
  script?.(realtime)
  await realtime.run(() => app({ realtime, caller: realtime.internals.caller }))
  const profile = options.profile ?? 'openai'
  const recording = recordingOf(realtime.internals.timeline.entries, { name, source: 'simulation', profile })
  writeRecordingSync(new URL(`../golden/${name}`, import.meta.url).pathname, recording)
  console.log(`${name}: ${recording.entries.length} entries`)
}
