// Two Realtime sessions talk with each other: an agent and a caller. What one says is the other's sound; one speaks at a time, and the
// other answers when it would have heard all of it. Who opened the socket is told what is said.

import type { WebSocket } from 'ws'
import { base64Bytes } from '../../audio/base64.ts'
import { isRecord } from '../protocol/json.ts'
import { type BridgeLogLevel, type BridgeOptions, backendOf } from './bridge-options.ts'
import { type CallerPersona, type CallerScenario, callerInstructions } from './caller-personas.ts'
import { type BridgeFunction, FunctionCalls } from './function-calls.ts'
import { endCallFunction, endOf } from './goodbye.ts'
import { ModelLine } from './model-line.ts'
import type { BridgeEvent, RealtimeBackend } from './model-link.ts'
import { PlatformSocket } from './platform-socket.ts'
import { shortestTurnMs } from './session-shape.ts'

export type Speaker = 'agent' | 'caller'

export interface DualAgentOptions {
  /** Where the models are. Default: as of every bridge. */
  backend?: BridgeOptions['backend']
  /** The caller's model, where it is another one. Default: `backend`. */
  callerBackend?: RealtimeBackend | (() => RealtimeBackend)
  /** Session of the agent. */
  session?: Record<string, unknown>
  /** Session of the caller; its instructions default to a persona. */
  callerSession?: Record<string, unknown>
  persona?: CallerPersona
  scenario?: CallerScenario
  functions?: readonly BridgeFunction[]
  /** The longest conversation in ms. Default 300,000. */
  maxDurationMs?: number
  /** Turns of both together after which it ends. Default: none. */
  maxTurns?: number
  log?(level: BridgeLogLevel, line: string): void
}

/** One turn of a conversation of two agents. */
export interface DualTurn {
  readonly speaker: Speaker
  readonly text: string
  /** Ms of sound that the other got. */
  readonly soundMs: number
}

interface Party {
  readonly name: Speaker
  readonly line: ModelLine
  readonly functions: FunctionCalls
  text: string
  soundMs: number
  isEnding: boolean
}

const tool = 'hang_up'
const pcm24Ms = 48
const maxDurationMs = 300_000
const agentInstructions =
  'You are the service desk of a company, on the telephone. Help the caller, one or two sentences at a time.'

/**
 * A conversation of two models, over when one hangs up, after `maxDurationMs`, or when the socket closes.
 *
 * @example
 * const talk = new DualAgentBridge(socket, { persona: 'hurried', maxTurns: 6 })
 * const { reason } = await talk.ended
 * console.log(talk.turns)
 */
export class DualAgentBridge {
  readonly turns: DualTurn[] = []
  /** Resolves when the conversation is over. Never rejects. */
  readonly ended: Promise<{ readonly reason: string }>
  readonly #options: DualAgentOptions
  readonly #socket: PlatformSocket | undefined
  readonly #parties: Readonly<Record<Speaker, Party>>
  readonly #startedAtMs = Date.now()
  readonly #deadline: ReturnType<typeof setTimeout>
  #pause: ReturnType<typeof setTimeout> | undefined
  /** Whose turn it is: nobody else may speak. */
  #holder: Speaker | undefined
  #ready = 0
  #isOver = false
  #resolveEnded: (end: { readonly reason: string }) => void = () => {}

  constructor(socket: WebSocket | undefined, options: DualAgentOptions = {}) {
    this.#options = options
    this.ended = new Promise((resolve) => {
      this.#resolveEnded = resolve
    })
    this.#socket =
      socket &&
      new PlatformSocket(socket, {
        message: () => {},
        unreadable: () => {},
        closed: () => this.close('The socket was closed.'),
      })
    this.#parties = { agent: this.#createParty('agent'), caller: this.#createParty('caller') }
    this.#deadline = setTimeout(() => this.close('The longest time is over.'), options.maxDurationMs ?? maxDurationMs)
    for (const { line } of Object.values(this.#parties)) line.open()
  }

  /** Who may speak now. */
  get holder(): Speaker | undefined {
    return this.#holder
  }

  get isOver(): boolean {
    return this.#isOver
  }

  #createParty(name: Speaker): Party {
    const { callerBackend, backend, functions = [] } = this.#options
    const own = name === 'caller' && callerBackend !== undefined ? callerBackend : backend
    const calls = new FunctionCalls({
      functions: name === 'caller' ? [endCallFunction(tool)] : [...functions, endCallFunction(tool)],
      timeoutMs: 30_000,
      context: () => ({ callId: `conversation_${name}`, parameters: {} }),
      send: (event) => party.line.send(event),
      onSettled: ({ results }) => {
        if (results.some((result) => endOf(result) !== undefined)) party.isEnding = true
        if (!party.isEnding) party.line.send({ type: 'response.create' })
        else this.#turnOver(party)
      },
    })
    const line = new ModelLine({
      attempts: 0,
      retryMs: 0,
      rotateAfterMs: maxDurationMs * 10,
      backend: backendOf(own === undefined ? {} : { backend: own }),
      session: () => this.#sessionOf(name, calls),
      history: () => [],
      isBetweenTurns: () => false,
      listener: {
        ready: () => this.#becomesReady(),
        event: (event) => this.#hears(party, event),
        down: () => {},
        dead: (reason) => this.close(`The model of the ${name} is lost: ${reason}`),
      },
    })
    const party: Party = { name, line, functions: calls, text: '', soundMs: 0, isEnding: false }
    return party
  }

  #sessionOf(name: Speaker, { tools }: FunctionCalls): Record<string, unknown> {
    const { session = {}, callerSession = {}, persona = 'typical', scenario = 'banking_card_replacement' } = this.#options
    const format = { type: 'audio/pcm', rate: 24_000 }
    const own = name === 'agent' ? session : callerSession
    const instructions = name === 'agent' ? agentInstructions : callerInstructions(persona, scenario, tool)
    return {
      type: 'realtime',
      output_modalities: ['audio'],
      instructions,
      ...own,
      tools: [...(Array.isArray(own.tools) ? own.tools : []), ...tools],
      // Turns are taken in turn, not by who is silent.
      audio: {
        input: { format, turn_detection: null },
        output: { format, ...(isRecord(own.audio) && isRecord(own.audio.output) ? own.audio.output : {}) },
      },
    }
  }

