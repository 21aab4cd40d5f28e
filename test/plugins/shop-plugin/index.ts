// A plugin as somebody else would publish it: it knows the kit by its public types and functions only.

// By path: the kit is not installed in a package within its own tests.
import type { Pcm, Plugin, Turn } from '../../../src/api.ts'

/** Ears that hear speech in every frame that is not silent. */
const eagerEars = {
  name: 'eager',
  load: async () => {},
  open: (rateHz: number) => {
    const frameSamples = Math.round(rateHz * 0.032)
    let kept: number[] = []
    let endSample = 0
    return {
      push(samples: Int16Array) {
        kept.push(...samples)
        const frames: { endSample: number; probability: number }[] = []
        for (; kept.length >= frameSamples; kept = kept.slice(frameSamples)) {
          endSample += frameSamples
          const isLoud = kept.slice(0, frameSamples).some((sample) => Math.abs(sample) > 200)
          frames.push({ endSample, probability: isLoud ? 1 : 0 })
        }
        return frames
      },
      reset() {
        kept = []
        endSample = 0
      },
    }
  },
}

export interface ShopOptions {
  readonly currency?: string
  /** Told of what the app adds to its conversation. */
  readonly onItem?: (what: string) => void
}

export function shopPlugin({ currency = 'EUR', onItem = () => {} }: ShopOptions = {}): Plugin {
  return {
    name: 'shop',
    intents: { price_question: ['how much', 'wie viel', 'cuánto'], greeting: ['grüezi'] },
    criteria: { spends: (turn: Turn, wanted: { atLeast: number }) => Number(/\d+/.exec(turn.text)?.[0] ?? 0) >= wanted.atLeast },
    generators: {
      quote: (turn: Turn, { each }: { each: number }) => `${Number(/\d+/.exec(turn.text)?.[0] ?? 1) * each} ${currency}`,
      async *story(turn: Turn) {
        yield 'You said '
        yield `${turn.text}.`
      },
    },
    handlers: { 'conversation.item.create': (event, session) => onItem(`${event.item.type} in ${session.id.slice(0, 5)}`) },
    engines: { vad: { eager: eagerEars } },
    processors: { output: (sound: Pcm) => ({ ...sound, samples: sound.samples.map((sample) => sample >> 1) }) },
    faults: { outage: [{ response: 'server_error' }] },
  }
}
