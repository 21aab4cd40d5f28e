import { describe, expect, test } from 'vitest'
import { describeIntercept, isRealtimeUrl, matcherOf, originMatcherOf } from '../../src/runtime/realtime-urls.ts'

describe('Realtime URLs', () => {
  test.for([
    'wss://api.openai.com/v1/realtime?model=gpt-realtime',
    'wss://api.openai.com/v1/realtime/translations?model=x',
    'wss://us.api.openai.com/v1/realtime',
    'wss://eu.api.openai.com/v1/realtime?intent=transcription',
    'wss://firm.openai.azure.com/openai/v1/realtime?model=x',
    'wss://firm.openai.azure.com/openai/realtime?api-version=1&deployment=x',
    'wss://firm.services.ai.azure.com/openai/v1/realtime',
    'wss://firm.cognitiveservices.azure.com/openai/v1/realtime',
  ])('%s', (url) => {
    expect(isRealtimeUrl(new URL(url))).toBe(true)
    expect(matcherOf()(new URL(url))).toBe(true)
    expect(originMatcherOf()(new URL(url))).toBe(true)
  })

  test.for([
    'wss://api.openai.com/v1/realtimeless',
    'wss://api.openai.com/v1/responses',
    'wss://api.openai.com.evil.example/v1/realtime',
    'wss://my-api.openai.com.example/v1/realtime',
    'wss://notapi.openai.com/v1/realtime',
    'wss://openai.azure.com.example/openai/v1/realtime',
    'wss://firm.openai.azure.com/v1/realtime',
    'ws://127.0.0.1:8080/v1/realtime',
  ])('not %s', (url) => {
    expect(isRealtimeUrl(new URL(url))).toBe(false)
  })
})

describe('the option `intercept`', () => {
  test('false catches nothing', () => {
    expect(matcherOf(false)(new URL('wss://api.openai.com/v1/realtime'))).toBe(false)
    expect(originMatcherOf(false)(new URL('wss://api.openai.com/v1/realtime'))).toBe(false)
    expect(describeIntercept(false)).toBe('nothing (intercept: false)')
  })

  test('a text is a prefix up to a path part, a query, or its end', () => {
    const matches = matcherOf(['wss://voice.example/v1/realtime'])
    const urls = [
      'wss://voice.example/v1/realtime',
      'wss://voice.example/v1/realtime?model=x',
      'wss://voice.example/v1/realtime/more',
    ]
    expect(urls.every((url) => matches(new URL(url)))).toBe(true)
    expect(matches(new URL('wss://voice.example/v1/realtimes'))).toBe(false)
    expect(matches(new URL('wss://api.openai.com/v1/realtime'))).toBe(false)
  })

  test('a text may hold * for anything but the query, and http stands for ws', () => {
    const matches = matcherOf(['https://*.voice.example/*/realtime'])
    expect(matches(new URL('wss://eu.voice.example/a/b/realtime?x=1'))).toBe(true)
    expect(matches(new URL('wss://other.example/?u=.voice.example/a/realtime'))).toBe(false)
  })

  test('dots of a text are dots', () => {
    expect(matcherOf(['wss://voice.example/x'])(new URL('wss://voiceXexample/x'))).toBe(false)
  })

  test('a RegExp is asked as it is', () => {
    const matches = matcherOf([/voice\.example/])
    expect(matches(new URL('ws://voice.example:81/anything'))).toBe(true)
  })

  test('origins are told apart where the pattern allows it', () => {
    const covers = originMatcherOf(['wss://voice.example/v1'])
    expect(covers(new URL('wss://voice.example/'))).toBe(true)
    expect(covers(new URL('wss://other.example/'))).toBe(false)
    expect(originMatcherOf([/x/])(new URL('wss://other.example/'))).toBe(true)
    expect(originMatcherOf(['wss://*.example'])(new URL('wss://other.org/'))).toBe(true)
    expect(originMatcherOf(['no url'])(new URL('wss://other.org/'))).toBe(false)
  })

  test('is described for messages', () => {
    expect(describeIntercept()).toContain('wss://api.openai.com/v1/realtime')
    expect(describeIntercept(['a', /b/])).toBe('a, /b/')
  })
})
