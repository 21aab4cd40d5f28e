// How a call ends from our side: the decision is taken by a function of the agent, then the goodbye is heard to its end, then the line is
// cut. The caller who speaks up meanwhile keeps the call.

import { isRecord } from '../protocol/json.ts'
import type { EndCallOptions } from './bridge-options.ts'
import type { BridgeFunction, FunctionResult } from './function-calls.ts'

export interface GoodbyeListener {
  /** The model should say goodbye: it has not yet. */
  askForGoodbye(): void
  /** Calls `onIdle` of the goodbye when all was heard; at once where nothing sounds. */
  isQuiet(): boolean
  hangUp(reason: string): void
  transfer(target: string, reason: string): void
}

type State =
  | { readonly type: 'talking' }
  | { readonly type: 'asked'; readonly end: End }
  | { readonly type: 'leaving'; readonly end: End }
  | { readonly type: 'over' }

interface End {
  readonly reason: string
  readonly transferTarget?: string
}

/** Functions that end a call by their name alone, as in the old system. */
const endingNames: Readonly<Record<string, string>> = {
  wrap_up: 'The call was completed.',
  transfer_to_human: 'The call was transferred.',
}
const endingStages: Readonly<Record<string, string>> = {
  call_complete: 'The call was completed.',
  human_transfer: 'The call was transferred.',
}

/** The function by which the model hangs up. */
export function endCallFunction(name: string): BridgeFunction {
  return {
    name,
    description: 'Ends the call once you have said goodbye.',
    parameters: {
      type: 'object',
      properties: { reason: { type: 'string', description: 'Why the call ends, in a few words.' } },
    },
    run: ({ reason }) => ({ status: 'ending', next_action: 'end_call', ...(typeof reason === 'string' ? { reason } : {}) }),
  }
}

/** Whether the result of a function ends the call: by the name of the function, `next_action`, or the stage of its context. */
export function endOf({ name, output }: Pick<FunctionResult, 'name' | 'output'>): End | undefined {
  const result = isRecord(output) ? output : {}
  if ('error' in result) return undefined
  const context = isRecord(result.context) ? result.context : {}
  const stage = typeof context.stage === 'string' ? context.stage : ''
  const byAction = result.next_action === 'end_call' ? 'The agent ended the call.' : undefined
  const reason = byAction ?? endingNames[name] ?? endingStages[stage]
  if (reason === undefined) return undefined
  const target = result.transfer_target
  return {
    reason: typeof result.reason === 'string' ? result.reason : reason,
    ...(typeof target === 'string' ? { transferTarget: target } : {}),
  }
}

export class Goodbye {
  readonly #after: NonNullable<EndCallOptions['after']>
  readonly #capMs: number
  readonly #listener: GoodbyeListener
  #state: State = { type: 'talking' }
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor({ after = 'heard', capMs = 20_000 }: EndCallOptions, listener: GoodbyeListener) {
    this.#after = after
    this.#capMs = capMs
    this.#listener = listener
  }

  get isLeaving(): boolean {
    return this.#state.type === 'asked' || this.#state.type === 'leaving'
  }

  /** The agent wants to end the call; `hasSpoken` when the goodbye was said along with the decision. */
  begin(end: End, { hasSpoken }: { readonly hasSpoken: boolean }): void {
    if (this.#state.type !== 'talking') return
    if (this.#after !== 'heard') {
      this.#state = { type: 'leaving', end }
      this.#timer = setTimeout(() => this.#leave(end), this.#after.delayMs)
      return
    }
    this.#timer = setTimeout(() => this.#leave(end), this.#capMs)
    this.#state = { type: hasSpoken ? 'leaving' : 'asked', end }
    if (hasSpoken) this.quiet()
    else this.#listener.askForGoodbye()
  }

  /** The response that was asked for is over; its sound may still be heard. */
  responseDone(): void {
    if (this.#state.type !== 'asked') return
    this.#state = { type: 'leaving', end: this.#state.end }
    this.quiet()
  }

  /** Nothing sounds any more. */
  quiet(): void {
    if (this.#state.type === 'leaving' && this.#after === 'heard' && this.#listener.isQuiet()) this.#leave(this.#state.end)
  }

  /** The caller has something to say. */
  interrupted(): void {
    if (!this.isLeaving || this.#after !== 'heard') return
    this.#state = { type: 'talking' }
    clearTimeout(this.#timer)
  }

  close(): void {
    this.#state = { type: 'over' }
    clearTimeout(this.#timer)
  }

  #leave({ reason, transferTarget }: End): void {
    this.close()
    if (transferTarget === undefined) this.#listener.hangUp(reason)
    else this.#listener.transfer(transferTarget, reason)
  }
}
