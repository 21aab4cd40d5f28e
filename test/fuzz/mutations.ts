// Damages a valid event at one place: each place of it once per kind of damage. Nothing is random: a failure names its mutation.

export type Path = readonly (string | number)[]

export interface Mutation {
  readonly path: Path
  readonly damage: string
  readonly event: Record<string, unknown>
}

/** What a value is replaced by; numbers beyond every bound and texts without end are among them. */
const wrongValues: Readonly<Record<string, unknown>> = {
  null: null,
  'a text': 'wrong',
  'a huge text': 'x'.repeat(200_000),
  'a number': 7,
  'a negative number': -1,
  'a fraction': 0.123,
  'a huge number': 1e300,
  'a number that is no safe integer': 2 ** 60,
  false: false,
  'an empty array': [],
  'an array': [7],
  'an empty object': {},
  'an object': { wrong: 1 },
}

/** Every mutation of an event but those of its `type` and `event_id`. */
export function mutationsOf(event: Readonly<Record<string, unknown>>): Mutation[] {
  return pathsOf(event).flatMap(({ path, value }): Mutation[] => {
    if (path[0] === 'type') return []
    const mutations = Object.entries(wrongValues)
      .filter(([, wrong]) => typeof wrong !== typeof value || Array.isArray(wrong) !== Array.isArray(value) || isText(value))
      .map(([name, wrong]) => ({ path, damage: name, event: changed(event, path, () => wrong) }))
    if (path.length > 0) mutations.push({ path, damage: 'nothing there', event: changed(event, path, undefined) })
    if (isObject(value)) {
      const surprise = [...path, 'surprise']
      mutations.push({ path: surprise, damage: 'an unknown key', event: changed(event, surprise, () => 1) })
    }
    return path.length === 0 ? mutations.filter(({ damage }) => damage === 'an unknown key') : mutations
  })
}

/** `session.tools[0].name`, as `param` writes it. */
export function dotted(path: Path): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === 'number') return `${text}[${key}]`
    return text === '' ? key : `${text}.${key}`
  }, '')
}

function pathsOf(value: unknown, path: Path = []): { path: Path; value: unknown }[] {
  const inner = Array.isArray(value)
    ? value.flatMap((one, index) => pathsOf(one, [...path, index]))
    : isObject(value)
      ? Object.entries(value).flatMap(([key, one]) => pathsOf(one, [...path, key]))
      : []
  return [{ path, value }, ...inner]
}

/** A copy with another value there, or with none. */
function changed(
  event: Readonly<Record<string, unknown>>,
  path: Path,
  make: (() => unknown) | undefined,
): Record<string, unknown> {
  const copy = structuredClone(event) as Record<string, unknown>
  const last = path.at(-1)
  let holder: any = copy
  for (const key of path.slice(0, -1)) holder = holder[key]
  if (last === undefined) return copy
  if (make) holder[last] = make()
  else if (Array.isArray(holder)) holder.splice(Number(last), 1)
  else delete holder[last]
  return copy
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isText(value: unknown): boolean {
  return typeof value === 'string'
}
