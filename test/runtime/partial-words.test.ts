import { expect, test } from 'vitest'
import { PartialWords } from '../../src/runtime/partial-words.ts'

function taken(...texts: string[]): (string | undefined)[] {
  const words = new PartialWords()
  return texts.map((text) => words.take(text))
}

test('what two results in a row agree on is sure', () => {
  expect(taken('my', 'my order', 'my order has', 'my order has')).toEqual([undefined, 'my', 'my order', 'my order has'])
})

test('a word that changes is not, nor is what follows it', () => {
  expect(taken('my older', 'my order was', 'my order has', 'my order has not')).toEqual([
    undefined,
    'my',
    'my order',
    'my order has',
  ])
})

test('what was told stands: an engine that changes its mind about it tells no more', () => {
  expect(taken('my order', 'my order', 'her order has', 'her order has not')).toEqual([
    undefined,
    'my order',
    undefined,
    undefined,
  ])
})

test('words count whole, however they are spaced', () => {
  expect(taken(' the', 'the', 'there  is', 'there is')).toEqual([undefined, 'the', undefined, undefined])
  expect(taken('', '', ' a\n b ', 'a b')).toEqual([undefined, undefined, undefined, 'a b'])
})
