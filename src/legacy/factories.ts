// Ready-made clients of the old system. Each of their responses can be had by saying one of its words.

import type { LocalRealtimeClientOptions } from './client-types.ts'
import { loadEngine } from './load-engine.ts'
import { LocalRealtimeClient } from './local-realtime-client.ts'
import type { ResponseConfigOptions } from './response-config.ts'
import type { TestAudioFile, TestAudioOptions } from './test-audio.ts'

export interface FactoryOptions extends LocalRealtimeClientOptions {
  /** Folder of the sounds, `<key>.wav`. Default: the texts are spoken by the embedded voice. */
  audioDir?: string
}

interface Scenario {
  readonly text: string
  /** Default: the file of its key in `audioDir`, where there is one. */
  readonly audioFile?: string
  readonly keywords: readonly string[]
  readonly priority?: number
  /** Ms for each character and each chunk of sound, with `legacy: true`. */
  readonly pace: readonly [charMs: number, chunkMs: number]
}

const customerService: Readonly<Record<string, Scenario>> = {
  greeting: {
    text: 'Good day, customer service here. How may I be of use?',
    keywords: ['hello', 'hi', 'hey', 'good morning'],
    priority: 5,
    pace: [30, 150],
  },
  account_help: {
    text: 'Let us look at your account. Which e-mail address is it under?',
    keywords: ['account', 'login', 'password'],
    pace: [40, 200],
  },
  billing_help: {
    text: 'I have your last bill in front of me. Which item is it about?',
    keywords: ['bill', 'billing', 'invoice', 'payment', 'charged'],
    pace: [40, 200],
  },
  technical_support: {
    text: 'Let us find the fault together. Since when does it fail?',
    keywords: ['technical', 'not working', 'crash', 'bug', 'broken'],
    pace: [50, 250],
  },
  transfer: {
    text: 'I will connect you with a colleague. Please stay on the line.',
    keywords: ['transfer', 'supervisor', 'real person', 'colleague'],
    pace: [40, 200],
  },
  goodbye: {
    text: 'Thank you for calling. Goodbye!',
    keywords: ['goodbye', 'bye', 'farewell'],
    pace: [50, 250],
  },
  error: {
    text: 'Our systems do not answer just now. Please try again in a few minutes.',
    keywords: ['outage', 'system error', 'server down'],
    priority: 12,
    pace: [60, 300],
  },
}

const sales: Readonly<Record<string, Scenario>> = {
  sales_greeting: {
    text: 'Hello, this is the sales desk. What are you looking for?',
    keywords: ['hello', 'hi', 'hey', 'good morning'],
    priority: 5,
    pace: [30, 150],
  },
  product_pitch: {
    text: 'It does three things well: it is fast, it is quiet, and it lasts.',
    keywords: ['product', 'features', 'tell me more'],
    pace: [40, 200],
  },
  price_quote: {
    text: 'It comes to forty nine a month, everything included.',
    keywords: ['price', 'cost', 'how much', 'quote'],
    pace: [40, 200],
  },
  objection_handling: {
    text: 'I understand. Most of our customers get the price back within a year.',
    keywords: ['expensive', 'not sure', 'competitor', 'think about it'],
    priority: 12,
    pace: [50, 250],
  },
  closing: {
    text: 'Shall I send you the contract right away?',
    keywords: ['buy', 'sign up', 'order it', 'take it'],
    pace: [40, 200],
  },
  thank_you: {
    text: 'It was a pleasure. Welcome aboard!',
    keywords: ['thank', 'thanks', 'appreciate'],
    pace: [50, 250],
  },
}

const defaultPriority = 10

/** Customer service: greeting, account_help, billing_help, technical_support, transfer, goodbye, error. */
export function createCustomerServiceMock(options: FactoryOptions = {}): LocalRealtimeClient {
  return clientOf(customerService, 'I am here for you. Could you say that once more?', options)
}

/** Sales: sales_greeting, product_pitch, price_quote, objection_handling, closing, thank_you. */
export function createSalesMock(options: FactoryOptions = {}): LocalRealtimeClient {
  return clientOf(sales, 'Tell me a little more about what you need.', options)
}

/**
 * A text for each key; said when the user says the key, or one of its longer words.
 *
 * @example
 * createSimpleMock({ opening_hours: 'From nine to five.' }) // "When are your opening hours?"
 */
export function createSimpleMock(texts: Readonly<Record<string, string>>, options: FactoryOptions = {}): LocalRealtimeClient {
  const scenarios = Object.entries(texts).map(([key, text]) => [key, { text, keywords: wordsOf(key), pace: [30, 200] }] as const)
  return clientOf(Object.fromEntries(scenarios), 'I have no answer to that.', options)
}

