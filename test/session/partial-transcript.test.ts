// What an engine has heard so far, while it works: sent as deltas, and what the transcript in the end makes of them.

import { expect, test } from 'vitest'
import type { LatencyProfile } from '../../src/session/latency.ts'
import { pcm, SessionDriver, typesOf } from './session-driver.ts'

interface Heard {
  readonly session: SessionDriver
  readonly itemId: string
}

function heard(model: string, { latency = 'instant' }: { latency?: 'openai' | 'instant' | Partial<LatencyProfile> } = {}): Heard {
  const session = new SessionDriver({ latency })
  const input = { turn_detection: null, transcription: { model, language: 'en' } }
  session.client({ type: 'session.update', session: { type: 'realtime', audio: { input } } })
  session.append(pcm(1630, 5))
  session.client({ type: 'input_audio_buffer.commit' })
  return { session, itemId: session.last('input_audio_buffer.committed').item_id }
}

const completed = 'conversation.item.input_audio_transcription.completed'
const delta = 'conversation.item.input_audio_transcription.delta'

const partial = ({ session, itemId }: Heard, text: string) => session.input({ type: 'partial-transcript', itemId, text })
const deltasOf = (events: readonly { type: string }[]) =>
  events.flatMap((event) => (event.type === delta ? [(event as { delta?: string }).delta] : []))

test('go out while the engine works, each with what is new; the rest comes with the end', () => {
  const turn = heard('gpt-4o-transcribe')
  expect(deltasOf(partial(turn, 'Good'))).toEqual(['Good'])
  expect(deltasOf(partial(turn, 'Good morning'))).toEqual([' morning'])
  expect(partial(turn, 'Good morning')).toEqual([])
  const rest = turn.session.input({
    type: 'transcript',
    itemId: turn.itemId,
    result: { type: 'completed', text: 'Good morning all.' },
  })
  expect(deltasOf(rest).join('')).toBe(' all.')
  expect(turn.session.last(completed)).toMatchObject({ transcript: 'Good morning all.' })
})

test('of another text than the one that stands in the end are not continued: the completed transcript tells', () => {
  const turn = heard('gpt-4o-transcribe')
  partial(turn, 'Good mourning')
  const rest = turn.session.input({
    type: 'transcript',
    itemId: turn.itemId,
    result: { type: 'completed', text: 'Good morning.' },
  })
  expect(typesOf(rest)).toEqual([completed])
  expect(turn.session.last(completed)).toMatchObject({ transcript: 'Good morning.' })
})

test('are not sent sooner than the first delta of the latency', () => {
  const turn = heard('gpt-4o-transcribe', { latency: 'openai' })
  turn.session.advance(300)
  expect(partial(turn, 'Good')).toEqual([])
  expect(partial(turn, 'Good morning')).toEqual([])
  expect(deltasOf(turn.session.advance(890))).toEqual(['Good morning'])
  expect(deltasOf(partial(turn, 'Good morning all'))).toEqual([' all'])
})

test('of an item that the client deleted, or that nobody asked about, are dropped', () => {
  const turn = heard('gpt-4o-transcribe')
  turn.session.client({ type: 'conversation.item.delete', item_id: turn.itemId })
  expect(partial(turn, 'Good')).toEqual([])
  expect(partial({ ...turn, itemId: 'item_other' }, 'Good')).toEqual([])
})
