// The entry `vitest-realtime/telephony`: phone calls for tests, and the simulated platforms behind them. Re-exports only.

export type {
  DialOptions,
  Phone,
  PhoneCall,
  PhoneEnd,
  PhoneEndedBy,
  PhoneFinding,
  PhoneMessage,
  PhoneMetrics,
  PhoneNetwork,
  PhonePersona,
  PhonePlatform,
} from '../api/phone.ts'
export type {
  AudioCodesFormat,
  AudioCodesOptions,
  AudioCodesSettings,
  TelnyxOptions,
  VonageOptions,
} from '../api/phone-platforms.ts'
export type { AudioCodesBridgeOptions } from '../bridges/audiocodes-bridge.ts'
export { AudioCodesBridge } from '../bridges/audiocodes-bridge.ts'
export type { BridgeServerOptions } from '../bridges/bridge-config.ts'
export type { BridgeOptions, EndCallOptions, GreetingOptions, KeypadOptions } from '../bridges/bridge-options.ts'
export { openaiBackend } from '../bridges/bridge-options.ts'
export { createBridgeServer } from '../bridges/bridge-server.ts'
export type { CallAgentBridgeOptions } from '../bridges/call-agent-bridge.ts'
export { CallAgentBridge } from '../bridges/call-agent-bridge.ts'
export type { BridgeMetrics, TruncationFigure } from '../bridges/call-metrics.ts'
export type { CallRecording } from '../bridges/call-recorder.ts'
export type { TranscriptLine } from '../bridges/conversation-history.ts'
export type { DualAgentOptions, DualTurn } from '../bridges/dual-agent-bridge.ts'
export { DualAgentBridge } from '../bridges/dual-agent-bridge.ts'
export type { BridgeFunction, BridgeFunctionContext } from '../bridges/function-calls.ts'
export type { BridgeEvent, RealtimeBackend } from '../bridges/model-link.ts'
export type { BridgeEnd, BridgeState } from '../bridges/realtime-bridge.ts'
export { RealtimeBridge } from '../bridges/realtime-bridge.ts'
export type { TwilioBridgeOptions } from '../bridges/twilio-bridge.ts'
export { TwilioBridge } from '../bridges/twilio-bridge.ts'
