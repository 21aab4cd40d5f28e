// Whether words sound like a whole sentence: what a speaker who has finished says, and one who has not.

import { expect, test } from 'vitest'
import { soundsFinished } from '../../src/runtime/end-of-turn.ts'

test.for([
  'What time is it?',
  'What time is it',
  'A table for two please',
  'I need a flight to Paris.',
  'Yes',
  'Stop!',
  'I want to check in',
  'turn it on',
  'What are you waiting for?',
  'He said: "I am done."',
  'My number is 42',
  'Set it to twenty. Actually, twelve.',
  '何時ですか。',
  '你好吗？',
  'क्या समय है।',
  'Quisiera una mesa',
])('finished: %s', (text) => {
  expect(soundsFinished(text)).toBe(true)
})

test.for([
  'I would like, um',
  'Um.',
  'I would like',
  "I'd like",
  'I’d like',
  'I need a flight to',
  'and',
  'I am calling because',
  'a table for',
  'the',
  'I want to see my',
  'Well,',
  'Well ...',
  'So…',
  'There are three things:',
  'I thought —',
  '我想要，',
  'それで…',
  'Ich möchte,',
])('goes on: %s', (text) => {
  expect(soundsFinished(text)).toBe(false)
})

test.for(['', '   ', '我想要', 'もしもし', 'привет'])('nobody can tell: %j', (text) => {
  expect(soundsFinished(text)).toBeUndefined()
})