/** Two functions on offer: get_weather and get_account_balance, with a call of each (weather_function, account_function). */
export function createFunctionTestingMock(options: FactoryOptions = {}): LocalRealtimeClient {
  return new LocalRealtimeClient({
    ...clientOptions(options),
    sessionConfig: { modalities: ['text'], tools: testTools, ...options.sessionConfig },
    responseConfigs: {
      weather_function: {
        text: 'Let me look at the weather.',
        functionCall: { name: 'get_weather', arguments: { location: 'New York', unit: 'fahrenheit' } },
        selectionCriteria: { requiredKeywords: ['weather', 'forecast', 'temperature'], priority: defaultPriority },
      },
      account_function: {
        text: 'Let me look at your balance.',
        functionCall: { name: 'get_account_balance', arguments: { account_id: '12345', include_transactions: true } },
        selectionCriteria: { requiredKeywords: ['account', 'balance'], priority: defaultPriority },
      },
      ...options.responseConfigs,
    },
  })
}

/** A sound file for each key; played when the user says the key, or one of its longer words. */
export function createAudioTestingMock(
  files: Readonly<Record<string, string>>,
  options: FactoryOptions = {},
): LocalRealtimeClient {
  const scenarios = Object.entries(files).map(([key, audioFile]): [string, Scenario] => [
    key,
    { text: `This is the sound of ${key.replaceAll('_', ' ')}.`, audioFile, keywords: wordsOf(key), pace: [20, 100] },
  ])
  const responseConfigs = responsesOf(Object.fromEntries(scenarios), options)
  return new LocalRealtimeClient({ ...clientOptions(options), responseConfigs })
}

/**
 * Writes sixteen small WAV files with the names that the factories look for in `audioDir`; those that are there already are kept.
 *
 * @param options.kind silence (default), a tone, noise, or speech
 * @example
 * const files = await createTestAudioFiles('test/sounds', { kind: 'tone' })
 * files[0] // { name: 'greeting', path: …, isNew: true, durationMs: 2000, soundStartMs: 500, soundEndMs: 1500 }
 */
export function createTestAudioFiles(folder: string, options: TestAudioOptions = {}): Promise<TestAudioFile[]> {
  const names = [...Object.keys(customerService), ...Object.keys(sales), 'weather', 'balance', 'silence']
  return loadEngine().writeTestAudio(folder, names, options)
}

function clientOf(
  scenarios: Readonly<Record<string, Scenario>>,
  otherwise: string,
  options: FactoryOptions,
): LocalRealtimeClient {
  return new LocalRealtimeClient({
    defaultResponseConfig: { text: otherwise },
    ...clientOptions(options),
    responseConfigs: responsesOf(scenarios, options),
  })
}

function responsesOf(
  scenarios: Readonly<Record<string, Scenario>>,
  options: FactoryOptions,
): Record<string, ResponseConfigOptions> {
  const { audioDir, responseConfigs } = options
  const own = Object.entries(scenarios).map(([key, scenario]): [string, ResponseConfigOptions] => {
    const { text, keywords, pace, priority = defaultPriority } = scenario
    const { audioFile = audioDir === undefined ? undefined : `${audioDir}/${key}.wav` } = scenario
    return [
      key,
      {
        text,
        ...(audioFile === undefined ? {} : { audioFile }),
        ...paceOf(pace, options),
        selectionCriteria: { requiredKeywords: [...keywords], priority },
      },
    ]
  })
  return { ...Object.fromEntries(own), ...responseConfigs }
}

function clientOptions({ audioDir: _, ...options }: FactoryOptions): LocalRealtimeClientOptions {
  return options
}

function paceOf([charDelayMs, chunkDelayMs]: Scenario['pace'], { legacy }: FactoryOptions): ResponseConfigOptions {
  return legacy ? { charDelayMs, chunkDelayMs } : {}
}

function wordsOf(key: string): string[] {
  const phrase = key.replaceAll(/[_-]+/g, ' ')
  return [...new Set([phrase, ...phrase.split(' ').filter((word) => word.length > 3)])]
}

const testTools = [
  {
    type: 'function',
    name: 'get_weather',
    description: 'The weather at a place',
    parameters: {
      type: 'object',
      properties: { location: { type: 'string' }, unit: { type: 'string', enum: ['celsius', 'fahrenheit'] } },
      required: ['location'],
    },
  },
  {
    type: 'function',
    name: 'get_account_balance',
    description: 'What is on an account',
    parameters: {
      type: 'object',
      properties: { account_id: { type: 'string' }, include_transactions: { type: 'boolean' } },
      required: ['account_id'],
    },
  },
]
