// What a matcher gets from its host (`this`) and gives back. Written out here, not imported, so that the matchers
// work with the `expect` of Vitest 4.1 and 5, and run in a plain test of their own.

type Paint = (text: string) => string

/** The part of `this` that the matchers use; Vitest's MatcherState has all of it. */
export interface MatcherContext {
  readonly isNot: boolean
  /** Set by `expect.soft`. */
  readonly soft?: boolean
  readonly customTesters: any[]
  equals(a: unknown, b: unknown, customTesters?: any[], strictCheck?: boolean): boolean
  readonly utils: {
    readonly EXPECTED_COLOR: Paint
    readonly RECEIVED_COLOR: Paint
    readonly DIM_COLOR: Paint
    readonly BOLD_WEIGHT: Paint
  }
}

export interface MatcherResult {
  readonly pass: boolean
  readonly message: () => string
  /** Where both are given, Vitest prints its diff after the message. */
  readonly actual?: unknown
  readonly expected?: unknown
}
