// The user's side of a recording: what was typed, said and pressed, turn by turn.

import { decodeBase64 } from '../../audio/base64.ts'
import { decodeWireAudio, wireRateHz } from '../../audio/formats.ts'
import { pcm } from '../../audio/pcm.ts'
import type { Pcm } from '../../audio/types.ts'
import type { Tape, TapeTurn } from '../api.ts'
import { keysIn } from '../responses/turn.ts'
import type { ClientStep, SessionScript } from './replay-script.ts'
import { defaultFormat, type Stretch } from './replay-sound.ts'
import { partsOf, textAt } from './replay-values.ts'

interface Placed {
  readonly index: number
  readonly turn: TapeTurn
}

export function tapeOf(name: string, scripts: readonly SessionScript[]): Tape {
  const turns = scripts.flatMap((script) => [
    ...script.steps.flatMap((step) => typedTurn(step) ?? committedTurn(step, script) ?? []),
    ...script.speeches.map(({ index, sound, itemId }) => ({
      index,
      turn: spokenTurn(sound.audio, script.words.get(itemId), sound),
    })),
    ...keyTurns(script),
  ])
  return { name, turns: turns.toSorted((a, b) => a.index - b.index).map(({ turn }) => turn) }
}

/** The sound knows its words, as far as the recording does: `caller.says(turn.audio)` is a sentence, not a noise. */
function spokenTurn(audio: Pcm | undefined, text: string | undefined, sound?: Stretch): TapeTurn {
  const { speech, startMs = 0 } = sound ?? {}
  const speechSpan = speech && { startMs: speech.startMs - startMs, endMs: speech.endMs - startMs }
  const known = audio && pcm(audio.samples, audio.rateHz, { text, speechSpan })
  return { ...(text !== undefined && { text }), ...(known && { audio: known }) }
}

/** A message of the user. */
function typedTurn({ index, event }: ClientStep): Placed | undefined {
  if (event.type !== 'conversation.item.create' || textAt(event, 'item.role') !== 'user') return undefined
  const parts = partsOf(event.item)
  const texts = parts.flatMap((part) => (typeof part.text === 'string' ? [part.text] : []))
  const spoken = parts.flatMap((part) => textAt(part, 'audio') ?? [])
  const text = texts.length > 0 ? texts.join(' ') : undefined
  const keys = text === undefined ? undefined : keysIn(text)
  const bytes = spoken[0] === undefined ? undefined : decodeBase64(spoken[0])
  const audio = bytes && pcm(decodeWireAudio(bytes, defaultFormat), wireRateHz(defaultFormat))
  return { index, turn: { ...spokenTurn(audio, text), ...(keys !== undefined && { keys }) } }
}

/** Sound that the app committed by itself. */
function committedTurn(step: ClientStep, script: SessionScript): Placed | undefined {
  if (!step.sound?.audio) return undefined
  const committed = script.answers.find(({ cause, event }) => cause === step && event?.type === 'input_audio_buffer.committed')
  return {
    index: step.index,
    turn: spokenTurn(step.sound.audio, script.words.get(textAt(committed?.event, 'item_id') ?? ''), step.sound),
  }
}

/** Keys pressed on the line of a call, those without anything between them in one turn. */
function keyTurns({ answers }: SessionScript): Placed[] {
  const turns: { index: number; turn: { keys: string }; lastPlace: number }[] = []
  for (const [place, { index, event }] of answers.entries()) {
    if (event?.type !== 'input_audio_buffer.dtmf_event_received') continue
    const last = turns.at(-1)
    if (last?.lastPlace === place - 1) {
      last.turn.keys += event.event
      last.lastPlace = place
    } else {
      turns.push({ index, turn: { keys: event.event }, lastPlace: place })
    }
  }
  return turns
}
