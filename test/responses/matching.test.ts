import { describe, expect, test } from 'vitest'
import { foldText, hasPhrase, hasPhraseOrPattern, prepareText } from '../../src/responses/matching.ts'

const has = (text: string, phrase: string) => hasPhrase(prepareText(text), phrase)

describe('a phrase is found as whole words', () => {
  test.each([
    ['Hello there!', 'hello', 'any case, punctuation ignored'],
    ['well, HELLO', 'Hello', 'case of the phrase ignored'],
    ['I want a table for two, please', 'table for two', 'several words in order'],
    ['A table — for two', 'table for two', 'punctuation between the words'],
    ["What's the matter?", 'what', 'an apostrophe ends a word'],
    ["I don't know", "don't", 'an apostrophe in the phrase'],
    ['Je vais à l’hôtel', 'hôtel', 'French elision with a typographic apostrophe'],
    ['Die STRASSE ist gesperrt', 'Straße', 'German sharp s in capitals'],
    ['Ich möchte ein Gespräch führen', 'Gespräch', 'German umlaut'],
    ['Ich mo\u0308chte zahlen', 'möchte', 'composed and decomposed umlaut'],
    ['İstanbul uçuşu', 'istanbul', 'Turkish dotted capital I'],
    ['ΟΔΟΣ', 'οδος', 'Greek final sigma'],
    ["ΟΔΟΣ'ΕΝΑ", 'οδος', 'Greek sigma that is final only as a word'],
    ['Хочу заказать столик', 'СТОЛИК', 'Cyrillic'],
    ['明日の予約をお願いします', '予約', 'Japanese writes no spaces'],
    ['予約、お願いします', '予約お願い', 'Japanese punctuation within the phrase'],
    ['ｺｰﾋｰをください', 'コーヒー', 'half-width katakana'],
    ['我想预订一张桌子', '预订', 'Chinese'],
    ['ขอจองโต๊ะสองคน', 'จองโต๊ะ', 'Thai'],
    ['예약을 하고 싶어요', '예약', 'Korean particle after the word'],
    ['أُرِيدُ حَجْزَ طَاوِلَة', 'حجز طاولة', 'Arabic vowel points'],
    ['مرحبـــا', 'مرحبا', 'Arabic stretching mark'],
    ['אני רוצה לְהַזְמִין', 'להזמין', 'Hebrew points'],
    ['मुझे एक मेज चाहिए', 'मेज', 'Hindi'],
    ['great 👍🏽!', '👍', 'an emoji whatever its skin tone'],
    ['great👍ok', 'ok', 'an emoji ends a word'],
    ['yes❤️', '❤', 'an emoji next to a word, variation selector ignored'],
    ['Press 1️⃣ now', '1', 'a keycap emoji is its digit'],
    ['It costs €50', '€50', 'currency signs count'],
    ['Where?', '?', 'a phrase of punctuation only is taken literally'],
    ['ＦＵＬＬ width', 'full', 'full-width letters'],
  ])('%s ∋ %s (%s)', (text, phrase) => {
    expect(has(text, phrase)).toBe(true)
  })
})

describe('a phrase is not found', () => {
  test.each([
    ['This thing', 'hi', 'inside of a word'],
    ['I know, I noticed', 'no', 'at the start of a word'],
    ['whole', 'who', 'prefix'],
    ['order A12', 'A1', 'a digit goes on'],
    ['two tables for two', 'table for two', 'another form of the first word'],
    ['for two a table', 'table for two', 'another order'],
    ['Das ist schon gut', 'schön', 'umlauts make another word'],
    ['ジャパン', 'パン', 'inside of a katakana word'],
    ['재예약', '예약', 'Korean prefix makes another word'],
    ['كتابة', 'كتاب', 'Arabic word goes on'],
    ['', 'hello', 'nothing said'],
    ['hello', '', 'empty phrase'],
    ['hello', ' ', 'blank phrase'],
  ])('%s ∌ %s (%s)', (text, phrase) => {
    expect(has(text, phrase)).toBe(false)
  })
})

test('a second occurrence counts when the first is inside of a word', () => {
  expect(has('this is it, hi!', 'hi')).toBe(true)
})

test('legacy mode looks for substrings', () => {
  const text = prepareText('This thing', 'legacy')
  expect(hasPhrase(text, 'HI')).toBe(true)
  expect(hasPhrase(text, 'hello')).toBe(false)
  expect(hasPhrase(text, '')).toBe(false)
})

test('a pattern sees the words as they were said and keeps no state', () => {
  const sticky = /order (?:number )?A1/gi
  const text = prepareText('Where is my Order A1?')
  expect([hasPhraseOrPattern(text, sticky), hasPhraseOrPattern(text, sticky)]).toEqual([true, true])
  expect(sticky.lastIndex).toBe(0)
  expect(hasPhraseOrPattern(text, /order B/i)).toBe(false)
})

test('folding joins what unspaced scripts separate by punctuation, but not katakana words', () => {
  expect(foldText('パン・ケーキ')).toBe('パン ケーキ')
  expect(foldText('はい、そうです。')).toBe('はいそうです')
})
