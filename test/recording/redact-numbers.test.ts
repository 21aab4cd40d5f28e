// Numbers and URLs in the forms that people, recognizers and clouds give them: what is a secret goes, what only looks alike stays.

import { describe, expect, test } from 'vitest'
import { recordingOf } from '../../src/recording/recording-of.ts'
import { Redactor } from '../../src/recording/redactor.ts'
import { textTurn } from './sample.ts'

const redacted = (text: string): string => new Redactor().text(text)

describe('numbers', () => {
  test.for([
    ['４１１１ １１１１ １１１１ １１１１', '[card]'],
    ['電話は０９０－１２３４－５６７８です', '電話は[phone]です'],
    ['+٤٩ ٣٠ ١٢٣٤٥٦٧', '[phone]'],
    ['555‑010‑0199 or 555 010 0199', '[phone] or [phone]'],
    ['4111\u00a01111\u00a01111\u00a01111', '[card]'],
    ['tel\u00a0555\u00a0010\u00a00199', 'tel\u00a0[phone]'],
    ['My card is 4111 1111 1111 1111, valid 12/26.', 'My card is [card], valid 12/26.'],
    ['4111-1111-1111-1111', '[card]'],
    ['4111111111111111', '[card]'],
    ['378282246310005 and 3782 822463 10005', '[card] and [card]'],
    ['{"card":"5555555555554444"}', '{"card":"[card]"}'],
    ['4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1', '[card]'],
    ['it is 5 5 5 0 1 0 0 1 9 9, thanks', 'it is [phone], thanks'],
  ] as const)('%s', ([text, becomes]) => {
    expect(redacted(text)).toBe(becomes)
  })
})

describe('said digit by digit', () => {
  test.for([
    ['Four one one one, one one one one, one one one one, one one one one.', '[card].'],
    ['my number is five five five, oh one oh, oh one nine nine, thanks', 'my number is [phone], thanks'],
    ['Zero-one-seven-one two three four five six seven eight', '[phone]'],
    ['double five five oh one double oh one double nine', '[phone]'],
    ['null eins sieben eins zwei drei vier fünf sechs sieben acht', '[phone]'],
    ['zéro six un deux trois quatre cinq six sept huit', '[phone]'],
    ['seis uno dos tres cuatro cinco cinco siete ocho nueve', '[phone]'],
  ] as const)('%s', ([text, becomes]) => {
    expect(redacted(text)).toBe(becomes)
  })

  test('delta by delta', () => {
    const said = 'Call five five five oh one oh oh one nine nine now.'
    const { entries, header } = recordingOf(textTurn(said).entries, { name: 'said', source: 'service' })
    const deltas = entries.flatMap((entry) => ('event' in entry && 'delta' in entry.event ? [entry.event.delta] : []))
    expect(deltas.join('')).toBe('Call [phone] now.')
    expect(JSON.stringify(entries)).not.toContain('nine')
    expect(header.redactions).toMatchObject({ phone: expect.any(Number) })
  })
})

describe('URLs', () => {
  const signature = '0f9a8b7c6d5e4f3a2b1c0d9e8f7a6b5c'
  test.for([
    'https://app.example.com/callback?state=x&code=4%2F0AX4XfWjYZ1abcDEF',
    'https://app.example.com/callback?code=1b2f3c4d5e6f7a8b9c0d',
    `https://b.s3.amazonaws.com/a.wav?X-Amz-Expires=60&X-Amz-Signature=${signature}`,
    `https://a.blob.core.windows.net/x?sp=r&sig=${signature}%3D`,
    `https://d.cloudfront.net/x?Policy=none&Signature=${signature}`,
    `https://app.example.com/#access_token=${signature}&token_type=bearer`,
    `https://app.example.com/login?next=https%3A%2F%2Fa.example%2F%3Ftoken%3D${signature}`,
    `https://app.example.com/login?token=${signature}`,
    `https://app.example.com/?SAMLResponse=${signature}`,
    'https://app.example.com/?otp=123456',
  ])('%s', (url) => {
    const clean = redacted(url)
    expect(clean).toMatch(/\[(?:key|token|password)\]/)
    expect(clean).not.toMatch(/0f9a8b7c|1b2f3c4d|4%2F0AX|123456/)
  })
})

describe('what only looks alike stays', () => {
  test.for([
    'one two three four five six seven eight nine',
    'zero one two three four five six seven eight nine',
    'nine eight seven six five four three two one zero, lift-off',
    'One, two. One, two. Is this on?',
    'Table for two at eight, one of seven.',
    'order four four two one seven nine',
    'room one oh five, floor two, at nine thirty',
    'zero one zero one one zero zero one zero one one',
    'no one knows; oh, one two three',
    '4111 1111 1111 1112',
    '1764000000000, 1764000000000000',
    'order 4532015112830367',
    'https://example.com/?code=404',
    'https://example.com/?code=en-US&country_code=DE',
    'https://example.com/?code=SUMMER2026',
    'https://example.com/?design=blue&zip_code=10115',
    'https://example.com/#section-2',
    'bits 0 1 0 1 1 0 1 0 1 1 0 1',
    '1 2 3 4 5 6 7 8 9 10 11 12',
    'scores: 3 2 1, 4 4 0, 9 9 9',
    '[1, 4, 2, 5, 3, 7, 8, 1, 2, 3, 4]',
    '0.1 0.2 0.3 0.4 0.5 0.6 0.7 0.8 0.9 0.1 0.2',
    'ISBN 978-3-16-148410-0',
    '令和８年１１月２２日',
  ])('%s', (text) => {
    expect(redacted(text)).toBe(text)
  })
})
