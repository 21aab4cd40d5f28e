// The agent is the one who phones: a bridge in the dialect of AudioCodes whose model plays a caller, with a function to hang up.

import type { WebSocket } from 'ws'
import { AudioCodesBridge, type AudioCodesBridgeOptions } from './audiocodes-bridge.ts'
import { type CallerPersona, type CallerScenario, callerInstructions } from './caller-personas.ts'

export interface CallAgentBridgeOptions extends AudioCodesBridgeOptions {
  /** Default 'typical'. */
  persona?: CallerPersona
  /** Default 'banking_card_replacement'. */
  scenario?: CallerScenario
}

const tool = 'hang_up'

/**
 * A caller played by a model. It waits to be greeted, unless `greeting` says otherwise.
 *
 * @example
 * new CallAgentBridge(socket, { persona: 'elderly', scenario: 'insurance_file_claim' })
 */
export class CallAgentBridge extends AudioCodesBridge {
  constructor(socket: WebSocket, options: CallAgentBridgeOptions = {}) {
    const { persona = 'typical', scenario = 'banking_card_replacement', session, endCall } = options
    super(socket, {
      greeting: false,
      ...options,
      endCall: { tool, ...endCall },
      session: { instructions: callerInstructions(persona, scenario, tool), ...session },
    })
  }
}
