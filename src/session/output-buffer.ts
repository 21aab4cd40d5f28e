// The output audio buffer of a call: what the service plays to the caller, and how far it has come. Sound queues behind sound and
// plays at the speed of its clock, however fast it was made. Pure positions in time; events are playout.ts and clear-output.ts.

/** A run of sound of one item without a gap. */
interface Stretch {
  readonly responseId: string
  readonly itemId: string
  readonly startMs: number
  readonly endMs: number
}

/** A response whose sound plays, waits to be played, or may go on. */
interface Sounding {
  readonly responseId: string
  /** When its first sound plays. */
  readonly startMs: number
  /** When its last sound so far has played. */
  readonly endMs: number
  /** `output_audio_buffer.started` was sent. */
  readonly isStarted: boolean
  /** `response.done` was sent: no more sound will come. */
  readonly isWhole: boolean
}

export interface OutputBuffer {
  /** When it falls silent, if nothing is added. */
  readonly endMs: number
  readonly sounding: readonly Sounding[]
  readonly stretches: readonly Stretch[]
  /** Responses in progress that were cut off: what still comes of them is not played. */
  readonly silenced: ReadonlySet<string>
  /** When its timer is due, if it runs. */
  readonly timerMs: number | undefined
}

/** Something that happened to the buffer by time alone. */
export interface PlayoutMoment {
  readonly type: 'started' | 'stopped'
  readonly responseId: string
}

export interface Sound {
  readonly responseId: string
  readonly itemId: string
  readonly durationMs: number
}

export const emptyOutputBuffer: OutputBuffer = {
  endMs: 0,
  sounding: [],
  stretches: [],
  silenced: new Set(),
  timerMs: undefined,
}

/** The buffer with a sound at its end. The same buffer where that response was cut off. */
export function enqueueSound(buffer: OutputBuffer, sound: Sound, nowMs: number): OutputBuffer {
  const { responseId } = sound
  if (buffer.silenced.has(responseId) || sound.durationMs <= 0) return buffer
  const startMs = Math.max(nowMs, buffer.endMs)
  const endMs = startMs + sound.durationMs
  const known = buffer.sounding.some((one) => one.responseId === responseId)
  const sounding = known
    ? buffer.sounding.map((one) => (one.responseId === responseId ? { ...one, endMs } : one))
    : [...buffer.sounding, { responseId, startMs, endMs, isStarted: false, isWhole: false }]
  return { ...buffer, endMs, sounding, stretches: extend(buffer.stretches, { ...sound, startMs, endMs }) }
}

/** Whether a response has sound in the buffer. */
export function isSounding(buffer: OutputBuffer, responseId: string): boolean {
  return buffer.sounding.some((one) => one.responseId === responseId)
}

/** The buffer once a response is over: it stops when what it has is played. */
export function endSound(buffer: OutputBuffer, responseId: string): OutputBuffer {
  const silenced = new Set(buffer.silenced)
  silenced.delete(responseId)
  const sounding = buffer.sounding.map((one) => (one.responseId === responseId ? { ...one, isWhole: true } : one))
  return { ...buffer, silenced, sounding }
}

/** What has happened until now, in order: a response stops before the next one starts. */
export function settleOutput(buffer: OutputBuffer, nowMs: number): { buffer: OutputBuffer; moments: PlayoutMoment[] } {
  const moments: PlayoutMoment[] = []
  const sounding: Sounding[] = []
  for (const one of buffer.sounding) {
    const { responseId } = one
    const starts = !one.isStarted && one.startMs <= nowMs
    if (starts) moments.push({ type: 'started', responseId })
    if (one.isWhole && one.endMs <= nowMs) moments.push({ type: 'stopped', responseId })
    else sounding.push(starts ? { ...one, isStarted: true } : one)
  }
  if (moments.length === 0) return { buffer, moments }
  const playing = new Set(sounding.map(({ responseId }) => responseId))
  const stretches = buffer.stretches.filter(({ responseId }) => playing.has(responseId))
  return { buffer: { ...buffer, sounding, stretches }, moments }
}

/** When the next moment comes by time alone; undefined when only more sound, or the end of a response, can bring one. */
export function nextMomentMs(buffer: OutputBuffer): number | undefined {
  let next: number | undefined
  for (const { isStarted, isWhole, startMs, endMs } of buffer.sounding) {
    const dueMs = isStarted ? (isWhole ? endMs : undefined) : startMs
    if (dueMs !== undefined) next = Math.min(next ?? dueMs, dueMs)
  }
  return next
}

/** What a cut took away. */
export interface Cut {
  readonly buffer: OutputBuffer
  /** Responses that were cut off, in the order in which they sounded. */
  readonly responseIds: readonly string[]
  /** Items that lost sound, and how much of each was played. */
  readonly items: readonly { readonly itemId: string; readonly playedMs: number }[]
}

/** Ends all sound at `nowMs`. Settle the buffer first: what has stopped by then was not cut. */
export function cutOutput(buffer: OutputBuffer, nowMs: number): Cut {
  const lost = new Set(buffer.stretches.filter(({ endMs }) => endMs > nowMs).map(({ itemId }) => itemId))
  const items = [...lost].map((itemId) => ({ itemId, playedMs: playedMs(buffer, itemId, nowMs) }))
  const silenced = new Set(buffer.silenced)
  for (const { responseId, isWhole } of buffer.sounding) if (!isWhole) silenced.add(responseId)
  const responseIds = buffer.sounding.map(({ responseId }) => responseId)
  return { buffer: { ...buffer, endMs: nowMs, sounding: [], stretches: [], silenced }, responseIds, items }
}

function playedMs(buffer: OutputBuffer, itemId: string, nowMs: number): number {
  let sum = 0
  for (const stretch of buffer.stretches) {
    if (stretch.itemId === itemId) sum += Math.max(0, Math.min(stretch.endMs, nowMs) - stretch.startMs)
  }
  return sum
}

/** Sound that follows without a gap joins the stretch before it, so that a long answer stays one. */
function extend(stretches: readonly Stretch[], added: Stretch): readonly Stretch[] {
  const last = stretches.at(-1)
  const { responseId, itemId, startMs, endMs } = added
  if (last?.itemId !== itemId || last.endMs < startMs) return [...stretches, { responseId, itemId, startMs, endMs }]
  return [...stretches.slice(0, -1), { ...last, endMs }]
}
