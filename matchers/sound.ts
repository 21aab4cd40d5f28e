// What the matchers on sound share: the check of the received sound, and the lines of a report that show it.

import { activeSpeechDbfs, peakDbfs } from '../audio/level.ts'
import type { Pcm } from '../audio/types.ts'
import { waveformText } from '../audio/waveform-text.ts'
import { RealtimeKitError } from '../src/errors.ts'
import { isFields } from '../src/report/fields.ts'
import { cut, ms, printValue, quoted, typeName } from '../src/report/print.ts'
import type { MatcherContext } from './context.ts'

/** One use of a matcher on sound. */
export interface SoundCall {
  readonly host: MatcherContext
  readonly name: string
  readonly sound: Pcm
  /** `expect(sound).toBeSilent()`, with `.not` where it stands. */
  readonly text: string
}

export function isSound(value: unknown): value is Pcm {
  return isFields(value) && value.samples instanceof Int16Array && typeof value.rateHz === 'number'
}

/** @throws RealtimeKitError RTK_MATCHER when the received value is no sound */
export function soundCall(host: MatcherContext, name: string, received: unknown, given: readonly unknown[]): SoundCall {
  if (!isSound(received)) {
    const slip = received instanceof Promise ? ' — did you forget `await` before it?' : ''
    throw new RealtimeKitError(
      'RTK_MATCHER',
      `expect(value).${name}: received value must be a sound, such as \`caller.heard.audio\`, speech() or pcm(samples, rateHz). ` +
        `Received has type ${typeName(received)}${slip}`,
    )
  }
  const shown = given
    .filter((each) => each !== undefined)
    .map((each) => (isSound(each) ? soundName(each) : cut(printValue(each), 120)))
  return { host, name, sound: received, text: `expect(sound)${host.isNot ? '.not' : ''}.${name}(${shown.join(', ')})` }
}

/** Options for the line that shows the call: none are not shown. */
export function shownOptions(options: unknown): unknown {
  return isFields(options) && Object.keys(options).length === 0 ? undefined : options
}

/** Options of numbers; some may be below 0. */
export function checkNumbers(call: SoundCall, options: unknown, names: readonly string[]): void {
  if (options === undefined) return
  const allowed = names.join(', ')
  if (!isFields(options)) {
    throw new RealtimeKitError(
      'RTK_MATCHER',
      `${call.name}: the options are an object with ${allowed}, got ${printValue(options)}`,
    )
  }
  for (const [name, value] of Object.entries(options)) {
    if (!names.includes(name))
      throw new RealtimeKitError('RTK_MATCHER', `${call.name}: there is no option '${name}'; it takes ${allowed}`)
    if (value !== undefined && (typeof value !== 'number' || Number.isNaN(value)))
      throw new RealtimeKitError('RTK_MATCHER', `${call.name}: '${name}' is a number, got ${printValue(value)}`)
  }
}

/** `the sound of "Hello there"`, or its length. */
export function soundName({ text, durationMs }: Pcm): string {
  return text === undefined ? `${ms(durationMs)} of sound` : `sound of ${quoted(text, 40)}`
}

export function decibels(value: number): string {
  return Number.isFinite(value) ? `${Math.round(value * 10) / 10} dB` : value > 0 ? 'no noise at all' : 'digital silence'
}

/** Length, levels and a picture. */
export function soundLines(sound: Pcm): string[] {
  const { samples, rateHz, durationMs } = sound
  const level = activeSpeechDbfs(samples, rateHz)
  return [
    `${soundName(sound)}: ${ms(durationMs)} at ${rateHz} Hz, level ${decibels(level)}, peak ${decibels(peakDbfs(samples))} (0 dB is full scale)`,
    `|${waveformText(sound)}|`,
  ]
}
