import { existsSync } from 'node:fs'
import type { Worker } from 'node:worker_threads'
import { describe, expect, test, vi } from 'vitest'
import { pocketsphinxEngine } from '../../../audio/engines/pocketsphinx.ts'
import { decodeByCommand, findCommand } from '../../../audio/engines/pocketsphinx-command.ts'
import { openDecoderWorker } from '../../../audio/engines/pocketsphinx-process.ts'
import { resolvePackage } from '../../../audio/engines/resolve-package.ts'
import { concatPcm, silence } from '../../../audio/pcm.ts'
import { speech } from '../../../audio/speech.ts'
import { wordErrorRate } from '../../../audio/wer.ts'
import { PartialWords } from '../../../src/runtime/partial-words.ts'

const { workers } = vi.hoisted(() => ({ workers: [] as Worker[] }))
vi.mock(import('node:worker_threads'), async (load) => {
  const actual = await load()
  class SeenWorker extends actual.Worker {
    constructor(...settings: ConstructorParameters<typeof Worker>) {
      super(...settings)
      workers.push(this)
    }
  }
  return { ...actual, Worker: SeenWorker }
})

const models = '/usr/share/pocketsphinx/model/en-us'
const isInstalled = existsSync(`${models}/cmudict-en-us.dict`)

const sentences = [
  'We are open until ten tonight.',
  'I would like a table for two please.',
  'What is the weather in Paris today?',
  'Please call me back tomorrow morning.',
  'My order number is four five six.',
  'Could you repeat that please?',
  'Thank you very much for your help.',
]

/** Against a hang, no goal: a second of sound takes a quarter of one, and longer on a busy machine. */
const timeout = 300_000

