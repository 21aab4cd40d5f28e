// How the timeline tells of MCP items.

import { expect, test } from 'vitest'
import { eventDetails } from '../../src/report/event-text.ts'

const around = { responseName: () => undefined }
const added = (item: object): string => eventDetails({ type: 'conversation.item.done', item } as { type: string }, around)
const call = {
  type: 'mcp_call',
  server_label: 'weather',
  name: 'forecast',
  arguments: '{"city":"Rome"}',
  output: null,
  error: null,
}

test.each<[object, string]>([
  [
    { type: 'mcp_list_tools', server_label: 'weather', tools: [{ name: 'forecast' }, { name: 'alarm' }] },
    'tools of weather  forecast, alarm',
  ],
  [call, 'call weather/forecast({"city":"Rome"})'],
  [{ ...call, output: 'Sunny' }, 'call weather/forecast({"city":"Rome"})  → Sunny'],
  [{ ...call, error: { type: 'http_error', code: 502, message: 'gone' } }, 'call weather/forecast({"city":"Rome"})  → gone'],
  [{ ...call, type: 'mcp_approval_request' }, 'may it call weather/forecast({"city":"Rome"})?'],
  [{ type: 'mcp_approval_response', approval_request_id: 'mcpr_1', approve: true }, 'approves mcpr_1'],
  [{ type: 'mcp_approval_response', approval_request_id: 'mcpr_1', approve: false, reason: 'no' }, 'denies mcpr_1  "no"'],
])('%j', (item, text) => {
  expect(added(item)).toBe(text)
})
