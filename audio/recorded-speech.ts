// A voice made of the user's own WAV files: it says what was recorded, and nothing else.

import { builtin } from '../src/builtins.ts'
import { messageOf, RealtimeKitError } from '../src/errors.ts'
import { isInt16Array } from './array-kinds.ts'
import { kindName } from './checks.ts'
import { readWavFile } from './files.ts'
import { pcm } from './pcm.ts'
import type { Pcm, SpeechEngine } from './types.ts'
import { normalizeWords, wordErrorRate } from './wer.ts'

export interface RecordedSpeechOptions {
  /** Who says what was not recorded; without one, that is an error. */
  readonly otherwise?: SpeechEngine
}

type Sound = Pcm | string | URL

/**
 * A voice of recordings, for `voice` or wherever a SpeechEngine goes. Texts are compared by their words: case and punctuation do not
 * matter. Speed and pitch stay as recorded.
 *
 * @param recordings sounds or paths of WAV files by text; or a folder: its `transcripts.tsv` (file, tab, text) says which text each
 *   file is, without one the names do (`how-can-i-help.wav`)
 * @throws RealtimeKitError RTK_AUDIO for a folder that cannot be read, and when a text is asked for that has no recording
 * @example
 * test.override('realtimeOptions', { voice: recordedSpeech({ 'How can I help?': 'fixtures/greeting.wav' }) })
 */
export function recordedSpeech(
  recordings: Readonly<Record<string, Sound>> | string | URL,
  { otherwise }: RecordedSpeechOptions = {},
): SpeechEngine {
  if (typeof recordings !== 'string' && !isRecord(recordings))
    throw new RealtimeKitError(
      'RTK_AUDIO',
      `recordedSpeech(recordings) takes a folder, or sounds by text; got ${kindName(recordings)}.`,
    )
  const isFolder = typeof recordings === 'string' || recordings instanceof URL
  const entries = isFolder ? inFolder(recordings) : Object.entries(recordings)
  const byWords = new Map(entries.map(([text, sound]) => [wordsOf(text), { text, sound }]))
  const where = isFolder ? String(recordings) : 'the recordings'
  return {
    name: 'recorded',
    async synthesize(text, settings) {
      const found = byWords.get(wordsOf(text))
      if (found) return knownAs(text, found.sound)
      if (otherwise) return otherwise.synthesize(text, settings)
      throw missing(
        text,
        where,
        [...byWords.values()].map((one) => one.text),
      )
    },
  }
}

function isRecord(value: unknown): boolean {
  return typeof value === 'object' && value !== null
}

function wordsOf(text: string): string {
  return normalizeWords(text).join(' ')
}

function knownAs(text: string, sound: Sound): Pcm {
  const audio = typeof sound === 'string' || sound instanceof URL ? readWavFile(sound) : sound
  if (!isInt16Array(audio?.samples)) {
    const why = `recordedSpeech(…): the recording of ${JSON.stringify(text)} is no sound and no path, but ${kindName(audio)}.`
    throw new RealtimeKitError('RTK_AUDIO', why)
  }
  return pcm(audio.samples, audio.rateHz, { ...audio, text })
}

function inFolder(folder: string | URL): [string, Sound][] {
  const files = builtin('node:fs')
  if (!files) throw new RealtimeKitError('RTK_AUDIO', 'recordedSpeech(folder): a page has no files; give it sounds by text.')
  try {
    const names = files.readdirSync(folder)
    if (!names.includes('transcripts.tsv')) {
      const sounds = names.filter((name) => /\.wav$/i.test(name))
      return sounds.map((name) => [name.slice(0, -4).replace(/[-_]+/g, ' '), fileIn(folder, name)])
    }
    const lines = files.readFileSync(fileIn(folder, 'transcripts.tsv'), 'utf8').split('\n')
    return lines.flatMap((line): [string, Sound][] => {
      const [file = '', text = ''] = line.trim().split('\t')
      return file === '' || text === '' ? [] : [[text, fileIn(folder, file)]]
    })
  } catch (error) {
    const why = `recordedSpeech(${JSON.stringify(String(folder))}): the folder cannot be read: ${messageOf(error)}`
    throw new RealtimeKitError('RTK_AUDIO', why, { cause: error })
  }
}

function fileIn(folder: string | URL, name: string): string | URL {
  if (typeof folder === 'string') return `${folder}/${name}`
  return new URL(encodeURIComponent(name), folder.href.endsWith('/') ? folder : `${folder.href}/`)
}

function missing(text: string, where: string, texts: readonly string[]): RealtimeKitError {
  const nearest = texts
    .map((known) => ({ known, rate: wordErrorRate(text, known).rate }))
    .sort((left, right) => left.rate - right.rate)[0]
  const hint = nearest ? ` The nearest of ${texts.length} is ${JSON.stringify(nearest.known)}.` : ' There are none.'
  return new RealtimeKitError(
    'RTK_AUDIO',
    `recordedSpeech(…): ${JSON.stringify(text)} is not among ${where}.${hint}\nRecord it, or give { otherwise: fliteEngine() }.`,
  )
}
