// What others say in a random session: the pretend model, in pieces of any order and number; the recognizer; MCP servers.

import type { McpResult, ReplyPiece, TranscriptResult } from '../../src/session/inputs.ts'
import { spoken } from '../session/session-driver.ts'
import type { Chance } from './chance.ts'

const words = 'Some words of an answer, said slowly, that go on for a while. '

/** None, one or several: text, speech, calls, pauses. */
export function randomPieces(chance: Chance): ReplyPiece[] {
  return Array.from({ length: chance.below(4) }, () => randomPiece(chance))
}

function randomPiece(chance: Chance): ReplyPiece {
  const text = words.slice(0, chance.below(words.length))
  return chance.pick<ReplyPiece>([
    { type: 'text', text },
    { type: 'text', text, audio: spoken(chance.below(2500)) },
    { type: 'text', text, audio: spoken(chance.below(200)) },
    { type: 'call', name: 'tool', arguments: chance.pick(['{"a":1,"b":"two"}', '{}', '']) },
    { type: 'call', name: 'forecast', arguments: '{"city":"Rome"}', ...chance.maybe({ server: 'weather' }) },
    { type: 'call', name: 'forecast', arguments: '{}', server: 'weather' },
    { type: 'close' },
    { type: 'pause', ms: chance.below(500) },
  ])
}

export function randomEnd(chance: Chance): ReplyPiece {
  return chance.pick<ReplyPiece>([
    { type: 'end', finish: 'completed' },
    { type: 'end', finish: 'completed' },
    { type: 'end', finish: 'completed' },
    { type: 'end', finish: 'content_filter' },
    { type: 'end', finish: 'max_output_tokens' },
    { type: 'fail', error: { type: 'server_error', code: 'server_error', message: 'm' } },
  ])
}

/** What the caller says, always: a streaming model and the transcript agree. */
export const heardPieces = ['what ', 'was ', 'said']

export function randomTranscript(chance: Chance): TranscriptResult {
  if (chance.is(0.2)) return { type: 'failed', code: 'audio_unintelligible', message: 'm' }
  const segments = [
    { speaker: 'A', text: 'what was' },
    { speaker: 'B', text: 'said', ...chance.maybe({ startMs: 100, endMs: 150 }) },
  ]
  const more = { ...chance.maybe({ deltas: heardPieces }), ...chance.maybe({ segments }), ...chance.maybe({ languages: ['en'] }) }
  return { type: 'completed', text: heardPieces.join(''), ...more }
}

export function randomMcpResult(chance: Chance): McpResult {
  return chance.pick<McpResult>([
    { type: 'completed', output: 'Sunny' },
    { type: 'completed', output: '' },
    { type: 'failed', error: { type: 'tool_execution_error', message: 'no wind' } },
  ])
}
