// Word error rates and speed of the transcription engines that are installed.

import { join } from 'node:path'
import { debianModels, pocketsphinxEngine, spoken } from '../../../audio/engines/pocketsphinx.ts'
import { unknownWords } from '../../../audio/engines/pocketsphinx-grammar.ts'
import { speech } from '../../../audio/speech.ts'
import type { Pcm, TranscriptionEngine } from '../../../audio/types.ts'
import { wordErrorRate } from '../../../audio/wer.ts'
import { AudioEngineUnavailable } from '../../../src/errors.ts'
import { sentences, voices } from '../../audio/support/vad-corpus.ts'
import type { Prompt } from './labelled.ts'
import type { AudioRow } from './row.ts'

interface Sample {
  readonly text: string
  readonly audio: Pcm
}

interface Score {
  readonly rate: number
  readonly exact: number
  readonly realTimeFactor: number
}

export async function transcriptionRows(prompts: readonly Prompt[]): Promise<AudioRow[]> {
  try {
    return await pocketsphinxRows(prompts)
  } catch (error) {
    if (!(error instanceof AudioEngineUnavailable)) throw error
    return [{ what: 'pocketsphinx', goal: '', measured: `not installed: ${error.install}` }]
  }
}

async function pocketsphinxRows(prompts: readonly Prompt[]): Promise<AudioRow[]> {
  const made = await Promise.all(
    sentences.map(async (text, index) => ({
      text,
      audio: await speech(text, { voice: voices[index % voices.length]!, rateHz: 16_000 }),
    })),
  )
  const free = await score(pocketsphinxEngine(), made)
  const rows: AudioRow[] = [
    {
      what: 'pocketsphinx, language model, made speech at 16 kHz',
      goal: 'WER <= 0.10, RTF <= 0.6',
      measured: `WER ${free.rate.toFixed(3)}, RTF ${free.realTimeFactor.toFixed(2)}`,
      ok: free.rate <= 0.1 && free.realTimeFactor <= 0.6,
    },
  ]
  if (prompts.length === 0) return rows
  const free8 = await score(pocketsphinxEngine(), prompts)
  const dictionary = join(debianModels, 'cmudict-en-us.dict')
  const sayable = prompts.filter(({ text }) => unknownWords(dictionary, spoken(text)).length === 0)
  const closed = await score(pocketsphinxEngine({ sentences: sayable.map(({ text }) => text) }), sayable)
  return [
    ...rows,
    { what: 'pocketsphinx, language model, recordings', goal: '', measured: `WER ${free8.rate.toFixed(3)}` },
    {
      what: `pocketsphinx, closed grammar, ${sayable.length} recordings`,
      goal: 'exact >= 0.93',
      measured: `exact ${closed.exact.toFixed(3)}, RTF ${closed.realTimeFactor.toFixed(3)}`,
      ok: closed.exact >= 0.93,
    },
    await falseAcceptsRow(sayable),
  ]
}

/** A grammar of one half of the prompts hears the other half: each answer is a wrong one. Reported, as decoys differ by project. */
async function falseAcceptsRow(sayable: readonly Prompt[]): Promise<AudioRow> {
  const half = Math.floor(sayable.length / 2)
  const known = sayable.slice(0, half).map(({ text }) => text)
  const others = sayable.slice(half)
  const accepted = async (decoys: readonly string[]): Promise<number> => {
    const engine = pocketsphinxEngine({ sentences: known, decoys })
    await engine.load()
    let count = 0
    for (const { audio } of others) if ((await engine.transcribe(audio, {})).text !== '') count++
    return count
  }
  const dictionary = join(debianModels, 'cmudict-en-us.dict')
  const decoys = sentences.filter((text) => unknownWords(dictionary, spoken(text)).length === 0)
  const measured = `${await accepted([])} without decoys, ${await accepted(decoys)} with ${decoys.length} others`
  return { what: `pocketsphinx, grammar of ${half}, false accepts of ${others.length}`, goal: '', measured }
}

async function score(engine: TranscriptionEngine, samples: readonly Sample[]): Promise<Score> {
  await engine.load()
  // The first sound opens the decoder.
  await engine.transcribe(samples[0]!.audio, {})
  let [errors, words, exact, audioMs] = [0, 0, 0, 0]
  const before = performance.now()
  for (const { text, audio } of samples) {
    const found = wordErrorRate(text, (await engine.transcribe(audio, {})).text)
    errors += found.substitutions + found.deletions + found.insertions
    words += found.referenceWords
    exact += found.rate === 0 ? 1 : 0
    audioMs += audio.durationMs
  }
  return { rate: errors / words, exact: exact / samples.length, realTimeFactor: (performance.now() - before) / audioMs }
}
