// Names of the old system's migration guide: the classes of today, with one warning each.

import { deprecatedClass } from './deprecation.ts'
import { LocalRealtimeClient } from './local-realtime-client.ts'
import { LocalResponseConfig } from './response-config.ts'

/** @deprecated `LocalRealtimeClient`. */
export const MockRealtimeClient: typeof LocalRealtimeClient = deprecatedClass('MockRealtimeClient', LocalRealtimeClient)
/** @deprecated `LocalRealtimeClient`. */
export type MockRealtimeClient = LocalRealtimeClient

/** @deprecated `LocalResponseConfig`. */
export const MockResponseConfig: typeof LocalResponseConfig = deprecatedClass('MockResponseConfig', LocalResponseConfig)
/** @deprecated `LocalResponseConfig`. */
export type MockResponseConfig = LocalResponseConfig
