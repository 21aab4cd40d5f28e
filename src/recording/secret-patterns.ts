// What is blacked out of a recording unless the author says otherwise: how secrets look, and which fields hold them.
// A pattern must not eat what only looks alike: timestamps, ids, amounts.

/** What kind of secret it is: counted in the header, and named where it was. */
export type SecretKind = 'key' | 'token' | 'organization' | 'cookie' | 'phone' | 'webhook secret' | 'password' | 'yours'

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

const keyFields = 'api[-_]?key|x-api-key|apikey|ocp-apim-subscription-key'
const tokenFields = 'authorization|(?:access|refresh|id|auth|session|bearer)[-_]?token|token|jwt|client[-_]?secret'
const passwordFields = 'password|passwd|passphrase|secret|private[-_]?key|credentials?'
const phoneFields = 'phone|phone[-_]?number|mobile|msisdn|caller|called|caller[-_]?id|ani|dnis|fax'

/** `"name": "` in a JSON text, also one within another, whose quotes are escaped; the value's end is a quote that is not its own. */
const jsonField = (names: string): RegExp =>
  new RegExp(`(\\\\{0,7}"(?:${names})\\\\{0,7}"\\s{0,20}:\\s{0,20}\\\\{0,7}")((?:[^"\\\\]|\\\\(?!"\\s*[,}\\]])[^])+)`, 'gi')

export const secretPatterns: readonly SecretPattern[] = [
  { kind: 'key', pattern: /(openai-insecure-api-key\.)[^\s,;"'\\]+/g, keeps: 1 },
  { kind: 'key', pattern: /\b(?:sk|rk)-[A-Za-z0-9_-]{8,}/g },
  { kind: 'key', pattern: /\bek_[A-Za-z0-9_-]{8,}/g },
  { kind: 'key', pattern: /\b(?:AKIA[A-Z0-9]{16}|AIza[\w-]{30,}|gh[pousr]_[A-Za-z0-9]{20,}|xox[abeprs]-[\w-]{10,})/g },
  { kind: 'webhook secret', pattern: /\bwhsec_[A-Za-z0-9+/=_-]{6,}/g },
  { kind: 'token', pattern: /\beyJ[\w-]{8,2000}\.[\w-]{8,8000}\.[\w-]+/g },
  { kind: 'token', pattern: /(\b(?:Bearer|Basic)\s+)(?=[^\s"',;]*\d|[^\s"',;]{20})[A-Za-z0-9._~+/=-]{6,}/gi, keeps: 1 },
  { kind: 'organization', pattern: /\borg[-_](?=[A-Za-z0-9]*[A-Z0-9])[A-Za-z0-9]{8,}/g },
  { kind: 'organization', pattern: /\bproj_(?=[A-Za-z0-9]*[A-Z0-9])[A-Za-z0-9]{8,}/g },
  { kind: 'cookie', pattern: /(\b(?:set-)?cookie\s*:\s*)[^\s;,="\\]+=[^\s;,"\\]*(?:; *[^\s;,="\\]+=[^\s;,"\\]*)*/gi, keeps: 1 },
  { kind: 'password', pattern: /(\b[a-z][a-z0-9+.-]{0,20}:\/\/)[^\s/@:"]{1,200}:[^\s/@"]{1,500}(?=@)/gi, keeps: 1 },
  { kind: 'key', pattern: new RegExp(`([?&](?:${keyFields}|key|sig|signature)=)[^&#\\s"'\\\\]+`, 'gi'), keeps: 1 },
  { kind: 'token', pattern: new RegExp(`([?&](?:${tokenFields}|auth)=)[^&#\\s"'\\\\]+`, 'gi'), keeps: 1 },
  { kind: 'password', pattern: new RegExp(`([?&](?:${passwordFields})=)[^&#\\s"'\\\\]+`, 'gi'), keeps: 1 },
  { kind: 'key', pattern: jsonField(keyFields), keeps: 1 },
  { kind: 'token', pattern: jsonField(tokenFields), keeps: 1 },
  { kind: 'password', pattern: jsonField(passwordFields), keeps: 1 },
  { kind: 'cookie', pattern: jsonField('set-cookie|cookies?'), keeps: 1 },
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
  return fieldKinds.find(([names]) => names.test(name))?.[1]
}

const phoneField = new RegExp(`^(?:${phoneFields})$`, 'i')

/** Whether a field is called after phones and holds nothing but digits. */
export function isPhoneField(name: string, value: unknown): boolean {
  if (!phoneField.test(name)) return false
  const text = String(value)
  return /^\+?\d[\d ().-]*$/.test(text) && isPhone(text)
}
