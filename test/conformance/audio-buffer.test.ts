// protocol.md 2.2 to 2.4: the input audio buffer by hand, without turn detection.

import { describe, expect, test } from 'vitest'
import { append, clear, commit, loud, quiet, respond, retrieve, says, updateInput } from './support/client-events.ts'
import { useServed } from './support/services.ts'
import { errorOf, type WireClient } from './support/wire-client.ts'

const served = useServed()

const tooSmall = (has: string): object => ({
  code: 'input_audio_buffer_commit_empty',
  message: `Error committing input audio buffer: buffer too small. Expected at least 100ms of audio, but buffer only has ${has}ms of audio.`,
  param: null,
  event_id: null,
})

const committed = ['input_audio_buffer.committed', 'conversation.item.added', 'conversation.item.done']

async function soundOf(client: WireClient, itemId: string): Promise<Buffer> {
  const { item } = await client.askOne(retrieve(itemId))
  return Buffer.from(item.content[0].audio, 'base64')
}

describe('2.2 append', () => {
  test('has no reply; an empty string is accepted', async () => {
    const client = await served.openText()
    expect(await client.ask(append(quiet(100)), append(Buffer.alloc(0)))).toEqual([])
  })

  test.each(['not base64!', '====', 'AAA', 'AA=A', '\u00e9\u00e9\u00e9\u00e9'])(
    '[U] %j is no base64: invalid_value on audio',
    async (audio) => {
      const client = await served.openText()
      const error = errorOf(await client.askOne({ type: 'input_audio_buffer.append', audio, event_id: 'mine' }))
      expect(error).toMatchObject({ code: 'invalid_value', param: 'audio', event_id: 'mine' })
      expect(errorOf(await client.askOne(commit))).toEqual(tooSmall('0.00'))
    },
  )

  test('[U] an odd byte of pcm16 waits for the next append', async () => {
    const client = await served.openText()
    const sound = Buffer.from(Array.from({ length: 4801 * 2 }, (_, at) => at % 251))
    client.send(append(sound.subarray(0, 4801)), append(sound.subarray(4801)), commit)
    const { item_id } = await client.until('input_audio_buffer.committed')
    await client.settle()
    expect((await soundOf(client, item_id)).equals(sound)).toBe(true)
  })

  test.each([
    ['audio/pcm', 48],
    ['audio/pcmu', 8],
    ['audio/pcma', 8],
  ])('counts in the session input format: %s has %d bytes per ms', async (type, bytesPerMs) => {
    const client = await served.openText()
    await client.askOne(updateInput({ format: { type } }))
    const [error] = await client.ask(append(Buffer.alloc(bytesPerMs * 50)), commit)
    expect(errorOf(error!)).toEqual(tooSmall('50.00'))
    expect((await client.ask(append(Buffer.alloc(bytesPerMs * 50)), commit)).map(({ type: name }) => name)).toEqual(committed)
  })
})

describe('2.3 commit', () => {
  test.each([
    [0, '0.00'],
    [40, '40.00'],
    [99, '99.00'],
  ])('of %d ms is refused, with two decimals', async (ms, has) => {
    const client = await served.openText()
    const answers = await client.ask(append(quiet(ms)), commit)
    expect(answers.map(errorOf)).toEqual([tooSmall(has)])
  })

  test('parts of a ms are told too', async () => {
    const client = await served.openText()
    expect(errorOf(await client.askOne(append(Buffer.alloc(2 * 1000)), commit))).toEqual(tooSmall('41.67'))
  })

  test('of 100 ms: committed, item added, item done; no response', async () => {
    const client = await served.openText()
    const [first, added, done, ...more] = await client.ask(append(loud(100)), commit)
    expect(more).toEqual([])
    const item = {
      id: first!.item_id,
      type: 'message',
      status: 'completed',
      role: 'user',
      content: [{ type: 'input_audio', transcript: null }],
    }
    expect(first).toMatchObject({ type: 'input_audio_buffer.committed', previous_item_id: null })
    expect(added).toMatchObject({ type: 'conversation.item.added', previous_item_id: null, item })
    expect(done).toMatchObject({ type: 'conversation.item.done', previous_item_id: null, item })
  })

  test('twice: the buffer is empty then', async () => {
    const client = await served.openText()
    const answers = await client.ask(append(loud(200)), commit, commit)
    expect(errorOf(answers.at(-1)!)).toEqual(tooSmall('0.00'))
  })

  test('follows the last item of the conversation, an item in progress too', async () => {
    const client = await served.openText()
    const [user] = await client.ask(says('forever'))
    client.send(respond())
    await client.until('response.output_text.delta')
    const assistant = client.all('conversation.item.added').at(-1)!
    expect(assistant.previous_item_id).toBe(user!.item.id)
    const [first] = await client.ask(append(loud(120)), commit)
    expect(first).toMatchObject({ type: 'input_audio_buffer.committed', previous_item_id: assistant.item.id })
  })

  test('keeps exactly what was appended', async () => {
    const client = await served.openText()
    const sound = Buffer.from(Array.from({ length: 48 * 150 }, (_, at) => (at * 7) % 256))
    const [first] = await client.ask(append(sound.subarray(0, 3000)), append(sound.subarray(3000)), commit)
    expect((await soundOf(client, first!.item_id)).equals(sound)).toBe(true)
  })
})

describe('2.4 clear', () => {
  test('is answered by cleared, and the buffer is empty', async () => {
    const client = await served.openText()
    const answers = await client.ask(append(loud(500)), clear, commit)
    expect(answers[0]).toEqual({ type: 'input_audio_buffer.cleared', event_id: expect.any(String) })
    expect(errorOf(answers[1]!)).toEqual(tooSmall('0.00'))
    expect(answers).toHaveLength(2)
  })

  test('of an empty buffer too', async () => {
    const client = await served.openText()
    expect((await client.askOne(clear)).type).toBe('input_audio_buffer.cleared')
  })
})
