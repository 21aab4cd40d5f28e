// Public types of plugins: what others may add to the kit.

import type { Pcm, SpeechEngine, TranscriptionEngine, VadEngine } from '../../audio/types.ts'
import type { ClientEventOf, ClientEventType } from './events.ts'
import type { Fault, ServiceSession } from './realtime.ts'
import type { Reply, ReplyConfig, Turn } from './replies.ts'

/** The name of something that a plugin adds: `PLUGIN:NAME`. */
export type PluginName = `${string}:${string}`

/**
 * Additions under one name. Plugins apply in the order of the option `plugins`; what one of them throws makes the test red (RTK_PLUGIN)
 * with the plugin's name, and nothing else.
 */
export interface Plugin {
  /** Unique; letters, digits, `-` and `_`. */
  name: string
  /** Further intents, and further words for known ones. */
  intents?: Record<string, string[]>
  /** Criteria for `when: { 'PLUGIN:NAME': wanted }`: whether a turn meets what the reply wants. Met, each is worth 10. */
  criteria?: Record<string, (turn: Turn, wanted: any) => boolean>
  /** Replies by name, for `{ generate: 'PLUGIN:NAME', with: options }`, also in JSON. */
  generators?: Record<string, (turn: Turn, options: any) => Reply | Promise<Reply> | AsyncIterable<string | ReplyConfig>>
  /** Called for each event of the app of that type, before the service acts on it. */
  handlers?: { [K in ClientEventType]?: (event: ClientEventOf<K>, session: ServiceSession) => void }
  /** Engines for the options `vad`, `transcription` and `voice`, named `PLUGIN:NAME`. */
  engines?: {
    vad?: Record<string, VadEngine>
    transcription?: Record<string, TranscriptionEngine>
    voice?: Record<string, SpeechEngine>
  }
  /** Change sound: `input` what the app sends, piece by piece, before the service hears it; `output` what an answer says, as a whole. */
  processors?: { input?: (sound: Pcm) => Pcm; output?: (sound: Pcm) => Pcm }
  /** Faults for `realtime.fail('PLUGIN:NAME')`; several strike together. */
  faults?: Record<string, Fault | Fault[]>
}
