// @vitest-environment happy-dom
// Apps of the browser in happy-dom: its globals, the sockets and the time that the kit gives them.

import { afterAll, beforeAll, describe, expect } from 'vitest'
import { describePageClients, describePageSockets, describePageTime } from './page-suite.ts'

let before: typeof WebSocket
beforeAll(() => {
  before = globalThis.WebSocket
})
afterAll(() => expect(globalThis.WebSocket).toBe(before))

describe('sockets to the service', describePageSockets)
describe('clients', describePageClients)
describe('time', describePageTime)
