import { expect, test } from 'vitest'
import { nearName } from '../../src/responses/near-name.ts'

const allowed = ['text', 'when', 'delayMs', 'priority', 'keywords', 'minTurn', 'maxTurn']

test.each<[string, string | undefined]>([
  ['wehn', 'when'],
  ['Text', 'text'],
  ['delay_ms', 'delayMs'],
  ['delay', 'delayMs'],
  ['keyword', 'keywords'],
  ['priorty', 'priority'],
  ['min_turns', 'minTurn'],
  ['voice', undefined],
  ['x', undefined],
  ['', undefined],
])('%s → %s', (given, near) => {
  expect(nearName(given, allowed)).toBe(near)
})
