// Keys that the caller presses, gathered into one text for the model: it need not answer each digit of a number.

export interface KeypadSettings {
  /** Ms without a further key after which those pressed are told. */
  readonly interDigitMs: number
  /** Key that ends an entry, and is told with it. */
  readonly submitKey: string
  readonly maxDigits: number
  onEntry(keys: string): void
}

const keyShape = /^[0-9*#A-D]$/

export class Keypad {
  readonly #settings: KeypadSettings
  #keys = ''
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(settings: KeypadSettings) {
    this.#settings = settings
  }

  /** Gives false for what is no key. */
  press(keys: string): boolean {
    const all = [...keys.toUpperCase()]
    if (all.length === 0 || !all.every((key) => keyShape.test(key))) return false
    for (const key of all) this.#press(key)
    return true
  }

  #press(key: string): void {
    const { interDigitMs, submitKey, maxDigits } = this.#settings
    this.#keys += key
    if (key === submitKey || this.#keys.length >= maxDigits) return this.flush()
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.flush(), interDigitMs)
  }

  /** Tells what was pressed so far. */
  flush(): void {
    clearTimeout(this.#timer)
    const keys = this.#keys
    this.#keys = ''
    if (keys !== '') this.#settings.onEntry(keys)
  }

  close(): void {
    clearTimeout(this.#timer)
    this.#keys = ''
  }
}
