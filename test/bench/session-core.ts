// How fast the session core is by itself: node test/bench/session-core.ts. Prints rates, asserts nothing.

import { createIds, idEpochUnixSeconds } from '../../src/protocol/ids.ts'
import type { Input } from '../../src/session/inputs.ts'
import { createSession, type SessionState } from '../../src/session/state.ts'
import { step } from '../../src/session/step.ts'

function open(): SessionState {
  const ids = createIds(1, () => idEpochUnixSeconds)
  return step(createSession({ ids, unixSeconds: idEpochUnixSeconds, latency: 'instant' }), { type: 'open' }, 0).state
}

/** Best of five: what the machine can do when nobody else uses it. */
function best(run: () => number): number {
  return Math.max(...Array.from({ length: 5 }, run))
}

function perSecond(count: number, work: () => void): number {
  const startMs = performance.now()
  work()
  return (count * 1000) / (performance.now() - startMs)
}

const textOnly: Input = { type: 'client-event', event: { type: 'response.create', response: { output_modalities: ['text'] } } }

function longResponse(): number {
  const asked = step(open(), textOnly, 0)
  const request = asked.effects.find((effect) => effect.type === 'ask-reply')
  const responseId = request?.type === 'ask-reply' ? request.request.responseId : ''
  const text = ' word'.repeat(100_000)
  const pieces = [
    { type: 'text', text },
    { type: 'end', finish: 'completed' },
  ] as const
  return perSecond(100_000, () => step(asked.state, { type: 'reply', responseId, pieces }, 0))
}

function pacedResponse(): number {
  let state = step(open(), textOnly, 0).state
  const [responseId = ''] = state.responses.keys()
  return perSecond(20_000, () => {
    for (let piece = 0; piece < 20_000; piece++) {
      state = step(state, { type: 'reply', responseId, pieces: [{ type: 'text', text: ' word' }] }, piece).state
    }
  })
}

function appends(turnDetection: boolean): number {
  let state = open()
  if (!turnDetection) {
    const session = { type: 'realtime', audio: { input: { turn_detection: null } } } as const
    state = step(state, { type: 'client-event', event: { type: 'session.update', session } }, 0).state
  }
  const audio = Buffer.alloc(4800, 7).toString('base64')
  const chunks = 20_000
  return perSecond(chunks * 4800, () => {
    for (let chunk = 0; chunk < chunks; chunk++) {
      state = step(state, { type: 'client-event', event: { type: 'input_audio_buffer.append', audio } }, chunk).state
    }
  })
}

function textTurns(): number {
  let state = open()
  const turns = 5000
  const item = { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Hello there' }] } as const
  return perSecond(turns, () => {
    for (let turn = 0; turn < turns; turn++) {
      state = step(
        state,
        { type: 'client-event', event: { type: 'conversation.item.create', item: { ...item, content: [...item.content] } } },
        turn,
      ).state
      state = step(state, textOnly, turn).state
      const responseId = state.activeResponseId ?? ''
      state = step(
        state,
        {
          type: 'reply',
          responseId,
          pieces: [
            { type: 'text', text: 'Hello! How are you?' },
            { type: 'end', finish: 'completed' },
          ],
        },
        turn,
      ).state
    }
  })
}

const count = (value: number): string => Math.round(value).toLocaleString('en')

console.log(`one response of 100,000 deltas   ${count(best(longResponse))} events/s`)
console.log(`a reply in 20,000 pieces         ${count(best(pacedResponse))} pieces/s`)
console.log(`append of 100 ms, no detection   ${count(best(() => appends(false)) / 1e6)} MB/s`)
console.log(`append of 100 ms, server_vad     ${count(best(() => appends(true)) / 1e6)} MB/s without the engine`)
console.log(`text turns in one conversation   ${count(best(textTurns))} turns/s`)
