import { stripVTControlCharacters } from 'node:util'
import { describe, expect, test } from 'vitest'
import { colorStyle, hasColors } from '../../src/report/terminal-style.ts'
import { formatTimeline } from '../../src/report/timeline-text.ts'
import { bargeIn, sessionCreated, textTurn, wireError } from '../support/sample-events.ts'
import { World } from '../support/world.ts'

const { entries } = bargeIn(textTurn(new World().connect().service(sessionCreated()))).timeline

describe('colours', () => {
  test('change no letter of the text, and there are none unless asked for', () => {
    const plain = formatTimeline(entries, { marks: [7] })
    const colored = formatTimeline(entries, { marks: [7], style: colorStyle })
    expect(plain).toBe(stripVTControlCharacters(plain))
    expect(colored).not.toBe(plain)
    expect(stripVTControlCharacters(colored)).toBe(plain)
  })
  test('tell app, service, caller, errors and findings apart', () => {
    const world = new World().connect().app({ type: 'response.create' }).service(wireError('x', 'No.'))
    world.note({ type: 'finding', message: 'odd' })
    world.note({ type: 'said', text: 'Hi', startMs: 0, endMs: 1, injected: false }, 'sess_a', 'caller')
    const text = formatTimeline(world.timeline.entries, { style: colorStyle })
    expect(text).toContain(colorStyle.cyan('response.create'))
    expect(text).toContain(colorStyle.red('error'))
    expect(text).toContain(colorStyle.yellow('! odd'))
    expect(text).toContain(colorStyle.magenta('caller says "Hi"  until +1ms'))
    expect(formatTimeline(entries, { style: colorStyle })).toContain(colorStyle.green('response.created'))
  })
  test.for([
    [{}, true, true],
    [{}, false, false],
    [{ TERM: 'dumb' }, true, false],
    [{ FORCE_TTY: 'true' }, false, true],
    [{ FORCE_TTY: '' }, false, false],
    [{ NO_COLOR: '1' }, true, false],
    [{ NO_COLOR: '1', FORCE_COLOR: '1' }, true, false],
    [{ NO_COLOR: '' }, true, true],
    [{ FORCE_COLOR: '1' }, false, true],
    [{ FORCE_COLOR: '' }, false, true],
    [{ FORCE_COLOR: '0' }, true, false],
    [{ CI: 'true' }, false, false],
  ] as const)('env %j on a terminal %j: %j', ([env, isTTY, expected]) => {
    expect(hasColors({ env, isTTY })).toBe(expected)
  })
  test('there are none after --no-color', () => {
    expect(hasColors({ env: {}, isTTY: true, args: ['run', '--no-color'] })).toBe(false)
  })
})

describe('telephone lines', () => {
  const twilio = (event: string, more: object = {}) => ({ event, streamSid: 'MZ1', ...more })
  test('who speaks to whom, what is in a message, and what the caller does', () => {
    const world = new World().note({ type: 'phone', callId: 'CA1', by: 'platform', what: 'POST http://localhost/voice' }, '')
    world.at(20).note({ type: 'phone', callId: 'CA1', by: 'app', what: 'HTTP 200 to POST /voice', message: '<Response/>' }, '')
    world.note({ type: 'phone', callId: 'CA1', by: 'platform', what: 'connected', message: twilio('connected') }, '')
    world
      .at(900)
      .note({ type: 'phone', callId: 'CA1', by: 'app', what: 'mark', message: twilio('mark', { mark: { name: 'hi' } }) }, '')
    world.note({ type: 'phone', callId: 'CA1', by: 'app', what: 'clear', message: twilio('clear') }, '')
    world.at(1500).note({ type: 'phone', callId: 'CA1', by: 'caller', what: 'pressed 1' }, '', 'caller')
    expect(formatTimeline(world.timeline.entries)).toMatchInlineSnapshot(`
      "    #0 +   0ms · phone  platform: POST http://localhost/voice
          #1 +  20ms · phone  app → platform  HTTP 200 to POST /voice
          #2 +  20ms · phone  platform → app  connected
          #3 + 900ms · phone  app → platform  mark  { name: 'hi' }
          #4 + 900ms · phone  app → platform  clear
          #5 +1500ms ~ phone  caller: pressed 1"
    `)
  })
  test('marks are collapsed, each way for itself', () => {
    const world = new World()
    for (const name of ['0', '1', '2']) {
      world.at(20 * Number(name))
      for (const by of ['app', 'platform'] as const) {
        world.note({ type: 'phone', callId: 'CA1', by, what: 'mark', message: twilio('mark', { mark: { name } }) }, '')
      }
    }
    world.note({ type: 'phone', callId: 'CA1', by: 'app', what: 'clear', message: twilio('clear') }, '')
    expect(formatTimeline(world.timeline.entries)).toMatchInlineSnapshot(`
      "    #0 + 0ms · phone  app → platform  mark  { name: '0' }  ×3  (to #4 +40ms)
          #1 + 0ms · phone  platform → app  mark  { name: '0' }  ×3  (to #5 +40ms)
          #6 +40ms · phone  app → platform  clear"
    `)
  })
  test('sound that goes on is one line, with what was heard of it in the end', () => {
    const world = new World()
    for (const heardMs of [0, 20, 40]) {
      world.at(heardMs)
      world.note({ type: 'played', itemId: 'item_a', heardMs, stopped: false }, 'sess_a', 'caller')
    }
    world.note({ type: 'played', itemId: 'item_a', heardMs: 40, stopped: true }, 'sess_a', 'caller')
    expect(formatTimeline(world.timeline.entries)).toMatchInlineSnapshot(`
      "    #0 + 0ms ~ caller heard 40 ms of item_a  ×3  (to #2 +40ms)
          #3 +40ms ~ caller heard 40 ms of item_a, then it was stopped"
    `)
  })
  test('several calls are numbered, with a legend', () => {
    const world = new World()
    for (const callId of ['CA1', 'CA2', 'CA1']) world.note({ type: 'phone', callId, by: 'caller', what: 'hung up' }, '', 'caller')
    expect(formatTimeline(world.timeline.entries)).toMatchInlineSnapshot(`
      "    phone 1 = call CA1
          phone 2 = call CA2
          #0 +0ms ~ phone 1  caller: hung up
          #1 +0ms ~ phone 2  caller: hung up
          #2 +0ms ~ phone 1  caller: hung up"
    `)
  })
})
