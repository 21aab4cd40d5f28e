// toSay: an engine hears these words in the sound. It takes real time, so it must be awaited.

import type { Pcm, TranscriptionEngine } from '../audio/types.ts'
import { normalizeWords, type WordErrors, wordErrorRate } from '../audio/wer.ts'
import { AudioEngineFailed, messageOf, RealtimeKitError } from '../src/errors.ts'
import { isFields } from '../src/report/fields.ts'
import { printValue, quoted } from '../src/report/print.ts'
import { currentContext } from '../src/runtime/context.ts'
import { loadOnce, restartedTranscribe } from '../src/runtime/engine-restart.ts'
import { answered } from '../src/runtime/patience.ts'
import type { MatcherContext, MatcherResult } from './context.ts'
import { mustAwait } from './must-await.ts'
import { message, type Report } from './report.ts'
import { type SoundCall, shownOptions, soundCall, soundLines } from './sound.ts'
import { alignment, rate } from './word-alignment.ts'

export interface ToSayOptions {
  /** Word error rate that still counts as said; 0.15 by default. */
  readonly maxWer?: number
  /**
   * Who listens. Default: sound that `speech()` made is known again; else `pocketsphinx`, where it is installed. An engine that
   * is given hears everything by itself.
   */
  readonly engine?: 'pocketsphinx' | TranscriptionEngine
}

interface Heard {
  readonly text: string
  readonly by: string
}

let pocketsphinx: Promise<TranscriptionEngine> | undefined

async function loadPocketSphinx(): Promise<TranscriptionEngine> {
  const { pocketsphinxEngine } = await import('../audio/engines/pocketsphinx.ts')
  const engine = pocketsphinxEngine()
  await engine.load()
  return engine
}

async function hear(sound: Pcm, given: ToSayOptions['engine']): Promise<Heard> {
  if (typeof given === 'object') return { text: await heardBy(given, sound), by: given.name }
  if (given === undefined) {
    const { recognizeKnown } = await import('../audio/known-speech.ts')
    const known = recognizeKnown(sound)
    if (known) return { text: known.text, by: 'known speech' }
  }
  pocketsphinx ??= loadPocketSphinx()
  const engine = await pocketsphinx
  return { text: (await engine.transcribe(sound, {})).text, by: engine.name }
}

/** As in a session: an engine that throws is loaded again and asked once more, and has not for ever to answer. */
async function heardBy(engine: TranscriptionEngine, sound: Pcm): Promise<string> {
  try {
    await loadOnce(engine)
    const found: unknown = await answered(engine.name, restartedTranscribe(engine, () => {})(sound, {}), sound.durationMs)
    if (isFields(found) && typeof found.text === 'string') return found.text
    throw new Error(`it must give { text }, got ${printValue(found)}`)
  } catch (cause) {
    if (cause instanceof RealtimeKitError) throw cause
    throw new AudioEngineFailed(engine.name, messageOf(cause), { cause })
  }
}

function checkArguments(text: unknown, options: unknown): void {
  const slip = (what: string, got: unknown): RealtimeKitError =>
    new RealtimeKitError('RTK_MATCHER', `toSay: ${what}, got ${printValue(got)}`)
  if (typeof text !== 'string' || text.trim() === '')
    throw slip('it takes the words that are said, a string that is not empty', text)
  if (normalizeWords(text).length === 0) throw slip('it takes at least one word', text)
  if (typeof options !== 'object' || options === null) throw slip('the options are an object with maxWer, engine', options)
  for (const name of Object.keys(options)) {
    if (name !== 'maxWer' && name !== 'engine') throw slip(`there is no option '${name}'; it takes maxWer, engine`, options)
  }
  const { maxWer = 0, engine } = options as ToSayOptions
  if (typeof maxWer !== 'number' || !(maxWer >= 0)) throw slip("'maxWer' is a number of 0 or more", maxWer)
  if (engine !== undefined && engine !== 'pocketsphinx' && typeof engine?.transcribe !== 'function')
    throw slip("'engine' is 'pocketsphinx' or an object with the methods of a TranscriptionEngine", engine)
}

function sayReport(call: SoundCall, heard: Heard, errors: WordErrors, maxWer: number): Report {
  return {
    call: call.text,
    expected: [`${call.host.isNot ? 'other words than these' : 'these words'}, ${rate({ ...errors, rate: maxWer })} or less`],
    divergence: [
      `The engine '${heard.by}' heard ${quoted(heard.text, 200)}: ${rate(errors)}  <<<<<`,
      `  ${alignment(errors)}`,
      `  ${errors.substitutions} replaced, ${errors.deletions} missing, ${errors.insertions} added, of ${errors.referenceWords}`,
      ...soundLines(call.sound).map((line) => `  ${line}`),
    ],
  }
}

export function toSay(this: MatcherContext, received: unknown, text: string, options: ToSayOptions = {}): Promise<MatcherResult> {
  const call = soundCall(this, 'toSay', received, [text, shownOptions(options)])
  checkArguments(text, options)
  const { maxWer = 0.15, engine } = options
  return mustAwait(this, call.text, toSay, async () => {
    const work = hear(call.sound, engine)
    // Recognition is real work: the test's time stands still for it.
    const heard = await (currentContext()?.clock.hold(work) ?? work)
    const errors = wordErrorRate(text, heard.text)
    return { pass: errors.rate <= maxWer, message: message(this, () => sayReport(call, heard, errors, maxWer)) }
  })
}
