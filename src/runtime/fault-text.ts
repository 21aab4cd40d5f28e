// A fault of the test as people write and read it.

import type { Fault } from '../api.ts'

/** `{ delay: 'response.done', ms: 500 }`. */
export function faultText(fault: Fault): string {
  const fields = Object.entries(fault).map(
    ([name, value]) => `${name}: ${typeof value === 'string' ? `'${value}'` : String(value)}`,
  )
  return `{ ${fields.join(', ')} }`
}
