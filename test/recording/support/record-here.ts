// Recordings for the tests of replays: made of sessions of this process, written to a folder that goes when the test is over.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLocalRealtime } from 'vitest-realtime'
import type { LocalRealtime, RealtimeOptions } from '../../../src/api.ts'
import type { RealtimeInstance } from '../../../src/doors/realtime-instance.ts'
import type { Recording } from '../../../src/recording/recording.ts'
import { recordingOf } from '../../../src/recording/recording-of.ts'
import { writeRecording } from '../../../src/recording/write-recording.ts'

/** Where this test's recordings lie. */
export interface Shelf extends Disposable {
  path(name: string): string
  /** Runs `app` against a simulated service, and writes down what happened. */
  record(name: string, app: (realtime: LocalRealtime) => Promise<unknown>, options?: RealtimeOptions): Promise<Recording>
}

export function shelf(): Shelf {
  const folder = mkdtempSync(join(tmpdir(), 'rtk-replay-'))
  const path = (name: string): string => join(folder, name)
  return {
    path,
    async record(name, app, options = {}) {
      await using realtime = createLocalRealtime(options) as RealtimeInstance
      await realtime.run(() => app(realtime))
      const { timeline, options: inForce } = realtime.internals
      const profile = inForce.profile ?? 'openai'
      const recording = recordingOf(timeline.entries, { name, source: 'simulation', profile })
      await writeRecording(path(name), recording)
      return recording
    },
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  }
}
