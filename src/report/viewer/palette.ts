// The colours of the canvas: read from the style sheet, so that both themes are written in one place.

export type Palette = Readonly<Record<string, string>>

const names = [
  'text',
  'muted',
  'line',
  'panel',
  'band',
  'caller',
  'input',
  'client',
  'service',
  'call',
  'fault',
  'phone',
  'caller-soft',
  'input-soft',
  'client-soft',
  'service-soft',
  'call-soft',
  'fault-soft',
  'phone-soft',
  'accent',
] as const

/** The colours that are in force now. */
export function readPalette(): Palette {
  const style = getComputedStyle(document.documentElement)
  return Object.fromEntries(names.map((name) => [name, style.getPropertyValue(`--${name}`).trim()]))
}
