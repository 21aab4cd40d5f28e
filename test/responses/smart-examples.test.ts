import { expect, test } from 'vitest'
import { ReplyBook } from '../../src/responses/reply-book.ts'
import { selectReply } from '../../src/responses/select.ts'
import { smartExampleAudio, smartExamples } from '../../src/responses/smart-examples.ts'
import { factsOf, functionTool, request, userText } from './requests.ts'

function choose(inputs: readonly string[], more: Parameters<typeof request>[1] = {}): string {
  const book = new ReplyBook()
  for (const [name, reply] of Object.entries(smartExamples())) book.add(name, reply)
  return selectReply(book, factsOf(request(inputs.map(userText), more))).name
}

test('are ten, all with words, in the order of the old system', () => {
  const names = 'greeting help_request complaint question gratitude farewell function_call audio_only technical_support fallback'
  expect(Object.keys(smartExamples())).toEqual(names.split(' '))
  expect(Object.values(smartExamples()).every((one) => one.text.length > 10)).toBe(true)
  expect(Object.keys(smartExamples())).toEqual(expect.arrayContaining(Object.keys(smartExampleAudio)))
})

test.each<[string[], string]>([
  [['Hello there!'], 'greeting'],
  [['I need help with my account'], 'help_request'],
  [['Hm', 'I have a complaint about the service'], 'complaint'],
  [['What is the status of my order?'], 'question'],
  [['Thank you'], 'gratitude'],
  [['Goodbye, have a nice day'], 'farewell'],
  [['The page has crashed with an error'], 'technical_support'],
  [['This is a technical error'], 'technical_support'],
  [['a', 'b', 'Hello'], 'fallback'],
  [['zzz'], 'fallback'],
  [['I noticed this thing'], 'fallback'],
])('%j → %s, by whole words', (inputs, name) => {
  expect(choose(inputs)).toBe(name)
})

test('an agent that speaks first greets; what it does not understand later reaches the fallback', () => {
  expect(choose([], { modalities: ['audio'] })).toBe('audio_only')
  expect(choose(['zzz'], { modalities: ['audio'] })).toBe('fallback')
})

test('the example call is made only where its function is offered', () => {
  expect(choose(['go'], { tools: [functionTool('get_weather')] })).toBe('fallback')
  expect(choose(['go'], { tools: [functionTool('process_request')] })).toBe('function_call')
})
