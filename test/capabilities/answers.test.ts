// Rows of the capability table about what an answer carries: sound and its pieces, transcripts, calls and their results.

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createLocalConnection, expect, type ResponseConfigOptions, test } from 'vitest-realtime'
import { encodeWav } from 'vitest-realtime/audio'
import { callOutput, respond, says, update } from '../conformance/support/client-events.ts'
import type { WireEvent } from '../conformance/support/wire-client.ts'
import { ask, audioResponse } from './support/socket-talk.ts'
import { temporaryFolder, tone } from './support/sounds.ts'
import { deltasOf, outputOf, startWire } from './support/wire.ts'

const inAudio = respond({ output_modalities: ['audio'] })
const tool = (name: string): object => ({
  type: 'function',
  name,
  description: `Does ${name}.`,
  parameters: { type: 'object', properties: { city: { type: 'string' } } },
})
const kindsOf = (events: readonly WireEvent[]): string[] => outputOf(events).map(({ type, name }) => name ?? type)
const soundOf = (events: readonly WireEvent[]): Buffer =>
  Buffer.concat(deltasOf(events, 'output_audio').map((delta) => Buffer.from(delta, 'base64')))
