// The main door: re-exports only. Importing it loads nothing heavy (a test measures it).

export { silence } from '../audio/pcm.ts'
export { speech } from '../audio/speech.ts'
export { expect } from '../fixtures/expect.ts'
export { type RealtimeFixtures, test, withRealtime } from '../fixtures/index.ts'
export { useLocalRealtime } from '../fixtures/use-local-realtime.ts'
export type { RealtimeMatchers } from '../matchers/types.ts'
export type * from './api.ts'
export { createLocalRealtime } from './doors/create-local-realtime.ts'
export { AudioEngineFailed, AudioEngineUnavailable, RealtimeKitError } from './errors.ts'
export type {
  LegacySessionState,
  LegacyTranscriptionState,
  LegacyVadState,
  LocalRealtimeClientOptions,
} from './legacy/client-types.ts'
export {
  type ConnectionManagerOptions,
  type ConnectionStats,
  createLocalConnection,
  createMockWebSocketConnection,
  type LocalConnectionOptions,
  MockWebSocketConnectionManager,
} from './legacy/connection-manager.ts'
export { type ContextEntry, ConversationContext, type ConversationContextOptions } from './legacy/conversation-context.ts'
export { MockRealtimeClient, MockResponseConfig } from './legacy/deprecated-names.ts'
export { type EventHandler, EventHandlerManager, type EventReply } from './legacy/event-handlers.ts'
export {
  createAudioTestingMock,
  createCustomerServiceMock,
  createFunctionTestingMock,
  createSalesMock,
  createSimpleMock,
  createTestAudioFiles,
  type FactoryOptions,
} from './legacy/factories.ts'
export { LocalRealtimeClient } from './legacy/local-realtime-client.ts'
export { MockWebSocketConnection } from './legacy/mock-connection.ts'
export {
  LocalResponseConfig,
  type ResponseConfigOptions,
  type ResponseGeneratorFunction,
  ResponseSelectionCriteria,
  type SelectionCriteriaOptions,
} from './legacy/response-config.ts'
export type { SelectedResponse, SelectionRequest } from './legacy/selection.ts'
export type { LegacySessionConfig, LegacyTranscriptionConfig, LegacyVadConfig } from './legacy/session-settings.ts'
export type { TestAudioFile, TestAudioOptions } from './legacy/test-audio.ts'
export type { ResponseTiming } from './legacy/timings.ts'
export { type ChatClient, type ChatModelOptions, chatModel } from './models/chat-model.ts'
