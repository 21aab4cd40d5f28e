// What is blacked out of a recording unless the author says otherwise: how secrets look, and which fields hold them.
// A pattern must not eat what only looks alike: timestamps, ids, amounts.

import { numberPatterns } from './number-patterns.ts'

/** What kind of secret it is: counted in the header, and named where it was. */
export type SecretKind = 'key' | 'token' | 'organization' | 'cookie' | 'phone' | 'card' | 'webhook secret' | 'password' | 'yours'

export interface SecretPattern {
  readonly kind: SecretKind
  readonly pattern: RegExp
  /** How many groups at the beginning of the match stay as they are: a name before a secret. Default none. */
  readonly keeps?: 1
  /** What the match must also be. */
  readonly fits?: (match: string) => boolean
}

const digitCount = (text: string): number => text.replace(/\D/g, '').length
const isPhone = (text: string): boolean => digitCount(text) >= 7 && digitCount(text) <= 15

/** What a field is called before the word that tells what it holds: `OPENAI_API_KEY`, `dbPassword`, `x-auth-token`. */
const before = '[\\w-]{0,40}?'
const keyFields = `${before}(?:api[-_]?keys?|(?:access|account|subscription|signing|encryption)[-_]?key)`
const tokenFields = `(?:proxy-)?authorization|${before}token|jwt|${before}client[-_]?secret`
const passwordFields = `${before}(?:passwords?|passwd|passphrase|secrets?|private[-_]?key|credentials?)`
const phoneFields = `${before}phone(?:[-_]?number)?|(?:from|to|callee|caller|customer)[-_]?number|mobile|msisdn|caller|called|caller[-_]?id|ani|dnis|fax`

/** `"name": "` in a JSON text, also one within another, whose quotes are escaped; the value's end is a quote that is not its own. */
const jsonField = (names: string): RegExp =>
  new RegExp(`(\\\\{0,7}"(?:${names})\\\\{0,7}"\\s{0,20}:\\s{0,20}\\\\{0,7}")((?:[^"\\\\]|\\\\(?!"\\s*[,}\\]])[^])+)`, 'gi')

/** In the query or the fragment of a URL, also of one that is a value in another. */
const inQuery = (names: string, value = ''): RegExp =>
  new RegExp(`((?:[?&#]|%3F|%26|%23)(?:${names})(?:=|%3D))${value}[^&#\\s"'\\\\]+`, 'gi')

/** So long a value is no word: names that are also those of harmless things. */
const long = `(?=[^&#\\s"'\\\\]{16})(?=[^&#\\s"'\\\\]*\\d)`

/**
 * Assigned (`OPENAI_API_KEY=…`, `password="…"`), as a header (`x-api-key: …`), or in quotes of other languages (`'api_key': '…'`).
 * With a colon and without quotes it must look like no word: people also speak of passwords.
 */
const named = (names: string): RegExp =>
  new RegExp(
    `((?<![\\w-])(?:(?:${names})=["']?|'(?:${names})'\\s?:\\s?'|(?:${names}):[ ]{0,4}(?:[a-z]+ )?(?=[^\\s"',;]*\\d)))(?!\\[)[^\\s"'&,;\\\\]{6,}`,
    'gi',
  )

/** Base64 is no cover: what has a secret in it when it is unpacked goes as a whole. */
const packedText = /(?<![\w+/-])[A-Za-z0-9+/_-]{24,}={0,2}(?![\w+/=-])/g

function hidesSecret(base64: string): boolean {
  // Sound, pictures and ids show in their first bytes that they are no text.
  const isText = (part: string): boolean => /^[\t\n\r\x20-\x7e]+$/.test(Buffer.from(part, 'base64').toString('latin1'))
  if (!isText(base64.slice(0, 24)) || !isText(base64)) return false
  const text = Buffer.from(base64, 'base64').toString('latin1')
  return secretPatterns.some(({ pattern, keeps = 0, fits }) =>
    [...text.matchAll(pattern)].some((match) => fits?.(match[0].slice(keeps && match[keeps]?.length)) !== false),
  )
}

