// The support line with a microphone of its own: the app paces 20 ms frames by its timer and corrects drift by the wall clock.

import { type SupportLine, startSupportLine } from './support-line-openai.ts'

const frameMs = 20
const samplesPerFrame = 24 * frameMs

export interface OpenLine extends SupportLine {
  /** Resolves when the whole recording went out. The microphone stays open and hears silence until the line hangs up. */
  readonly spoken: Promise<void>
}

/** Calls the support line and holds the microphone to a recording (24 kHz mono PCM). */
export async function callWithMicrophone(recording: Int16Array): Promise<OpenLine> {
  const line = await startSupportLine()
  const startedAt = Date.now()
  let sentFrames = 0
  let speechIsOver = () => {}
  const spoken = new Promise<void>((resolve) => {
    speechIsOver = resolve
  })

  const sendDueFrames = () => {
    const dueFrames = Math.floor((Date.now() - startedAt) / frameMs)
    for (; sentFrames < dueFrames; sentFrames++) {
      const start = sentFrames * samplesPerFrame
      line.realtime.send({ type: 'input_audio_buffer.append', audio: base64Frame(recording, start) })
      if (start >= recording.length) speechIsOver()
    }
  }
  const microphone = setInterval(sendDueFrames, frameMs)
  const hangUp = () => {
    clearInterval(microphone)
    line.hangUp()
  }
  line.realtime.socket.on('close', () => clearInterval(microphone))
  return { ...line, spoken, hangUp }
}

function base64Frame(recording: Int16Array, start: number): string {
  const frame = new Int16Array(samplesPerFrame)
  frame.set(recording.subarray(start, start + samplesPerFrame))
  return Buffer.from(frame.buffer).toString('base64')
}
