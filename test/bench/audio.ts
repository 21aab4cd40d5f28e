// Measures ears and mouth, and prints a table beside the goals. Run: npm run bench:audio -- [--corpus DIR] [--json FILE] [--smoke]
// DIR holds WAV files and a transcripts.tsv (file, tab, text), recorded clean: their levels tell where speech begins and ends.

import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { type Prompt, readPrompts } from './audio/labelled.ts'
import { type AudioRow, printRows } from './audio/row.ts'
import { signalRows } from './audio/signal.ts'
import { transcriptionRows } from './audio/transcription.ts'
import { madeSpeechRows, recordingRows, sentenceRows, streamsRows } from './audio/vad.ts'

const { values } = parseArgs({
  options: { corpus: { type: 'string' }, json: { type: 'string' }, smoke: { type: 'boolean', default: false } },
})
const prompts: readonly Prompt[] = values.corpus === undefined ? [] : readPrompts(values.corpus)
const parts: readonly (() => Promise<AudioRow[]>)[] = [
  signalRows,
  madeSpeechRows,
  ...(prompts.length > 0 ? [() => recordingRows(prompts), () => sentenceRows(prompts)] : []),
  () => streamsRows(values.smoke ? 10 : 100),
  ...(values.smoke ? [] : [() => transcriptionRows(prompts)]),
]

const rows: AudioRow[] = []
for (const part of parts) rows.push(...(await part()))
printRows(rows)
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(rows, undefined, 2)}\n`)
