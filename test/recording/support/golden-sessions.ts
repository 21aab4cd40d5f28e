// Sessions as they were seen on the live service, held with the simulator in our own words. Each is an app on a real client: it
// makes the recording, and it is what the recording answers in the tests. `node test/recording/support/make-golden.ts` writes them.

import type { SessionUpdateEvent } from 'openai/resources/realtime/realtime'
import type { Caller, LocalRealtime, RealtimeOptions } from '../../../src/api.ts'
import { GoldenClient, userMessage } from './golden-client.ts'

export interface GoldenSession {
  readonly options?: RealtimeOptions
  /** Scripts the simulator. */
  script?(realtime: LocalRealtime): void
  /** The app and its user. */
  app(world: { realtime: LocalRealtime; caller: Caller }): Promise<void>
}

const text: SessionUpdateEvent['session'] = { type: 'realtime', instructions: 'Be brief.', output_modalities: ['text'] }
const phoneAudio = { format: { type: 'audio/pcmu' } } as const
const spoken: SessionUpdateEvent['session'] = {
  type: 'realtime',
  instructions: 'You answer the phone of a ferry line.',
  audio: { input: { ...phoneAudio, turn_detection: { type: 'server_vad' } }, output: phoneAudio },
}
const lookUp = {
  type: 'function',
  name: 'next_ferry',
  description: 'Says when the next ferry leaves.',
  parameters: { type: 'object', properties: { to: { type: 'string' } }, required: ['to'] },
} as const
const output = (call_id: string) =>
  ({ type: 'conversation.item.create', item: { type: 'function_call_output', call_id, output: '{"at":"9:40"}' } }) as const

const say = (realtime: LocalRealtime, reply: string): void => void realtime.respond('any', reply)

