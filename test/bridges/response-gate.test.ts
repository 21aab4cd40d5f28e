// One response at a time, as the gate asks for it.

import { describe, expect, test } from 'vitest'
import type { BridgeEvent } from '../../src/bridges/model-link.ts'
import { ResponseGate } from '../../src/bridges/response-gate.ts'

function gated(): { gate: ResponseGate; sent: BridgeEvent[] } {
  const sent: BridgeEvent[] = []
  return { gate: new ResponseGate((event) => sent.push(event)), sent }
}

describe('a request while a response is active', () => {
  test('is sent once, however often it was made, when that one is done', () => {
    const { gate, sent } = gated()
    gate.request()
    gate.created('r1')
    gate.request()
    gate.request({ instructions: 'b' })
    gate.request()
    expect(sent).toHaveLength(1)
    gate.done()
    expect(sent).toHaveLength(2)
    expect(sent[1]).toMatchObject({ type: 'response.create', response: { instructions: 'b' } })
  })

  test('is sent after one that the service made by itself', () => {
    const { gate, sent } = gated()
    gate.created('r1')
    gate.request()
    expect(sent).toEqual([])
    gate.done()
    expect(sent).toHaveLength(1)
  })
})

describe('an error about the request', () => {
  test('of any kind frees the gate: what waited is sent', () => {
    const { gate, sent } = gated()
    gate.request()
    gate.request({ instructions: 'b' })
    expect(gate.failed(String(sent[0]?.event_id), 'invalid_value')).toBe(true)
    expect(sent[1]).toMatchObject({ response: { instructions: 'b' } })
  })

  test('that says another one is active: it is sent again after that one, as it was', () => {
    const { gate, sent } = gated()
    gate.request({ instructions: 'a' })
    gate.failed(String(sent[0]?.event_id), 'conversation_already_has_active_response')
    expect(sent).toHaveLength(1)
    gate.done()
    expect(sent[1]).toMatchObject({ response: { instructions: 'a' } })
  })

  test('that says so after that one was announced: it is sent again too', () => {
    const { gate, sent } = gated()
    gate.request({ instructions: 'a' })
    gate.created('made by the service')
    expect(gate.failed(String(sent[0]?.event_id), 'conversation_already_has_active_response')).toBe(true)
    expect(gate.activeId).toBe('made by the service')
    gate.done()
    expect(sent[1]).toMatchObject({ response: { instructions: 'a' } })
  })

  test('that comes when it was answered long ago changes nothing', () => {
    const { gate, sent } = gated()
    gate.request()
    gate.created('r1')
    gate.done()
    expect(gate.failed(String(sent[0]?.event_id), 'conversation_already_has_active_response')).toBe(false)
    expect([gate.isBusy, sent.length]).toEqual([false, 1])
  })

  test('of somebody else changes nothing', () => {
    const { gate, sent } = gated()
    gate.request()
    gate.request()
    expect(gate.failed('other', 'invalid_value')).toBe(false)
    expect(sent).toHaveLength(1)
  })
})

describe('while the caller speaks', () => {
  test('nothing is asked for, and afterwards what waited, where the service answers no turns by itself', () => {
    const { gate, sent } = gated()
    gate.hold()
    gate.request()
    expect(sent).toEqual([])
    gate.release({ isAnswered: false })
    expect(sent).toHaveLength(1)
  })

  test('what waits is dropped where the service answers the turn', () => {
    const { gate, sent } = gated()
    gate.created('r1')
    gate.request()
    gate.hold()
    gate.done()
    gate.release({ isAnswered: true })
    expect(sent).toEqual([])
  })
})

test('a new session knows of no response, and is asked for what was asked before', () => {
  const { gate, sent } = gated()
  gate.request({ instructions: 'a' })
  gate.reset()
  gate.release({ isAnswered: false })
  expect(sent).toHaveLength(2)
  expect(sent[1]).toMatchObject({ response: { instructions: 'a' } })
})
