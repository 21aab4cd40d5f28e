// Sentences as a grammar of PocketSphinx, and the check that its dictionary has all of their words: it refuses the whole grammar
// for one word that it lacks.

import { createHash, randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { mkdir, rename, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { RealtimeKitError } from '../../src/errors.ts'

const dictionaries = new Map<string, ReadonlySet<string>>()

function wordsOf(dictionary: string): ReadonlySet<string> {
  let words = dictionaries.get(dictionary)
  if (!words) {
    words = new Set(
      readFileSync(dictionary, 'utf8')
        .split('\n')
        .map((line) => line.slice(0, line.indexOf(' '))),
    )
    dictionaries.set(dictionary, words)
  }
  return words
}

export function unknownWords(dictionary: string, sentence: string): string[] {
  const known = wordsOf(dictionary)
  return sentence.split(' ').filter((word) => word !== '' && !known.has(word))
}

/** @throws RealtimeKitError RTK_ENGINE that names the unknown words, each with its sentence */
export function assertInDictionary(dictionary: string, sentences: readonly string[]): void {
  const unknown = sentences.flatMap((sentence) => unknownWords(dictionary, sentence).map((word) => `'${word}' in "${sentence}"`))
  if (unknown.length === 0) return
  throw new RealtimeKitError(
    'RTK_ENGINE',
    `PocketSphinx cannot hear words that its dictionary lacks: ${[...new Set(unknown)].slice(0, 10).join(', ')}.\n` +
      'Write numbers as words, and names as words that sound like them.',
  )
}

/** Writes the grammar to a temporary file, named by what is in it: equal grammars share one. Gives its path. */
export async function writeGrammar(sentences: readonly string[]): Promise<string> {
  const grammar = `#JSGF V1.0;\ngrammar sentences;\npublic <sentence> = ${[...new Set(sentences)].join(' | ')};\n`
  const folder = join(tmpdir(), 'vitest-realtime-grammars')
  const file = join(folder, `${createHash('sha256').update(grammar).digest('hex')}.gram`)
  await mkdir(folder, { recursive: true })
  // Under a name of its own first: nobody reads half a file.
  const unfinished = `${file}.${randomUUID()}`
  await writeFile(unfinished, grammar, { flag: 'wx' })
  await rename(unfinished, file)
  return file
}
