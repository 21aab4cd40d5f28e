// The sound files of a recording that is read: gives pieces by their place, as base64, without holding whole files. Only files of
// the recording's own folder, and never through a link.

import { closeSync, fstatSync, lstatSync, openSync, readSync } from 'node:fs'
import { join } from 'node:path'
import { encodeBase64 } from '../../audio/base64.ts'
import { audioFolder, soundPath } from './layout.ts'
import { recordingError, type Spot } from './recording-error.ts'
import { type SoundPlace, sha256 } from './sound-files.ts'
import { findWavBody, type ReadAt, type WavBody } from './wav-bytes.ts'

interface OpenFile {
  readonly fd: number
  readonly body: WavBody
  /** The stretch of sound that was read last: pieces follow each other. */
  ahead?: { readonly offset: number; readonly bytes: Buffer }
}

/** So much is read at a time. */
const aheadBytes = 1 << 17

/** So many files are open at a time: the items of a conversation take turns. */
const mostOpen = 8

const recordAgain = 'Put the file back, or record again.'

export class SoundShelf {
  readonly #folder: string
  readonly #open = new Map<string, OpenFile>()

  constructor(folder: string) {
    this.#folder = folder
  }

  /** @throws RealtimeKitError RTK_RECORDING, naming the line, when it is not there or not what was recorded */
  base64(place: SoundPlace, spot: Spot): string {
    const { wav, offset, bytes } = place
    if (!isPosition(offset) || !isPosition(bytes))
      throw recordingError(spot, `names sound by offset ${offset} and bytes ${bytes}: whole numbers are needed.`, recordAgain)
    const file = this.#file(wav, spot)
    const { body } = file
    if (offset + bytes > body.bytes) {
      throw recordingError(
        spot,
        `needs bytes ${offset} to ${offset + bytes} of ${wav}, which has ${body.bytes} bytes of sound.`,
        recordAgain,
      )
    }
    const piece = pieceOf(file, offset, bytes)
    if (place.sha256 !== undefined && sha256(piece) !== place.sha256) {
      throw recordingError(
        spot,
        `${wav} has changed: bytes ${offset} to ${offset + bytes} are not what was recorded (sha256 differs).`,
        'Put the file back; or, if it was changed on purpose, take "sha256" out of this line and it is used as it is.',
      )
    }
    return encodeBase64(piece)
  }

  close(): void {
    for (const { fd } of this.#open.values()) closeSync(fd)
    this.#open.clear()
  }

  #file(wav: string, spot: Spot): OpenFile {
    const known = this.#open.get(wav)
    if (known) return known
    if (!soundPath.test(wav) || wav.includes('..')) {
      throw recordingError(
        spot,
        `names the sound file ${JSON.stringify(wav)}: sound lies in ${audioFolder}/ of the recording, and nowhere else.`,
        'A path out of the folder is not followed. Name a file such as "audio/item_1.wav".',
      )
    }
    const file = this.#openFile(wav, spot)
    const [oldest] = this.#open
    if (oldest && this.#open.size >= mostOpen) {
      closeSync(oldest[1].fd)
      this.#open.delete(oldest[0])
    }
    this.#open.set(wav, file)
    return file
  }

  #openFile(wav: string, spot: Spot): OpenFile {
    const path = join(this.#folder, wav)
    for (const each of [join(this.#folder, audioFolder), path]) {
      const found = lstatSync(each, { throwIfNoEntry: false })
      if (!found) throw recordingError(spot, `needs ${wav}, which is not there.`, recordAgain)
      if (found.isSymbolicLink())
        throw recordingError(
          spot,
          `needs ${wav}, which is a link: it may lead out of the recording.`,
          'Put the file itself there.',
        )
    }
    if (!lstatSync(path).isFile()) throw recordingError(spot, `needs ${wav}, which is no file.`, recordAgain)
    const fd = openSync(path, 'r')
    const read: ReadAt = (offset, bytes) => {
      const buffer = Buffer.alloc(bytes)
      return buffer.subarray(0, readSync(fd, buffer, 0, bytes, offset))
    }
    const body = findWavBody(read, fstatSync(fd).size)
    if (typeof body !== 'string') return { fd, body }
    closeSync(fd)
    throw recordingError(spot, `needs ${wav}, which ${body}.`, recordAgain)
  }
}

/** Bytes of a file's sound; they are there. */
function pieceOf(file: OpenFile, offset: number, bytes: number): Buffer {
  const { fd, body, ahead } = file
  const start = ahead ? offset - ahead.offset : -1
  if (ahead && start >= 0 && start + bytes <= ahead.bytes.length) return ahead.bytes.subarray(start, start + bytes)
  const buffer = Buffer.alloc(Math.max(bytes, Math.min(aheadBytes, body.bytes - offset)))
  const read = readSync(fd, buffer, 0, buffer.length, body.start + offset)
  file.ahead = { offset, bytes: buffer.subarray(0, read) }
  return buffer.subarray(0, bytes)
}

function isPosition(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}
