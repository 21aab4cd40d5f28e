// How the caller sounds: effects on the way to the service, with what is known of the words.

import { expect, type Pcm, silence, speech, test } from 'vitest-realtime'
import {
  babble,
  concatPcm,
  dropouts,
  echo,
  gain,
  noisy,
  pcm,
  peakDbfs,
  reverb,
  telephone,
  withEffects,
} from 'vitest-realtime/audio'
import { startClient } from './support/apps.ts'

const transcription = { model: 'whisper-1' } as const

test('a bad line, a crowd and a room: the words are known all the same', async ({ realtime, caller }) => {
  realtime.respond('booked', { when: 'table for two', text: 'Done.' })
  const voices = await Promise.all(['rms', 'awb', 'kal16'].map((voice) => speech('Where did you put the tickets?', { voice })))
  caller.attach(await startClient({ input: { transcription } }))
  for (const effects of [
    [telephone('pcmu'), dropouts({ rate: 0.05 }), noisy({ snrDb: 20, kind: 'pink' })],
    [babble({ snrDb: 20, voices }), echo()],
    [reverb({ decayMs: 300 })],
  ] as const) {
    await caller.says('A table for two please', { effects })
    expect(await realtime.nextResponse()).toSelectResponse('booked')
    await realtime.settled()
  }
  const transcripts = realtime.emitted('conversation.item.input_audio_transcription.completed')
  expect(transcripts.map(({ transcript }) => transcript)).toEqual(new Array(3).fill('A table for two please'))
})

test('an effect of the test gets the sound at the rate of the line, in its turn, and need not keep what is known', async ({
  realtime,
  caller,
}) => {
  realtime.respond('hello', { when: 'hello', text: 'Hello!' })
  const format = { type: 'audio/pcmu' } as const
  caller.attach(await startClient({ input: { format, transcription } }))
  const seen: [string, number][] = []
  const step = (name: string) => (audio: Pcm) => {
    seen.push([name, audio.rateHz])
    return pcm(audio.samples.slice(), audio.rateHz)
  }
  await caller.says('Hello there', { effects: [step('first'), step('second')] })
  await realtime.settled()
  expect(seen).toEqual([
    ['first', 8000],
    ['second', 8000],
  ])
  expect(realtime).toHaveTranscribed('Hello there')
})

test('equal seeds sound equal, others do not; interruptions have effects too', async ({ realtime, caller }) => {
  realtime.respond('long', { when: 'hello', text: 'We are open until ten in the evening, and on Sundays from noon until four.' })
  realtime.respond('stop', { when: 'wait', text: 'Yes?' })
  const app = await startClient()
  const sent: Pcm[] = []
  caller.attach({
    microphone(frame) {
      sent.push(frame)
      app.send({ type: 'input_audio_buffer.append', audio: frame.base64 })
    },
    speaker: (speaker) =>
      void app.on('response.output_audio.delta', ({ delta, item_id }) =>
        speaker.play(Uint8Array.from(Buffer.from(delta, 'base64')).buffer, item_id),
      ),
  })
  await caller.says('Hello there', { effects: [gain(-30)] })
  expect(peakDbfs(concatPcm(...sent).samples)).toBeLessThan(-30)
  sent.length = 0
  await caller.interrupts('Wait', { afterMs: 600, effects: [gain(-10)], snrDb: 30 })
  expect(peakDbfs(concatPcm(...sent).samples)).toBeLessThan(-10)

  const hello = await speech('Hello there')
  const noise = (seed: number) => withEffects(hello, [noisy({ snrDb: 10 })], { seed }).samples
  expect(noise(3)).toEqual(noise(3))
  expect(noise(3)).not.toEqual(noise(4))
  await realtime.settled()
})

test('what is no effect is refused at the line of the test', async ({ caller }) => {
  const says = (options: object) => () => caller.says('Hello', options)
  expect(says({ effects: gain(-3) })).toThrow(/RTK_OPTION.*`effects` must be an array of effects.*Write \[effect\]/s)
  expect(says({ effects: ['telephone'] })).toThrow(/RTK_OPTION.*`effects` must be an array of effects/)
  expect(says({ effect: [] })).toThrow(/RTK_OPTION.*effects/)
  expect(says({ pitchHz: -1 })).toThrow(/RTK_OPTION.*`pitchHz`/)
  expect(() => withEffects(silence(10), [() => silence(10, { rateHz: 8000 })])).toThrow('gave sound at 8000 Hz')
})