describe.skipIf(!isInstalled)('PocketSphinx, where Debian has it', { timeout }, () => {
  test('hears made speech with a word error rate of at most 0.10, and when its words sound', async () => {
    const engine = pocketsphinxEngine()
    await engine.load()
    let [errors, words] = [0, 0]
    for (const sentence of sentences) {
      const audio = await speech(sentence)
      const heard = await engine.transcribe(audio, {})
      const { substitutions, deletions, insertions, referenceWords } = wordErrorRate(sentence, heard.text)
      errors += substitutions + deletions + insertions
      words += referenceWords
      expect(heard.words?.map(({ text }) => text).join(' ')).toBe(heard.text)
      expect(heard.words?.at(-1)?.endMs).toBeLessThan(audio.durationMs)
      expect(heard.words?.at(-1)?.endMs).toBeGreaterThan(audio.speechSpan!.endMs - 300)
      expect(heard.confidence).toBeGreaterThan(0.1)
    }
    expect(errors / words).toBeLessThanOrEqual(0.1)
  })

  test('of several sentences each is a partial result: it stands, and nothing changes with who listens', async () => {
    const engine = pocketsphinxEngine()
    await engine.load()
    for (const [index, sentence] of sentences.slice(1).entries()) {
      const audio = concatPcm(await speech(sentences[index]!), await speech(sentence))
      const told: string[] = []
      const partial = new PartialWords()
      let isOver = false
      const heard = engine.transcribe(audio, { onPartial: (text) => told.push(isOver ? 'late' : (partial.take(text) ?? '')) })
      const followed = await heard.finally(() => {
        isOver = true
      })
      const sure = told.filter((text) => text !== '')
      expect(sure).toHaveLength(1)
      expect(followed.text.startsWith(`${sure[0]} `)).toBe(true)
      expect(followed.text.length).toBeGreaterThan(sure[0]!.length + 10)
      if (index === 0) expect((await engine.transcribe(audio, {})).text).toBe(followed.text)
    }
  })

  test('the words of a later sentence have their times in the whole sound', async () => {
    const engine = pocketsphinxEngine()
    await engine.load()
    const [first, second] = [await speech(sentences[0]!), await speech(sentences[6]!)]
    const { words = [] } = await engine.transcribe(concatPcm(first, second), {})
    const thank = words.find(({ text }) => text === 'thank')
    expect(Math.abs(thank!.startMs - first.durationMs - second.speechSpan!.startMs)).toBeLessThan(150)
  })

  test('what was heard before changes no words, times or confidence', async () => {
    const engine = pocketsphinxEngine()
    await engine.load()
    const audio = await speech(sentences[3]!)
    const alone = await engine.transcribe(audio, {})
    expect(Math.abs(alone.words![0]!.startMs - audio.speechSpan!.startMs)).toBeLessThan(60)
    await engine.transcribe(await speech(sentences[0]!), {})
    expect(await engine.transcribe(audio, {})).toEqual(alone)
  })

  test('with sentences to choose from, or a least confidence, there are no partial results', async () => {
    for (const options of [{ sentences: [sentences[1]!] }, { minConfidence: 0.01 }]) {
      const engine = pocketsphinxEngine(options)
      await engine.load()
      const partial: string[] = []
      const audio = concatPcm(await speech(sentences[1]!), await speech(sentences[2]!))
      await engine.transcribe(audio, { onPartial: (text) => partial.push(text) })
      expect(partial).toEqual([])
    }
  })

  test('silence has no words', async () => {
    const engine = pocketsphinxEngine()
    await engine.load()
    expect((await engine.transcribe(silence(1000), {})).text).toBe('')
  })

  test('among sentences it hears those, and decoys as nothing', async () => {
    const engine = pocketsphinxEngine({ sentences: sentences.slice(0, 3), decoys: sentences.slice(3) })
    await engine.load()
    expect((await engine.transcribe(await speech(sentences[1]!), {})).text).toBe('i would like a table for two please')
    expect((await engine.transcribe(await speech(sentences[5]!), {})).text).toBe('')
  })

  test('words that the dictionary lacks are named before anything is heard', async () => {
    const engine = pocketsphinxEngine({ sentences: ['please unmute the zorglub'] })
    await expect(engine.load()).rejects.toThrow(/lacks: 'unmute' in .*, 'zorglub' in /)
  })

  test('a confidence below the least asked for gives no words', async () => {
    const engine = pocketsphinxEngine({ minConfidence: 1 })
    await engine.load()
    expect((await engine.transcribe(await speech(sentences[4]!), {})).text).toBe('')
  })

  test('without koffi its command hears the same words', async () => {
    const command = await findCommand()
    expect(command).toBe('pocketsphinx_continuous')
    const settings = ['-hmm', `${models}/en-us`, '-dict', `${models}/cmudict-en-us.dict`, '-lm', `${models}/en-us.lm.bin`]
    const audio = await speech(sentences[6]!, { rateHz: 16_000 })
    const { text } = await decodeByCommand(command!, [...settings, '-logfn', '/dev/null'], audio.samples)
    expect(text).toBe('thank you very much for your help')
  })

  test('a worker that is killed is started once more, and the sound is heard', async () => {
    const engine = pocketsphinxEngine()
    await engine.load()
    const audio = await speech(sentences[0]!)
    const expected = await engine.transcribe(audio, {})
    const before = workers.length
    const heard = engine.transcribe(audio, {})
    await workers.at(-1)!.terminate()
    expect(await heard).toEqual(expected)
    expect(workers.length).toBe(before + 1)
  })

  test('a sound whose second worker is killed too fails, and the next one is heard', async () => {
    const engine = pocketsphinxEngine()
    await engine.load()
    const audio = await speech(sentences[0]!)
    const lost = expect(engine.transcribe(audio, {})).rejects.toThrow(/RTK_ENGINE.*'pocketsphinx' failed: its worker ended/)
    await workers.at(-1)!.terminate()
    await workers.at(-1)!.terminate()
    await lost
    expect((await engine.transcribe(audio, {})).text).toBe('we are open until ten tonight')
  })

  test('a decoder that cannot be opened is tried twice, then the sound fails', async () => {
    const worker = await openDecoderWorker({ koffiFile: resolvePackage('koffi')!, decoderArguments: ['-hmm', '/nowhere'] })
    await expect(worker.decode(new Int16Array(1600))).rejects.toThrow(/RTK_ENGINE.*'pocketsphinx' failed/)
  })
})

test('models that are not there: a clear error with what to install', async () => {
  const engine = pocketsphinxEngine({ modelFolder: '/nowhere' })
  await expect(engine.load()).rejects.toThrow(/its models are not in \/nowhere.*apt-get install pocketsphinx/s)
})