  #becomesReady(): void {
    this.#ready++
    if (this.#ready === 2) this.#give('agent')
  }

  #give(to: Speaker): void {
    this.#holder = to
    const party = this.#parties[to]
    party.text = ''
    party.soundMs = 0
    party.line.send({ type: 'response.create' })
  }

  #hears(party: Party, event: BridgeEvent): void {
    // Only who holds the turn is heard.
    if (this.#isOver || this.#holder !== party.name) return
    const other = this.#parties[otherOf(party.name)]
    switch (event.type) {
      case 'response.output_audio.delta': {
        const audio = String(event.delta)
        party.soundMs += base64Bytes(audio) / pcm24Ms
        other.line.send({ type: 'input_audio_buffer.append', audio })
        return this.#tell({ type: 'audio', speaker: party.name, audio })
      }
      case 'response.output_audio_transcript.done':
        party.text += String(event.transcript)
        return
      case 'response.output_item.done':
        if (isRecord(event.item) && event.item.type === 'function_call')
          party.functions.called(String(event.response_id), event.item)
        return
      case 'response.done':
        return this.#responseDone(party, event)
      case 'error':
        this.#options.log?.('warning', `the model of the ${party.name} says: ${JSON.stringify(event.error)}`)
    }
  }

  #responseDone(party: Party, { response }: BridgeEvent): void {
    const { id, status, output } = isRecord(response) ? response : {}
    const hasCalls = Array.isArray(output) && output.some((item) => isRecord(item) && item.type === 'function_call')
    if (hasCalls) return party.functions.responseDone(String(id), 'completed')
    if (status === 'failed') return this.close(`The model of the ${party.name} failed.`)
    this.#turnOver(party)
  }

  /** All of the turn was given to the other, who answers when it would have been heard. */
  #turnOver(party: Party): void {
    const { name: speaker, text, soundMs } = party
    this.#holder = undefined
    const turn = { speaker, text, soundMs }
    this.turns.push(turn)
    this.#tell({ type: 'turn', ...turn, atMs: Date.now() - this.#startedAtMs })
    this.#pause = setTimeout(() => this.#next(party), soundMs)
  }

  #next(party: Party): void {
    if (party.isEnding) return this.close(`The ${party.name} hung up.`)
    if (this.turns.length >= (this.#options.maxTurns ?? Number.POSITIVE_INFINITY)) return this.close('All turns were taken.')
    const other = this.#parties[otherOf(party.name)]
    // Of less than that the other is simply asked to go on.
    if (party.soundMs >= shortestTurnMs) other.line.send({ type: 'input_audio_buffer.commit' })
    this.#give(other.name)
  }

  #tell(message: Record<string, unknown>): void {
    this.#socket?.send(message)
  }

  /** Ends the conversation. */
  close(reason = 'The conversation was closed.'): void {
    if (this.#isOver) return
    this.#isOver = true
    clearTimeout(this.#deadline)
    clearTimeout(this.#pause)
    for (const party of Object.values(this.#parties)) {
      party.functions.close()
      party.line.close()
    }
    this.#tell({ type: 'end', reason, turns: this.turns.length })
    this.#socket?.close(1000, reason)
    this.#resolveEnded({ reason })
  }
}

function otherOf(name: Speaker): Speaker {
  return name === 'agent' ? 'caller' : 'agent'
}
