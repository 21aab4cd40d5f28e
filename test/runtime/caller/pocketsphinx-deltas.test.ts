// The wire's rule with a real recognizer, which revises what it has heard: the deltas of a transcript, joined, are the transcript.

import { existsSync } from 'node:fs'
import { describe } from 'vitest'
import { test as base, expect, type Pcm, speech } from 'vitest-realtime'
import { concatPcm, pcm } from 'vitest-realtime/audio'
import { startClient } from './support/apps.ts'

const isInstalled = existsSync('/usr/share/pocketsphinx/model/en-us/cmudict-en-us.dict')
const delta = 'conversation.item.input_audio_transcription.delta'
const completed = 'conversation.item.input_audio_transcription.completed'

/** Of the first, a decoder that hears it piece by piece says "until ten", and "until then" in the end. */
const turns = [
  ['We are open until ten tonight.', 'Could you repeat that please?'],
  ['My order number is four five six.', 'Turn off the lights in the living room.'],
  ['Set an alarm for seven in the morning.', 'What is the weather in Paris today?'],
]

/** A little slower than it was said: the kit does not know it again. */
const unknown = (audio: Pcm): Pcm => pcm(audio.samples, 24_000)

describe.skipIf(!isInstalled)('PocketSphinx, where Debian has it', { timeout: 300_000 }, () => {
  const test = base.override('realtimeOptions', { latency: 'instant', fallback: 'Fine.', transcription: 'pocketsphinx' })

  test('deltas that are sent while it works stand in the end', async ({ realtime }) => {
    const app = await startClient({ input: { turn_detection: null, transcription: { model: 'gpt-4o-transcribe' } } })
    for (const sentences of turns) {
      const spoken = await Promise.all(sentences.map((text) => speech(text, { rateHz: 26_000 })))
      const sound = unknown(concatPcm(...spoken))
      app.send({ type: 'input_audio_buffer.append', audio: sound.base64 })
      app.send({ type: 'input_audio_buffer.commit' })
      await realtime.settled()
    }
    const transcripts = realtime.emitted(completed)
    expect(transcripts).toHaveLength(turns.length)
    for (const { item_id: itemId, transcript } of transcripts) {
      const deltas = realtime.emitted(delta).flatMap((event) => (event.item_id === itemId ? [event.delta ?? ''] : []))
      expect(deltas[0]!.split(' ').length, 'the first sentence comes as one').toBeGreaterThan(3)
      expect(deltas.join('')).toBe(transcript)
    }
  })
})
