// Damaged frames on a real socket: each gives one error or acts, whatever it is, and the session serves a normal turn afterwards.

import { describe, expect, test } from 'vitest'
import { decode } from '../../src/protocol/decode.ts'
import { cancel, respond, says, update } from '../conformance/support/client-events.ts'
import { useServed } from '../conformance/support/services.ts'
import type { WireClient, WireEvent } from '../conformance/support/wire-client.ts'
import { styleComplaint } from './house-style.ts'
import { mutationsOf } from './mutations.ts'
import { sampleClientEvents } from './sample-client-events.ts'

const served = useServed()

/** The session that was maltreated answers as if nothing had been. */
async function expectNormalTurn(client: WireClient): Promise<void> {
  await client.ask(
    cancel(),
    update({ output_modalities: ['text'], tools: [], tool_choice: 'auto', audio: { input: { turn_detection: null } } }),
  )
  const from = client.events.length
  client.send(says('short'), respond({ metadata: { topic: 'afterwards' }, input: [] }))
  const { response } = await client.until('response.done', (event) => event.response.metadata?.topic === 'afterwards')
  expect(response).toMatchObject({ status: 'completed', output: [{ type: 'message', status: 'completed' }] })
  expect(client.types(from)).not.toContain('error')
}

describe.for(Object.entries(sampleClientEvents))('%s', ([, sample]) => {
  test('damaged at every place', async () => {
    const client = await served.openText()
    const frames = mutationsOf(sample).map(({ event }, index) => ({ ...event, type: sample.type, event_id: `damaged-${index}` }))
    const answers = await client.ask(...frames)
    const errors = Map.groupBy(
      answers.filter(({ type }) => type === 'error'),
      ({ error }: WireEvent): string => error.event_id,
    )
    const complaints = frames.flatMap((frame) => {
      const found = errors.get(frame.event_id) ?? []
      const decoded = decode(JSON.stringify(frame))
      if (found.length > 1) return [`${frame.event_id} has ${found.length} errors`]
      if ('event' in decoded) return []
      const { type, code, message, param } = decoded.fault
      const right = JSON.stringify({ type, code, message, param, event_id: frame.event_id })
      if (JSON.stringify(found[0]?.error) !== right) return [`${JSON.stringify(found[0])} instead of ${right}`]
      return styleComplaint(decoded.fault) ?? []
    })
    expect(complaints).toEqual([])
    // Errors that answer none of the frames: there are none.
    expect([...errors.keys()].filter((id) => !id?.startsWith('damaged-'))).toEqual([])
    await expectNormalTurn(client)
  })
})

describe('frames that are no event', () => {
  const sample = JSON.stringify(sampleClientEvents['conversation.item.create of a user'])
  const texts = [
    '',
    ' ',
    'null',
    '[]',
    '"text"',
    '0',
    '{}',
    '{"type":null}',
    '{"type":{}}',
    '{"type":"__proto__"}',
    '\u0000',
    '\ufeff{}',
    '{"type":"response.cancel",}',
    "{'type':'response.cancel'}",
    '['.repeat(100_000),
    `${'{"type":'.repeat(30_000)}1${'}'.repeat(30_000)}`,
    `{"type":"${'x'.repeat(300_000)}"}`,
    '{"type":"nope","type":"also no"}',
    '{"type":"response.cancel","__proto__":{}}',
    ...Array.from({ length: 60 }, (_, index) => sample.slice(0, 1 + Math.floor((index * (sample.length - 2)) / 60))),
  ]

  test('texts: one error each, in order', async () => {
    const client = await served.openText()
    const answers = await client.ask(...texts)
    const expected = texts.map((text) => {
      const decoded = decode(text)
      return 'fault' in decoded ? [decoded.fault.code, decoded.fault.param] : []
    })
    expect(answers.map(({ error }) => [error.code, error.param])).toEqual(expected)
    await expectNormalTurn(client)
  })

  test('binary frames: one error each', async () => {
    const client = await served.openText()
    const frames = [
      Buffer.alloc(0),
      Buffer.alloc(100_000, 7),
      Buffer.from('{"type":"response.cancel"}'),
      Buffer.from([0xff, 0xfe]),
    ]
    const answers = await client.ask(...frames)
    expect(answers.map(({ error }) => [error.code, error.param])).toEqual(frames.map(() => ['invalid_event', null]))
    await expectNormalTurn(client)
  })

  test('bytes that are no text end their own socket with 1007, and no other', async () => {
    const [client, other] = [await served.openText(), await served.openText()]
    client.socket.send(Buffer.from([0x7b, 0xff, 0xfe, 0x7d]), { binary: false })
    expect((await client.closed).code).toBe(1007)
    await expectNormalTurn(other)
  })

  test('texts with lone surrogates come back as they were', async () => {
    const client = await served.openText()
    const [added] = await client.ask(
      '{"type":"conversation.item.create","item":{"type":"message","role":"user","content":[{"type":"input_text","text":"a\\ud800b"}]}}',
    )
    expect(added!.item.content).toEqual([{ type: 'input_text', text: 'a\ud800b' }])
    await expectNormalTurn(client)
  })
})
