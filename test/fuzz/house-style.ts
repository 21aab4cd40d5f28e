// How refusals of fields read: one pattern for each code. Used on faults of decode and on `error` events alike.

export interface Refusal {
  readonly type: string
  readonly code: string | null
  readonly message: string
  readonly param: string | null
}

const styles: Readonly<Record<string, RegExp>> = {
  unknown_parameter: /^Unknown parameter: '.+'\.$/s,
  missing_required_parameter: /^Missing required parameter: '.+'\.$/,
  invalid_type:
    /^Invalid type for '.+': expected .+, but got (?:null|an? (?:array|object|integer|decimal number|string|boolean)) instead\.$/,
  invalid_value:
    /^(?:Invalid value: '.*'\. (?:Supported values are: |Value must be )'.*'\.|Invalid modalities: \[.*\]\. .+|Invalid value for '.+'\.|Invalid '.+': expected base64-encoded audio bytes\.)$/s,
  integer_below_min_value: /^Invalid '.+': integer below minimum value\. Expected a value >= \S+, but got \S+ instead\.$/,
  integer_above_max_value: /^Invalid '.+': integer above maximum value\. Expected a value <= \S+, but got \S+ instead\.$/,
  decimal_below_min_value: /^Invalid '.+': decimal below minimum value\. Expected a value >= \S+, but got \S+ instead\.$/,
  decimal_above_max_value: /^Invalid '.+': decimal above maximum value\. Expected a value <= \S+, but got \S+ instead\.$/,
  string_above_max_length:
    /^Invalid '.+': string too long\. Expected a string with maximum length \d+, but got a string with length \d+ instead\.$/,
  array_below_min_length: /^Invalid '.+': array too short\. .+$/,
  object_above_max_properties: /^Invalid '.+': too many properties\. .+$/,
}

/** What is wrong with the style of a refusal; undefined when nothing is. */
export function styleComplaint({ type, code, message, param }: Refusal): string | undefined {
  if (type !== 'invalid_request_error') return `type ${type}`
  const style = code === null ? undefined : styles[code]
  if (!style) return `code ${code}`
  if (!style.test(message)) return `message of ${code}: ${message.slice(0, 200)}`
  if (/undefined|NaN|\[object/.test(message)) return `message: ${message.slice(0, 200)}`
  if (param === null) return 'no param'
  return message.includes(`'${param}'`) || code === 'invalid_value' ? undefined : `param ${param} in: ${message.slice(0, 200)}`
}
