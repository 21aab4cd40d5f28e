// A voice conversation of a minute in virtual time, over a real socket: 20 ms frames, turns found by the VAD, spoken answers.

import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createLocalRealtime } from 'vitest-realtime'
import { WebSocket } from 'ws'
import type { RealtimeOptions, Speaker } from '../../src/api.ts'
import type { RealtimeInstance } from '../../src/doors/realtime-instance.ts'
import type { Benchmark, Row } from './benchmark.ts'
import { median } from './stats.ts'

const lengthMs = 58_000
const sentences = [
  'Hello, I would like to book a table for tonight.',
  'For two people, please, at eight o clock.',
  'By the window if you have one.',
  'Can we bring a small dog with us?',
  'And is there anything without meat on the menu?',
  'That sounds very good, thank you.',
]
const answer = 'Of course, I have written that down for you. Is there anything else that I can do?'

export const virtualMinute: Benchmark = {
  name: 'virtual-minute',
  async run(size) {
    return [await minutes('energy', 150, size(100, 2)), await minutes('silero', 500, size(30, 2))]
  },
}

async function minutes(vad: NonNullable<RealtimeOptions['vad']>, goalMs: number, runs: number): Promise<Row> {
  const samples: number[] = []
  const logs = new Set<string>()
  // The first run synthesizes every sentence.
  logs.add(await conversation(vad))
  for (let run = 0; run < runs; run++) {
    const start = performance.now()
    logs.add(await conversation(vad))
    samples.push(performance.now() - start)
  }
  const wallMs = median(samples)
  const same = logs.size === 1 ? `the same log in ${runs + 1} runs` : `${logs.size} different logs in ${runs + 1} runs`
  return {
    what: `a minute of speech, VAD ${String(vad)}`,
    goal: `<= ${goalMs} ms, the same log`,
    measured: `${wallMs.toFixed(0)} ms, ${same}`,
    ok: wallMs <= goalMs && logs.size === 1,
  }
}

/** Holds one conversation; a hash of its event log. */
async function conversation(vad: NonNullable<RealtimeOptions['vad']>): Promise<string> {
  await using realtime = createLocalRealtime({ vad, epoch: 1_800_000_000_000 }) as RealtimeInstance
  realtime.respond('answer', { text: answer })
  const { url } = realtime
  await realtime.run(async () => {
    const socket = new WebSocket(`${url}?model=gpt-realtime`, { headers: { authorization: 'Bearer sk-bench' } })
    const { caller } = realtime.internals
    const speakers: Speaker[] = []
    caller.attach({
      microphone: ({ samples }) => socket.send(appendMessage(samples)),
      speaker: (speaker) => speakers.push(speaker),
    })
    socket.on('message', (data: Buffer) => {
      const event = JSON.parse(data.toString())
      if (event.type === 'response.output_audio.delta')
        for (const speaker of speakers) speaker.play(samplesOf(event.delta), event.item_id)
      if (event.type === 'input_audio_buffer.speech_started') for (const speaker of speakers) speaker.stop()
    })
    await Promise.all([realtime.waitForSession(), once(socket, 'open')])
    for (let turn = 0; realtime.clock.now() < lengthMs; turn++) {
      await caller.says(sentences[turn % sentences.length] ?? '')
      await realtime.settled()
    }
    socket.close()
  })
  const log = JSON.stringify(realtime.internals.timeline.entries).replaceAll(url, 'ws://service')
  return createHash('sha256').update(log).digest('hex')
}

function appendMessage(samples: Int16Array): string {
  const audio = Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength).toString('base64')
  return JSON.stringify({ type: 'input_audio_buffer.append', audio })
}

function samplesOf(base64: string): Int16Array {
  const bytes = Buffer.from(base64, 'base64')
  return new Int16Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength))
}
