// An upgrade request as transports make it.

import type { UpgradeRequest } from '../../../src/transports/transport.ts'

export function request(query: string, some: Partial<UpgradeRequest> = {}): UpgradeRequest {
  const url = new URL(`wss://api.openai.com/v1/realtime${query}`)
  return { url, headers: { authorization: 'Bearer sk-any' }, protocols: [], transport: 'memory', ...some }
}

export const bearer = (key: string): Partial<UpgradeRequest> => ({ headers: { authorization: `Bearer ${key}` } })
