// What of an engine's partial results may be sent: words that two results in a row agree on, as a delta cannot be taken back.

/** Follows the partial results of one sound. */
export class PartialWords {
  #last: readonly string[] = []
  #sure = ''

  /**
   * Takes all that was heard so far; gives the beginning that will stand, when that is longer than before.
   *
   * @example
   * words.take('my order has') // undefined
   * words.take('my order was not') // 'my order'
   */
  take(text: string): string | undefined {
    const words = text.split(/\s+/).filter((word) => word !== '')
    const agreed = words.findIndex((word, index) => word !== this.#last[index])
    const sure = words.slice(0, agreed < 0 ? words.length : agreed).join(' ')
    this.#last = words
    if (sure.length <= this.#sure.length || !continues(sure, this.#sure)) return undefined
    this.#sure = sure
    return sure
  }
}

/** By whole words. */
function continues(text: string, beginning: string): boolean {
  return beginning === '' || text.startsWith(`${beginning} `)
}
