// How differences between our types and those of the openai package are named: a row for each, with its reason. Types only.

/** At `at`, a dotted path in the events `of`, the SDK's type gets the member `adds`, or becomes `takes`. */
export interface Row {
  readonly of: string
  readonly at: string
  readonly adds?: unknown
  readonly takes?: unknown
  readonly because: string
}

/** Arrays and unions on the way are walked through. */
type ChangeAt<T, Path extends string, R extends Row> = T extends readonly (infer U)[]
  ? ChangeAt<U, Path, R>[]
  : Path extends `${infer Head}.${infer Rest}`
    ? { [K in keyof T]: K extends Head ? ChangeAt<T[K], Rest, R> : T[K] }
    : { [K in keyof T]: K extends Path ? (R extends { takes: infer To } ? To : T[K] | R['adds']) : T[K] }

export type Apply<T, Type, Rows extends readonly Row[]> = Rows extends readonly [
  infer R extends Row,
  ...infer Rest extends readonly Row[],
]
  ? Apply<Type extends R['of'] ? ChangeAt<T, R['at'], R> : T, Type, Rest>
  : T

/** Compiles only where nothing is left. */
export type Nothing<T extends never> = T
