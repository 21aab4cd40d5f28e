// toHaveClearedWithin: each time that the caller spoke into the app's sound on the phone, that sound stopped within so many ms of the
// caller's first sound, and stayed stopped.

import { at, ms } from '../src/report/print.ts'
import type { PhoneFacts } from '../src/runtime/subject.ts'
import type { MatcherContext, MatcherResult } from './context.ts'
import { type PhoneMatcherCall, phoneCallOf, phoneWindow } from './phone-parts.ts'
import { checkMs } from './received.ts'
import { message, type Report } from './report.ts'
import { headOf } from './report-parts.ts'

type Interruption = PhoneFacts['interruptions'][number]

/** When it was quiet: the app's clear, or the end of what it had sent. */
function quietMs({ clearedAtMs, silentAtMs }: Interruption): number | undefined {
  return clearedAtMs ?? silentAtMs
}

function isCleared(interruption: Interruption, limitMs: number): boolean {
  const atMs = quietMs(interruption)
  return atMs !== undefined && atMs - interruption.atMs <= limitMs && interruption.resumedAtMs === undefined
}

function line(interruption: Interruption, limitMs: number): string {
  const { atMs, clearedAtMs, silentAtMs, resumedAtMs } = interruption
  const spoke = `the caller spoke at ${at(atMs)}`
  const mark = isCleared(interruption, limitMs) ? '' : '  <<<<<'
  if (resumedAtMs !== undefined)
    return `${spoke}, cleared after ${ms((clearedAtMs ?? atMs) - atMs)}, but the same answer went on at ${at(resumedAtMs)}${mark}`
  if (clearedAtMs !== undefined) return `${spoke}, cleared after ${ms(clearedAtMs - atMs)}${mark}`
  if (silentAtMs !== undefined) return `${spoke}, never cleared: the sound was over after ${ms(silentAtMs - atMs)}${mark}`
  return `${spoke}, never cleared: the app is heard still${mark}`
}

function mendFor(late: readonly Interruption[]): string[] {
  const [first] = late
  if (!first) return []
  if (first.resumedAtMs !== undefined)
    return ['What still comes of a response that was cut must be dropped until its response.done.']
  if (first.clearedAtMs !== undefined) return []
  return [
    'When the service hears speech (input_audio_buffer.speech_started), the app must drop what the platform has queued: `clear`.',
  ]
}

function report(call: PhoneMatcherCall, limitMs: number, pass: boolean): Report {
  const { interruptions } = call.facts
  if (interruptions.length === 0) {
    return {
      ...headOf(call),
      divergence: ['The caller never spoke while the app was heard.'],
      timeline: phoneWindow(call),
      mend: ['Interrupt it: await call.interrupts(…, { afterMs: 800 }).'],
    }
  }
  const late = interruptions.filter((one) => !isCleared(one, limitMs))
  return {
    ...headOf(call),
    divergence: (pass ? interruptions : late).slice(0, 10).map((one) => line(one, limitMs)),
    ...(late[0] ? { timeline: phoneWindow(call, late[0].atMs) } : {}),
    mend: mendFor(late),
  }
}

export function toHaveClearedWithin(this: MatcherContext, received: unknown, limitMs: number): MatcherResult {
  const call = phoneCallOf(this, 'toHaveClearedWithin', received, [limitMs])
  checkMs(call, limitMs)
  const { interruptions } = call.facts
  const pass = interruptions.length > 0 && interruptions.every((one) => isCleared(one, limitMs))
  return { pass, message: message(this, () => report(call, limitMs, pass)) }
}
