// The options of a bridge with every default filled in. What the options mean is told in bridge-options.ts.

import { type BridgeOptions, backendOf, type GreetingOptions } from './bridge-options.ts'
import type { KeypadSettings } from './keypad.ts'
import type { RealtimeBackend } from './model-link.ts'

export interface BridgeSettings {
  readonly backend: () => RealtimeBackend
  readonly reconnect: { readonly attempts: number; readonly retryMs: number }
  readonly rotateAfterMs: number
  /** Undefined: the caller speaks first. */
  readonly greeting: GreetingOptions | undefined
  readonly isTranscribed: boolean
  readonly functionTimeoutMs: number
  /** Undefined: silence while functions run. */
  readonly filler: { readonly afterMs: number; readonly instructions: string } | undefined
  /** Function by which the model hangs up; undefined: there is none. */
  readonly endCallTool: string | undefined
  readonly keypad: Omit<KeypadSettings, 'onEntry'> & { readonly stopsPlayback: boolean }
  readonly callerQueueMs: number
  readonly prebufferMs: number
  readonly highWaterBytes: number
}

/** Longest recording. */
export const mostRecordedMs = 2 * 60 * 60_000
/** Most sound of the agent that waits: what the platforms keep themselves. */
export const mostAgentQueueMs = 10 * 60_000

const fillerInstructions = 'In a few words, ask the caller to wait a moment while you look it up.'

export function settingsOf(options: BridgeOptions): BridgeSettings {
  const { tool = 'end_call' } = options.endCall ?? {}
  return {
    backend: backendOf(options),
    reconnect: { attempts: 3, retryMs: 250, ...options.reconnect },
    rotateAfterMs: options.rotateAfterMs ?? 55 * 60_000,
    greeting: greetingOf(options),
    isTranscribed: options.transcribe ?? true,
    functionTimeoutMs: options.functionTimeoutMs ?? 30_000,
    filler: fillerOf(options),
    endCallTool: tool === false ? undefined : tool,
    keypad: { interDigitMs: 1500, submitKey: '#', maxDigits: 20, stopsPlayback: false, ...options.keypad },
    callerQueueMs: options.queueMs ?? 20_000,
    prebufferMs: options.prebufferMs ?? 150,
    highWaterBytes: options.highWaterBytes ?? 1024 * 1024,
  }
}

function greetingOf({ greeting = true }: BridgeOptions): GreetingOptions | undefined {
  if (greeting === false) return undefined
  if (greeting === true) return {}
  return typeof greeting === 'string' ? { instructions: greeting } : greeting
}

function fillerOf({ filler }: BridgeOptions): BridgeSettings['filler'] {
  if (!filler) return undefined
  const { afterMs = 1500, instructions = fillerInstructions } = filler
  return { afterMs, instructions }
}
