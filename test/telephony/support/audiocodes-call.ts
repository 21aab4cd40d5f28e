// An AudioCodes platform on a recorded line, and the messages of a bot in short.

import type { DialOptions } from '../../../src/api/phone.ts'
import type { AudioCodesOptions } from '../../../src/api/phone-platforms.ts'
import { audiocodes } from '../../../src/telephony/audiocodes/audiocodes.ts'
import type { PlacedCall } from '../../../src/telephony/platform.ts'
import { LineRecorder } from './line-recorder.ts'

export const accepted = { type: 'session.accepted', mediaFormat: 'raw/lpcm16_8' }

/** `ms` of play stream sound, 8 kHz 16 bit, not silent. */
export const chunk = (streamId: string, ms: number) => ({
  type: 'playStream.chunk',
  streamId,
  audioChunk: Buffer.alloc(ms * 16, 0x11).toString('base64'),
})

export const start = (streamId: string, mediaFormat = 'raw/lpcm16_8') => ({ type: 'playStream.start', streamId, mediaFormat })
export const stop = (streamId: string) => ({ type: 'playStream.stop', streamId })
export const activities = (...list: object[]) => ({
  type: 'activities',
  activities: list.map((each) => ({ type: 'event', ...each })),
})

/** A call that the bot has not answered yet. */
export function dialled(
  options: AudioCodesOptions = {},
  dialOptions: DialOptions = {},
): { line: LineRecorder; placed: PlacedCall } {
  const line = new LineRecorder({ platform: 'audiocodes', stream: '/ws/telephony', audiocodes: options, ...dialOptions })
  const placed = audiocodes.place(line) as PlacedCall
  line.peer = placed.peer
  return { line, placed }
}

/** A call that the bot has accepted. */
export function active(options: AudioCodesOptions = {}, dialOptions: DialOptions = {}): LineRecorder {
  const { line } = dialled(options, dialOptions)
  line.peer!.opened()
  line.says(accepted)
  return line
}

/** The same, and the user stream runs. */
export function listening(options: AudioCodesOptions = {}): LineRecorder {
  const line = active({ bargeIn: true, ...options })
  line.says({ type: 'userStream.started' })
  return line
}

/** Names of the activities that the bot got, and their values. */
export function activitiesOf(line: LineRecorder): string[] {
  return line
    .of('activities')
    .flatMap((message) =>
      message.activities.map((each: any) => (each.value === undefined ? each.name : `${each.name} ${each.value}`)),
    )
}
