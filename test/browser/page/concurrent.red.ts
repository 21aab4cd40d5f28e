// Must be red: browser-mode.test.ts reads what it says.

import { describe } from 'vitest'
import { expect, test } from 'vitest-realtime'

describe.concurrent('two at once', () => {
  test('first', async ({ realtime }) => {
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(realtime.sessions).toEqual([])
  })

  test('second', async ({ realtime }) => {
    expect(realtime.sessions).toEqual([])
  })
})
