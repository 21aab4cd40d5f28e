// Calls of a served process: clients in any language open them by REST, and attach over the network.

import OpenAI from 'openai'
import { describe, expect, test } from 'vitest'
import { respond, says } from './support/client-events.ts'
import { offer } from './support/sdp-offer.ts'
import { useServed } from './support/services.ts'

describe('a WebRTC call', () => {
  const served = useServed()
  const client = () => new OpenAI({ apiKey: 'sk-test', baseURL: served.url.replace(/^ws(.*)\/realtime$/, 'http$1') })

  async function open(): Promise<string> {
    const session: OpenAI.Realtime.RealtimeSessionCreateRequest = { type: 'realtime', output_modalities: ['text'] }
    const response = await client().realtime.calls.create({ sdp: offer, session })
    return response.headers.get('location')?.split('/').at(-1) ?? ''
  }

  test('is shared by its sockets until it is hung up', async () => {
    const id = await open()
    const first = await served.open({ query: `?call_id=${id}` })
    const second = await served.open({ query: `?call_id=${id}` })
    first.send(says('hello'), respond())
    const done = await second.until('response.done')
    expect(done.response.status).toBe('completed')
    await first.until('rate_limits.updated')
    expect(second.types().slice(1)).toEqual(first.types().slice(1))
    expect(second.events[0]?.session.id).toBe(first.events[0]?.session.id)
    await client().realtime.calls.hangup(id)
    expect(await Promise.all([first.closed, second.closed])).toEqual([
      { code: 1000, reason: '' },
      { code: 1000, reason: '' },
    ])
  })

  test('outlives a socket that vanishes', async () => {
    const id = await open()
    const first = await served.open({ query: `?call_id=${id}` })
    first.socket.terminate()
    await first.closed
    const second = await served.open({ query: `?call_id=${id}` })
    expect((await second.askOne({ type: 'input_audio_buffer.clear' })).type).toBe('input_audio_buffer.cleared')
  })

  test('that does not exist is HTTP 404, before the upgrade', async () => {
    const socket = served.connect({ query: '?call_id=rtc_none' })
    await expect(socket.until('session.created')).rejects.toThrow('Unexpected server response: 404')
  })
})
