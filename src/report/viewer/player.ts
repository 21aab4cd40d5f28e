// Plays both sides of the conversation from any moment, each piece when it sounded, and moves the play head along.

import { decodeMulaw } from '../../../audio/g711.ts'
import type { ViewSound, ViewTrack } from '../view-data.ts'
import { bytesOf } from './draw-sound.ts'
import { announcement, group, isPlaying, muted, playheadMs, viewed, visible } from './state.ts'
import { show } from './zoom.ts'

/** A breath before the first sound, so that none is late. */
const leadSeconds = 0.05

let audio: AudioContext | undefined
let sources: AudioBufferSourceNode[] = []
const buffers = new WeakMap<ViewTrack, AudioBuffer>()

/** True when there is anything to hear. */
export function hasSound(): boolean {
  return viewed.data.groups.some(({ input, output }) => input.mulaw !== undefined || output.mulaw !== undefined)
}

export function togglePlay(): void {
  if (isPlaying.value) pause()
  else void play(playheadMs.value ?? viewed.data.startMs)
}

/** Sets the play head; goes on from there if it is playing. */
export function seek(atMs: number): void {
  const at = Math.min(Math.max(viewed.data.startMs, atMs), viewed.data.endMs)
  playheadMs.value = at
  if (isPlaying.value) void play(at)
}

export function pause(): void {
  stopSources()
  isPlaying.value = false
  announcement.value = 'Paused'
}

function stopSources(): void {
  for (const source of sources) source.stop()
  sources = []
}

async function play(fromMs: number): Promise<void> {
  if (!hasSound()) return
  stopSources()
  audio ??= new AudioContext()
  const context = audio
  await context.resume()
  const start = fromMs >= viewed.data.endMs - 1 ? viewed.data.startMs : fromMs
  const beginsAt = context.currentTime + leadSeconds
  for (const [side, track] of tracks()) {
    if (muted.value[side]) continue
    for (const sound of track.sounds) schedule(context, track, sound, side, beginsAt, start)
  }
  isPlaying.value = true
  announcement.value = 'Playing'
  follow(context, sources, beginsAt, start)
}

function tracks(): (readonly ['input' | 'output', ViewTrack])[] {
  // Of timelines that are compared, one is heard: the first, or that of the chosen session.
  const shown = viewed.data.groups.filter(({ source }, number) => (group.value < 0 ? source === 0 : group.value === number))
  return shown.flatMap(({ input, output }) => [['input', input] as const, ['output', output] as const])
}

function schedule(
  context: AudioContext,
  track: ViewTrack,
  sound: ViewSound,
  side: 'input' | 'output',
  beginsAt: number,
  fromMs: number,
): void {
  const { startMs, durationMs, heardMs = durationMs, trackMs } = sound
  const skippedMs = Math.max(0, fromMs - startMs)
  const buffer = skippedMs < heardMs ? bufferOf(track) : undefined
  if (!buffer) return
  const source = new AudioBufferSourceNode(context, { buffer })
  // The two sides stand a little apart, as two people would.
  source.connect(new StereoPannerNode(context, { pan: side === 'input' ? -0.25 : 0.25 })).connect(context.destination)
  source.start(beginsAt + Math.max(0, startMs - fromMs) / 1000, (trackMs + skippedMs) / 1000, (heardMs - skippedMs) / 1000)
  sources.push(source)
}

function bufferOf(track: ViewTrack): AudioBuffer | undefined {
  const known = buffers.get(track)
  if (known || track.mulaw === undefined) return known
  const samples = decodeMulaw(bytesOf(track.mulaw))
  const buffer = new AudioBuffer({ length: Math.max(1, samples.length), sampleRate: track.rateHz })
  buffer.copyToChannel(
    Float32Array.from(samples, (sample) => sample / 32_768),
    0,
  )
  buffers.set(track, buffer)
  return buffer
}

/** Moves the play head frame by frame, and the screen with it, until the end or until another play takes over. */
function follow(context: AudioContext, mine: readonly AudioBufferSourceNode[], beginsAt: number, fromMs: number): void {
  const step = () => {
    if (!isPlaying.value || sources !== mine) return
    const atMs = fromMs + Math.max(0, context.currentTime - beginsAt) * 1000
    if (atMs >= viewed.data.endMs) {
      playheadMs.value = viewed.data.endMs
      return pause()
    }
    playheadMs.value = atMs
    const { startMs, endMs } = visible.value
    if (atMs > endMs || atMs < startMs) show(atMs, atMs + endMs - startMs)
    requestAnimationFrame(step)
  }
  requestAnimationFrame(step)
}
