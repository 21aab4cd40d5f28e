// A recorded conversation of ten minutes, replayed in virtual time: spoken turns in messages of 100 ms, spoken answers, a real client.

import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLocalRealtime } from 'vitest-realtime'
import { WebSocket } from 'ws'
import type { Pcm } from '../../audio/types.ts'
import type { LocalRealtime } from '../../src/api.ts'
import type { RealtimeInstance } from '../../src/doors/realtime-instance.ts'
import { recordingOf } from '../../src/recording/recording-of.ts'
import { writeRecordingSync } from '../../src/recording/write-recording.ts'
import type { Benchmark } from './benchmark.ts'
import { median } from './stats.ts'

const minutes = 10
const goalMs = 1000
/** As browsers send: 100 ms in a message. */
const framesTogether = 5
const sentences = ['I would like to book a table for tonight.', 'For two people, please.', 'By the window if you have one.']
const answer = 'Of course, I have written that down for you. Is there anything else that I can do?'

export const replay: Benchmark = {
  name: 'replay',
  async run(size) {
    const lengthMs = size(minutes, 1) * 60_000
    const folder = mkdtempSync(join(tmpdir(), 'rtk-bench-'))
    try {
      const entries = await record(lengthMs, join(folder, 'talk'))
      const samples: number[] = []
      for (let run = 0; run < size(5, 1); run++) {
        const start = performance.now()
        await replayed(join(folder, 'talk'))
        samples.push(performance.now() - start)
      }
      const tookMs = median(samples)
      return [
        {
          what: `replay of ${Math.round(lengthMs / 60_000)} minutes of speech, ${entries} entries`,
          goal: `< ${goalMs} ms`,
          measured: `${tookMs.toFixed(0)} ms`,
          ok: tookMs < goalMs,
        },
      ]
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  },
}

async function replayed(path: string): Promise<void> {
  await using realtime = createLocalRealtime() as RealtimeInstance
  const { turns } = await realtime.replay(path)
  await talk(
    realtime,
    turns.flatMap(({ audio }) => audio ?? []),
  )
  const problem = realtime.internals.verdict.problems[0] ?? realtime.internals.replaying?.problem()
  if (problem) throw problem
}

/** Holds the conversation with the simulator and writes it down; gives the number of its entries. */
async function record(lengthMs: number, path: string): Promise<number> {
  await using realtime = createLocalRealtime() as RealtimeInstance
  realtime.respond('answer', { text: answer })
  await talk(realtime, sentences, () => realtime.clock.now() < lengthMs)
  const recording = recordingOf(realtime.internals.timeline.entries, { name: 'talk', source: 'simulation' })
  writeRecordingSync(path, recording)
  return recording.entries.length
}

async function talk(realtime: LocalRealtime, says: readonly (string | Pcm)[], goesOn?: () => boolean): Promise<void> {
  const { url } = realtime
  await realtime.run(async () => {
    const socket = new WebSocket(`${url}?model=gpt-realtime`, { headers: { authorization: 'Bearer sk-bench' } })
    const { caller } = (realtime as RealtimeInstance).internals
    const frames: Uint8Array[] = []
    caller.attach({
      microphone({ samples }) {
        frames.push(new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength))
        if (frames.length < framesTogether) return
        const audio = Buffer.concat(frames.splice(0)).toString('base64')
        socket.send(JSON.stringify({ type: 'input_audio_buffer.append', audio }))
      },
      speaker: (speaker) => {
        socket.on('message', (data: Buffer) => {
          const event = JSON.parse(data.toString())
          if (event.type === 'response.output_audio.delta') speaker.play(samplesOf(event.delta), event.item_id)
        })
      },
    })
    await Promise.all([realtime.waitForSession(), once(socket, 'open')])
    for (let turn = 0; goesOn ? goesOn() : turn < says.length; turn++) {
      await caller.says(says[turn % says.length]!)
      await realtime.settled()
    }
    socket.close()
  })
}

function samplesOf(base64: string): Int16Array {
  const bytes = Buffer.from(base64, 'base64')
  return new Int16Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength))
}
