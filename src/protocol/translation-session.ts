// The session object of a translation session, the payload of its `session.update`, and how the one changes the other.
// Kind and model are fixed at the opening; the sound is 24 kHz PCM16 both ways, so no format is named.

import * as z from 'zod'

const noiseReduction = z.strictObject({
  type: z.enum(['near_field', 'far_field']),
  strength: z.number().exactOptional(),
})
const transcription = z.strictObject({ model: z.string() })
const input = z.strictObject({
  transcription: transcription.nullable(),
  noise_reduction: noiseReduction.nullable(),
})
/** The target language is absent until somebody names one: the schema of the API has no null here. */
const output = z.strictObject({ language: z.string().exactOptional() })

export const translationSessionSchema = z.strictObject({
  id: z.string(),
  type: z.literal('translation'),
  model: z.string(),
  expires_at: z.int(),
  audio: z.strictObject({ input, output }),
})

export const translationSessionUpdateSchema = z.strictObject({
  audio: z.strictObject({ input: input.exactPartial(), output }).exactPartial().exactOptional(),
})

/** A translation session, every field present but the language; `expires_at` is Unix time in seconds. */
export interface TranslationSessionObject extends z.infer<typeof translationSessionSchema> {}
/** What `session.update` may change: the target language, the source transcript, the noise reduction. */
export interface TranslationSessionUpdate extends z.infer<typeof translationSessionUpdateSchema> {}

/** The session before any update, in wire key order. */
export function defaultTranslationSession(options: {
  readonly id: string
  readonly model: string
  /** Unix time in seconds. */
  readonly expiresAt: number
}): TranslationSessionObject {
  const { id, model, expiresAt } = options
  const audio = { input: { transcription: null, noise_reduction: null }, output: {} }
  return { id, type: 'translation', model, expires_at: expiresAt, audio }
}

/**
 * The session after an update: only fields that are present change, null turns transcription and noise reduction off, and a
 * noise reduction without `strength` keeps the strength that it had. Neither argument is touched.
 *
 * @example
 * mergeTranslationSession(session, { audio: { output: { language: 'es' } } })
 */
export function mergeTranslationSession(
  current: TranslationSessionObject,
  { audio }: TranslationSessionUpdate,
): TranslationSessionObject {
  const before = current.audio
  const { transcription = before.input.transcription, noise_reduction } = audio?.input ?? {}
  const after = {
    input: { transcription, noise_reduction: mergeNoiseReduction(before.input.noise_reduction, noise_reduction) },
    output: { ...before.output, ...audio?.output },
  }
  return { ...current, audio: after }
}

type NoiseReduction = TranslationSessionObject['audio']['input']['noise_reduction']

function mergeNoiseReduction(current: NoiseReduction, update: NoiseReduction | undefined): NoiseReduction {
  if (update === undefined) return current
  return update && { ...current, ...update }
}
