// Where the sound on the phone comes from: the payload itself, sound that went through a transcoder, and sound that is not the model's.

import { expect, test } from 'vitest'
import { encodeBase64 } from '../../audio/base64.ts'
import { encodeWireAudio } from '../../audio/formats.ts'
import { encodeMulaw } from '../../audio/g711.ts'
import { noise } from '../../audio/noise.ts'
import { resamplePcm } from '../../audio/resample.ts'
import { speech } from '../../audio/speech.ts'
import type { WireAudioFormat } from '../../audio/types.ts'
import { SentItem, type SentSound } from '../../src/telephony/sent-sound.ts'
import { SoundSource } from '../../src/telephony/sound-source.ts'

const mulaw = { encoding: 'mulaw', rateHz: 8000 } as const

async function sent(format: WireAudioFormat, sentences: Record<string, string>, sessionId = 's') {
  const rateHz = format.type === 'audio/pcm' ? format.rate : 8000
  const items = await Promise.all(
    Object.entries(sentences).map(async ([id, text]) => {
      const item = new SentItem(id, sessionId, format)
      const { samples } = await speech(text, { rateHz, leadMs: 0, trailMs: 0 })
      item.add(encodeBase64(encodeWireAudio(samples, format)))
      return item
    }),
  )
  return { items, source: new SoundSource({ items } as unknown as SentSound, () => undefined) }
}

const pcmu = { type: 'audio/pcmu' } as const

test('the payload handed on is found to the byte, however it is cut', async () => {
  const { items, source } = await sent(pcmu, { a: 'Welcome to the clinic.', b: 'Which day suits you?' })
  const all = Uint8Array.from([...items[0]!.bytes, ...items[1]!.bytes])
  const cut = 2001
  const first = source.find(all.subarray(0, cut), mulaw)
  expect(first).toEqual([{ from: 0, to: cut, itemId: 'a', itemOffsetMs: 0 }])
  const length = items[0]!.bytes.length
  expect(source.find(all.subarray(cut), mulaw)).toEqual([
    { from: 0, to: length - cut, itemId: 'a', itemOffsetMs: cut / 8 },
    { from: length - cut, to: all.length - cut, itemId: 'b', itemOffsetMs: 0 },
  ])
})

test('what the app left out is skipped', async () => {
  const { items, source } = await sent(pcmu, { a: 'Welcome to the clinic.', b: 'Which day suits you?' })
  source.find(items[0]!.bytes.subarray(0, 800), mulaw)
  const [piece] = source.find(items[1]!.bytes.subarray(0, 1600), mulaw)
  expect(piece).toMatchObject({ itemId: 'b', itemOffsetMs: 0 })
  const [later] = source.find(items[0]!.bytes.subarray(4000, 6000), mulaw)
  expect(later).toMatchObject({ itemId: 'a', itemOffsetMs: 500 })
})

test('a transcoded answer is found by length and loudness, in small pieces too', async () => {
  const { items, source } = await sent(
    { type: 'audio/pcm', rate: 24_000 },
    { a: 'Welcome to the clinic.', b: 'Which day suits you?' },
  )
  const heard = await Promise.all(
    ['Welcome to the clinic.', 'Which day suits you?'].map(async (text) =>
      encodeMulaw(resamplePcm(await speech(text, { leadMs: 0, trailMs: 0 }), 8000).samples),
    ),
  )
  const whole = source.find(heard[0]!, mulaw)
  expect(whole).toMatchObject([{ itemId: 'a', itemOffsetMs: 0, to: heard[0]!.length }])
  let at = 0
  const places: number[] = []
  for (; at + 160 <= heard[1]!.length; at += 160) {
    const [piece] = source.find(heard[1]!.subarray(at, at + 160), mulaw)
    expect(piece?.itemId).toBe('b')
    places.push(piece!.itemOffsetMs)
  }
  expect(places.slice(0, 3)).toEqual([0, 20, 40])
  expect(items[1]!.durationMs - places.at(-1)!).toBeLessThan(60)
})

test('a recorded greeting is not the model’s, whatever the model has said meanwhile', async () => {
  const { source } = await sent({ type: 'audio/pcm', rate: 24_000 }, { a: 'Welcome to the clinic.' })
  const greeting = encodeMulaw(
    (await speech('Please hold the line, you are number four', { rateHz: 8000, voice: 'rms' })).samples,
  )
  expect(source.find(greeting, mulaw)).toMatchObject([{ itemId: undefined }])
  const hiss = encodeMulaw(noise(400, { rateHz: 8000, levelDbfs: -20 }).samples)
  expect(source.find(hiss, mulaw)).toMatchObject([{ itemId: undefined }])
})

test('silence between answers uses nothing of them up', async () => {
  const { source, items } = await sent({ type: 'audio/pcm', rate: 24_000 }, { a: 'Welcome to the clinic.' })
  expect(source.find(new Uint8Array(800).fill(0xff), mulaw)).toMatchObject([{ itemId: undefined }])
  const heard = encodeMulaw(resamplePcm(await speech('Welcome to the clinic.', { leadMs: 0, trailMs: 0 }), 8000).samples)
  expect(source.find(heard, mulaw)[0]).toMatchObject({ itemId: 'a', itemOffsetMs: 0 })
  expect(items).toHaveLength(1)
})

test('after a clear the rest of an answer is not expected any more', async () => {
  const format = { type: 'audio/pcm', rate: 24_000 } as const
  const { source, items } = await sent(format, { a: 'Welcome to the clinic.' })
  const say = async (text: string) => encodeMulaw(resamplePcm(await speech(text, { leadMs: 0, trailMs: 0 }), 8000).samples)
  source.find((await say('Welcome to the clinic.')).subarray(0, 4000), mulaw)
  source.cleared()
  const next = new SentItem('b', 's', format)
  next.add(encodeBase64(encodeWireAudio((await speech('Which day suits you?', { leadMs: 0, trailMs: 0 })).samples, format)))
  items.push(next)
  expect(source.find(await say('Which day suits you?'), mulaw)[0]).toMatchObject({ itemId: 'b', itemOffsetMs: 0 })
})

test('bytes of the model that are sent in its own format, as if they were the phone’s, are noticed', async () => {
  const { items, source } = await sent({ type: 'audio/pcm', rate: 24_000 }, { a: 'Welcome to the clinic.' })
  const raw = items[0]!.bytes.slice(4800, 9600)
  expect(source.find(raw, mulaw)).toMatchObject([{ itemId: undefined }])
  expect(source.mistaken(raw, mulaw)).toBe('audio/pcm')
  expect(source.mistaken(encodeMulaw((await speech('Hello', { rateHz: 8000 })).samples).subarray(1600), mulaw)).toBeUndefined()
})

test('more sound than was sent is none of the item: PCM that is played as mu-law', async () => {
  const { items, source } = await sent({ type: 'audio/pcm', rate: 24_000 }, { a: 'Welcome to the clinic.' })
  const [item] = items
  const first = new SentItem('a', 's', item!.format)
  const bytes = item!.bytes.slice(0, 3840)
  first.add(encodeBase64(bytes))
  items.splice(0, 1, first)
  expect(first.durationMs).toBe(80)
  expect(source.find(bytes, mulaw)).toEqual([{ from: 0, to: 3840, itemId: undefined, itemOffsetMs: 0 }])
})