export const goldenSessions: Readonly<Record<string, GoldenSession>> = {
  'text-turns': {
    script: (realtime) => say(realtime, 'The next ferry leaves at noon.'),
    async app() {
      const client = new GoldenClient()
      await client.configure(text)
      await client.ask('When does the next ferry leave?')
      await client.next('rate_limits.updated')
      await client.ask('And the one after it?')
      await client.next('rate_limits.updated')
      client.close()
    },
  },
  'audio-turn': {
    script: (realtime) => say(realtime, 'At noon.'),
    async app({ realtime, caller }) {
      const client = new GoldenClient()
      await client.configure(spoken)
      caller.attach(client.client)
      await caller.says('When is the next ferry?')
      await client.next('rate_limits.updated')
      await realtime.settled()
      client.close()
    },
  },
  transcription: {
    async app({ realtime, caller }) {
      const client = new GoldenClient({ intent: 'transcription' } as never)
      await client.configure({
        type: 'transcription',
        audio: {
          input: { ...phoneAudio, transcription: { model: 'gpt-4o-transcribe' }, turn_detection: { type: 'server_vad' } },
        },
      })
      caller.attach(client.client)
      await caller.says('Two tickets, please.')
      await client.next('conversation.item.input_audio_transcription.completed')
      await realtime.settled()
      client.close()
    },
  },
  'wrong-rate': {
    async app({ realtime, caller }) {
      const client = new GoldenClient()
      await client.next('session.created')
      const transcription = { model: 'gpt-4o-transcribe' } as const
      const input = { format: { type: 'audio/pcm', rate: 16_000 as 24_000 }, transcription } as const
      client.send({ type: 'session.update', session: { type: 'realtime', audio: { input } } })
      await client.next('error')
      client.send({
        type: 'session.update',
        session: { type: 'realtime', audio: { input: { turn_detection: { type: 'server_vad', create_response: false } } } },
      })
      await client.next('session.updated')
      caller.attach(client.client)
      await caller.says('Hello?')
      await client.next('conversation.item.done')
      await realtime.settled()
      client.close()
    },
  },
  'errors-in-a-row': {
    script: (realtime) => say(realtime, 'Yes.'),
    async app() {
      const client = new GoldenClient()
      await client.configure(text)
      client.sendText('{"type":"nonsense"}')
      await client.next('error')
      client.sendText('{"type":"response.create","response":{"colour":"red"},"event_id":"mine_1"}')
      await client.next('error')
      client.sendText('this is no JSON')
      await client.next('error')
      client.sendText('[]')
      await client.next('error')
      await client.ask('Do you hear me?')
      client.close()
    },
  },
  refused: {
    options: { keys: ['sk-golden'] },
    async app() {
      await new GoldenClient({ model: 'gpt-realtime' }, 'sk-wrong-key-of-nobody').closed
      await new GoldenClient({ model: 'gpt-nowhere' }).closed
    },
  },
  idle: {
    async app({ realtime }) {
      const client = new GoldenClient()
      await client.next('session.created')
      await realtime.clock.advance(72_000)
      client.send({ type: 'session.update', session: text })
      await client.next('session.updated')
      client.close()
    },
  },
  'function-round-trip': {
    script(realtime) {
      realtime.respond('ferry', {
        when: 'ferry',
        call: { name: 'next_ferry', arguments: { to: 'Hove' } },
        then: 'At twenty to ten.',
      })
    },
    async app() {
      const client = new GoldenClient()
      await client.configure({ ...text, tools: [lookUp] } as typeof text)
      const { response } = await client.ask('When is the ferry to Hove?')
      const [call] = response.output ?? []
      if (call?.type !== 'function_call') throw new Error('the model called no function')
      client.send(output(call.call_id ?? ''), { type: 'response.create' })
      await client.next('response.done')
      client.close()
    },
  },
  cancel: {
    script: (realtime) => say(realtime, 'There are many ferries today, and I shall name them all one after the other.'),
    async app({ realtime }) {
      const client = new GoldenClient()
      await client.configure(text)
      client.send(userMessage('Which ferries are there?'), { type: 'response.create' })
      await client.next('response.output_text.delta')
      client.send({ type: 'response.cancel' })
      await client.next('response.done')
      client.send({ type: 'response.cancel' })
      await client.next('error')
      await realtime.settled()
      client.close()
    },
  },
  'barge-in': {
    script: (realtime) => say(realtime, 'The ferry leaves at noon, at three, and at six in the evening.'),
    async app({ realtime, caller }) {
      const client = new GoldenClient()
      await client.configure(spoken)
      caller.attach(client.client)
      await caller.says('When is the ferry?')
      const { item_id } = await client.next('response.output_audio.delta')
      await caller.interrupts('Stop.', { afterMs: 400 })
      client.send({ type: 'conversation.item.truncate', item_id, content_index: 0, audio_end_ms: 60_000 })
      await client.next('error')
      client.send({ type: 'conversation.item.truncate', item_id, content_index: 0, audio_end_ms: 400 })
      await client.next('conversation.item.truncated')
      await realtime.settled()
      client.close()
    },
  },
  'conversation-items': {
    async app() {
      const client = new GoldenClient()
      await client.configure(text)
      for (const id of ['item_a', 'item_b', 'item_c']) {
        client.send(userMessage(`This is ${id}.`, { id }))
        await client.next('conversation.item.done')
      }
      client.send({ type: 'conversation.item.delete', item_id: 'item_b' })
      await client.next('conversation.item.deleted')
      client.send(userMessage('Between.', { previous_item_id: 'item_a' }))
      await client.next('conversation.item.done')
      for (const type of ['conversation.item.delete', 'conversation.item.retrieve'] as const) {
        client.send({ type, item_id: 'item_b' })
        await client.next('error')
      }
      client.send(userMessage('First.', { previous_item_id: 'root' }))
      await client.next('conversation.item.done')
      client.close()
    },
  },
  'duplicate-id': {
    async app() {
      const client = new GoldenClient()
      await client.configure(text)
      client.send(userMessage('Once.', { id: 'item_twice' }))
      await client.next('conversation.item.done')
      client.send(userMessage('Twice.', { id: 'item_twice' }))
      await client.next('error')
      client.close()
    },
  },
  'beta-turn': {
    options: { profile: 'beta' },
    script: (realtime) => say(realtime, 'At noon.'),
    async app() {
      const client = new GoldenClient({ model: 'gpt-4o-realtime-preview' })
      await client.next('session.created')
      client.send({ type: 'session.update', session: { modalities: ['text'], instructions: 'Be brief.' } as never })
      await client.next('session.updated')
      await client.ask('When is the next ferry?')
      client.close()
    },
  },
  'out-of-band': {
    script(realtime) {
      realtime.respond('mood', { when: { outOfBand: true }, text: 'calm' })
    },
    async app() {
      const client = new GoldenClient()
      await client.configure(text)
      const metadata = { topic: 'mood' }
      client.send(userMessage('I wait for the ferry.'), { type: 'response.create', response: { conversation: 'none', metadata } })
      await client.next('response.done')
      client.close()
    },
  },
  expiry: {
    async app({ realtime }) {
      const client = new GoldenClient()
      await client.configure(text)
      await realtime.clock.advance(3_600_000)
      await client.closed
    },
  },
  'rate-limit': {
    script(realtime) {
      say(realtime, 'Yes.')
      realtime.fail({ response: 'rate_limit_exceeded' })
    },
    async app({ realtime }) {
      const client = new GoldenClient()
      await client.configure(text)
      await client.ask('Is anybody there?')
      await realtime.settled()
      client.close()
    },
  },
}