export const secretPatterns: readonly SecretPattern[] = [
  { kind: 'token', pattern: packedText, fits: hidesSecret },
  { kind: 'key', pattern: /-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----[^-]{1,20000}(?:-----END [A-Z ]{0,30}PRIVATE KEY-----)?/g },
  { kind: 'key', pattern: /(openai-insecure-api-key\.)[^\s,;"'\\]+/g, keeps: 1 },
  // The service repeats a wrong key in part.
  { kind: 'key', pattern: /(\bAPI key provided: )[^\s,;"'\\]+(?<!\.)/gi, keeps: 1 },
  { kind: 'key', pattern: /\b(?:sk|rk)-[A-Za-z0-9_-]{8,}/g },
  { kind: 'key', pattern: /\bek_[A-Za-z0-9_-]{8,}/g },
  { kind: 'key', pattern: /\b(?:AKIA[A-Z0-9]{16}|AIza[\w-]{30,}|gh[pousr]_[A-Za-z0-9]{20,}|xox[abeprs]-[\w-]{10,})/g },
  { kind: 'key', pattern: /\b(?:(?:sk|rk)_(?:live|test)|github_pat|glpat|npm|hf)[_-][A-Za-z0-9_-]{16,}/g },
  { kind: 'key', pattern: /\b(?:ya29\.[\w-]{10,}|SG\.[\w-]{16,}\.[\w-]{16,})/g },
  { kind: 'webhook secret', pattern: /(\bhooks\.slack\.com\/services\/)[\w/]+/g, keeps: 1 },
  { kind: 'webhook secret', pattern: /\bwhsec_[A-Za-z0-9+/=_-]{6,}/g },
  { kind: 'token', pattern: /\beyJ[\w-]{8,2000}\.[\w-]{8,8000}\.[\w-]+/g },
  { kind: 'token', pattern: /(\b(?:Bearer|Basic)\s+)(?=[^\s"',;]*\d|[^\s"',;]{20})[A-Za-z0-9._~+/=-]{6,}/gi, keeps: 1 },
  { kind: 'organization', pattern: /\borg[-_](?=[A-Za-z0-9]*[A-Z0-9])[A-Za-z0-9]{8,}/g },
  { kind: 'organization', pattern: /\bproj_(?=[A-Za-z0-9]*[A-Z0-9])[A-Za-z0-9]{8,}/g },
  { kind: 'cookie', pattern: /(\b(?:set-)?cookie\s*:\s*)[^\s;,="\\]+=[^\s;,"\\]*(?:; *[^\s;,="\\]+=[^\s;,"\\]*)*/gi, keeps: 1 },
  { kind: 'password', pattern: /(\b[a-z][a-z0-9+.-]{0,20}:\/\/)[^\s/@:"]{1,200}:[^\s/@"]{1,500}(?=@)/gi, keeps: 1 },
  { kind: 'key', pattern: inQuery(`${keyFields}|key|sig|signature`), keeps: 1 },
  { kind: 'token', pattern: inQuery(`${tokenFields}|auth`), keeps: 1 },
  { kind: 'password', pattern: inQuery(`${passwordFields}|pwd|passcode|otp`), keeps: 1 },
  // Of URLs that are signed (S3, Google, Azure, CloudFront) and of sign-ins (OAuth, SAML).
  { kind: 'key', pattern: inQuery(`${before}(?:signature|sig|hmac)|awsaccesskeyid|key-pair-id`, long), keeps: 1 },
  { kind: 'token', pattern: inQuery('code|code_verifier|assertion|samlresponse|ticket', long), keeps: 1 },
  { kind: 'key', pattern: named(keyFields), keeps: 1 },
  { kind: 'token', pattern: named(tokenFields), keeps: 1 },
  { kind: 'password', pattern: named(passwordFields), keeps: 1 },
  { kind: 'key', pattern: jsonField(keyFields), keeps: 1 },
  { kind: 'token', pattern: jsonField(tokenFields), keeps: 1 },
  { kind: 'password', pattern: jsonField(passwordFields), keeps: 1 },
  { kind: 'cookie', pattern: jsonField('set-cookie|cookies?'), keeps: 1 },
  ...numberPatterns,
  // Fields of JSON texts that are called after phones: bare digits are one there, and nowhere else.
  {
    kind: 'phone',
    pattern: new RegExp(
      `(\\\\{0,7}"(?:${phoneFields})\\\\{0,7}"\\s{0,20}:\\s{0,20}\\\\{0,7}"?)\\+?\\d[\\d ().-]{5,18}\\d(?![\\w.])`,
      'gi',
    ),
    keeps: 1,
    fits: isPhone,
  },
  { kind: 'phone', pattern: /((?:\bsips?:|\btel:|[?&](?:from|to|phone|caller)=)(?:%2B|\+)?)\d{5,15}(?!\w)/gi, keeps: 1 },
  // E.164, with or without gaps: +15550100, +1 (555) 010-0199, +49 (0)30 123456.
  { kind: 'phone', pattern: /(?<![\w.+-])\+[1-9](?:[ ().-]{0,3}\d){6,14}(?!\w)/g, fits: isPhone },
  { kind: 'phone', pattern: /%2B[1-9]\d{6,14}(?!\w)/g },
  // The same with the prefix that is dialled: 0049 …, 011 49 ….
  { kind: 'phone', pattern: /(?<![\w.+-])(?:00|011[ -])[1-9](?:[ -]?\d){8,13}(?!\w)/g },
  // Written as in North America: (555) 010-0199, 555-010-0199, 1-800-555-0199.
  { kind: 'phone', pattern: /(?<![\w.+-])(?:1[ .-])?\([2-9]\d{2}\) ?\d{3}[ .-]?\d{4}(?![\w-])/g },
  { kind: 'phone', pattern: /(?<![\w.+-])(?:1([ .-]))?[2-9]\d{2}([ .-])\d{3}\2\d{4}(?![\w-]|\.\d)/g },
  // And with a zero in front, as in most of Europe: 030 1234567, 0171/2345678, 020 7946 0958, 01 23 45 67 89.
  {
    kind: 'phone',
    pattern: /(?<![\w.+:/-])0[1-9]\d{1,3}[ /-]\d{3,}(?:[ -]\d{2,}){0,3}(?!\w|[.:-]\d)/g,
    fits: (text) => digitCount(text) >= 9,
  },
  { kind: 'phone', pattern: /(?<![\w.+:/-])0[1-9](?:[ .]\d{2}){4}(?!\w|[.:-]\d)/g },
]

const fieldKinds: readonly (readonly [RegExp, SecretKind])[] = [
  [new RegExp(`^(?:${keyFields})$`, 'i'), 'key'],
  [new RegExp(`^(?:${tokenFields})$`, 'i'), 'token'],
  [new RegExp(`^(?:${passwordFields})$`, 'i'), 'password'],
  [/^(?:set-)?cookies?$/i, 'cookie'],
  [/^openai-(?:organization|project)$/i, 'organization'],
]

/** What a field of this name holds, whatever its value looks like. */
export function secretField(name: string): SecretKind | undefined {
  const words = name.replaceAll(' ', '_')
  return fieldKinds.find(([names]) => names.test(words))?.[1]
}

const phoneField = new RegExp(`^(?:${phoneFields})$`, 'i')

/** Whether a field is called after phones, or is a header of a call, and holds nothing but digits. */
export function isPhoneField(name: string, parent: string, value: unknown): boolean {
  if (!phoneField.test(name) && parent !== 'sip_headers') return false
  const text = String(value)
  return /^\+?\d[\d ().-]*$/.test(text) && isPhone(text)
}
