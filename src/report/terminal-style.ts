// Colours of text for a terminal, and whether a terminal has any. Texts that are stored or compared take none of it.

export interface TextStyle {
  readonly dim: (text: string) => string
  readonly bold: (text: string) => string
  readonly red: (text: string) => string
  readonly green: (text: string) => string
  readonly yellow: (text: string) => string
  readonly blue: (text: string) => string
  readonly magenta: (text: string) => string
  readonly cyan: (text: string) => string
}

const same = (text: string): string => text

export const plainStyle: TextStyle = {
  dim: same,
  bold: same,
  red: same,
  green: same,
  yellow: same,
  blue: same,
  magenta: same,
  cyan: same,
}

/** SGR codes: how to begin, and what ends it. */
function sgr(begin: number, end: number): (text: string) => string {
  return (text) => (text === '' ? '' : `\u001B[${begin}m${text}\u001B[${end}m`)
}

export const colorStyle: TextStyle = {
  dim: sgr(2, 22),
  bold: sgr(1, 22),
  red: sgr(31, 39),
  green: sgr(32, 39),
  yellow: sgr(33, 39),
  blue: sgr(34, 39),
  magenta: sgr(35, 39),
  cyan: sgr(36, 39),
}

/** What tells whether a terminal has colours. */
export interface Terminal {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly isTTY: boolean
  /** Of the command line: `--no-color` is Vitest's own flag. */
  readonly args?: readonly string[]
}

/**
 * As Node and most tools decide it: NO_COLOR before FORCE_COLOR before what the terminal is. Workers of Vitest write to a pipe:
 * FORCE_TTY tells them whether there is a terminal at its end.
 */
export function hasColors({ env, isTTY, args = [] }: Terminal): boolean {
  if (env.NO_COLOR || args.includes('--no-color')) return false
  if (env.FORCE_COLOR !== undefined) return env.FORCE_COLOR !== '0' && env.FORCE_COLOR !== 'false'
  return (isTTY || env.FORCE_TTY === 'true') && env.TERM !== 'dumb'
}

/** The style for what this process prints; plain in a page. */
export function terminalStyle(): TextStyle {
  const { process } = globalThis as { process?: { env?: Terminal['env']; argv?: string[]; stdout?: { isTTY?: boolean } } }
  const { env = {}, argv: args = [], stdout } = process ?? {}
  return hasColors({ env, args, isTTY: stdout?.isTTY === true }) ? colorStyle : plainStyle
}
