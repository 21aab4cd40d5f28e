// The text of a failing expectation, colours stripped. Fails itself when nothing fails.

import { stripVTControlCharacters } from 'node:util'

export async function failureOf(work: () => unknown): Promise<string> {
  try {
    await work()
  } catch (error) {
    if (error instanceof Error) return `\n${stripVTControlCharacters(error.message)}\n`
    throw error
  }
  throw new Error('the expectation did not fail')
}
