// The conversations of the demo: what the model answers and what the caller does. The demo asserts on them and prints them;
// test/simulation/demo-determinism.test.ts runs them again and again and compares their timelines.

import { type Caller, type LocalRealtime, silence, speech } from 'vitest-realtime'
import { concatPcm, type Pcm } from 'vitest-realtime/audio'
import * as agents from '../src/support-line-agents.ts'
import { callWithMicrophone } from '../src/support-line-microphone.ts'
import * as openai from '../src/support-line-openai.ts'

export interface SupportLine {
  type(text: string): void
  hangUp(): void
}

/** The support line on two SDKs, with the caller at its microphone and loudspeaker. */
export const builds: Readonly<Record<string, (caller: Caller) => Promise<SupportLine>>> = {
  'openai OpenAIRealtimeWS': async (caller) => {
    const line = await openai.startSupportLine()
    caller.attach(line.realtime)
    return line
  },
  '@openai/agents-realtime RealtimeSession': async (caller) => {
    const line = await agents.startSupportLine()
    caller.attach(line.session)
    return line
  },
}

function scriptModel(realtime: LocalRealtime): void {
  realtime.respond('welcome', { when: 'good morning', text: 'Good morning! This is the support line. Which order is it about?' })
  realtime.respond('order', {
    when: /where is my order/i,
    call: { name: 'find_order', arguments: { id: 'A1' } },
    then: ({ result }) =>
      `Your order has ${result.status}. It arrives on ${result.arrives}, between nine in the morning and five.`,
  })
  realtime.respond('other order', {
    when: 'the other one',
    call: { name: 'find_order', arguments: { id: 'B7' } },
    then: ({ result }) => `That one is still ${result.status}. It arrives on ${result.arrives}. Is there anything else?`,
  })
  realtime.respond('goodbye', { when: 'thank you', text: 'You are welcome. Goodbye!' })
}

/** The caller types, asks aloud, and interrupts the answer. Gives the line, still open. */
export async function talkToSupportLine(
  start: (caller: Caller) => Promise<SupportLine>,
  { realtime, caller }: { realtime: LocalRealtime; caller: Caller },
): Promise<SupportLine> {
  scriptModel(realtime)
  const line = await start(caller)
  line.type('Good morning')
  await realtime.nextResponse()
  await caller.hears(/which order/i)
  await caller.says('Where is my order?')
  await caller.interrupts('Okay, thank you very much', { afterMs: 1200 })
  await realtime.settled()
  return line
}

/** When the caller at the app's own microphone begins to speak, in ms, and what is said: three questions, the third in mid-answer. */
const spokenLines: readonly (readonly [atMs: number, text: string])[] = [
  [500, 'Good morning'],
  [7500, 'Where is my order?'],
  [11_500, 'And the other one?'],
  [19_000, 'Okay, thank you very much'],
]

/** A caller who listens and speaks at fixed moments, for some 22 s, into the app's microphone. Gives the line, still open. */
export async function talkIntoMicrophone({ realtime }: { realtime: LocalRealtime }): Promise<SupportLine> {
  scriptModel(realtime)
  const recording = await record(spokenLines)
  const line = await callWithMicrophone(recording.samples)
  await realtime.nextResponse({ name: 'goodbye' })
  return line
}

async function record(lines: typeof spokenLines): Promise<Pcm> {
  let recording = silence(0)
  for (const [atMs, text] of lines) {
    const pause = silence(atMs - recording.durationMs)
    recording = concatPcm(recording, pause, await speech(text, { leadMs: 0, trailMs: 0 }))
  }
  return recording
}
