// What an answered XMLHttpRequest shows: state, status, headers and body of the answer instead of the page's own. Sending is
// page-xhr.ts.

import type { Answered } from './page-xhr-answer.ts'

/** Where a request differs from the page's own. */
interface Shown {
  readonly answered?: Answered | undefined
  readonly state?: number
}

export const shown = Symbol('what an answered request shows')
/** Fires an event of the request. */
export const tell = Symbol('tell')
/** Goes through the states to the last one; without an answer the request has failed. */
export const end = Symbol('end')

/** An object with what `showingAnswers` adds. */
export interface ShowingAnswers {
  [shown]: Shown
  [tell](type: string): void
  [end](answered: Answered | undefined, isOn: () => boolean): void
}

type RequestClass = typeof XMLHttpRequest

/** The page's class, reading from what an answer shows, where there is one. */
export function showingAnswers(
  Real: RequestClass,
): Omit<RequestClass, 'prototype'> & (new () => XMLHttpRequest & ShowingAnswers) {
  return class extends Real implements ShowingAnswers {
    [shown]: Shown = {};

    [tell](type: string): void {
      const loaded = this[shown].answered?.bytes.byteLength ?? 0
      this.dispatchEvent(type === 'readystatechange' ? new Event(type) : new ProgressEvent(type, { loaded, total: loaded }))
    }

    [end](answered: Answered | undefined, isOn: () => boolean): void {
      const states = answered ? [this.HEADERS_RECEIVED, this.LOADING, this.DONE] : [this.DONE]
      for (const state of states) {
        if (!isOn()) return
        this[shown] = { answered, state }
        this[tell]('readystatechange')
      }
      for (const type of answered ? ['progress', 'load', 'loadend'] : ['error', 'loadend']) if (isOn()) this[tell](type)
    }

    override get readyState(): number {
      return this[shown].state ?? super.readyState
    }
    override get status(): number {
      return this[shown].answered?.head.status ?? super.status
    }
    override get statusText(): string {
      return this[shown].answered?.head.statusText ?? super.statusText
    }
    override get responseURL(): string {
      return this[shown].answered?.url ?? super.responseURL
    }
    override get response(): unknown {
      const { answered } = this[shown]
      return answered ? answered.valueAs(this.responseType) : super.response
    }
    override get responseText(): string {
      const { answered } = this[shown]
      if (!answered || !/^(?:text)?$/.test(this.responseType)) return super.responseText
      return String(answered.valueAs('text'))
    }
    override getResponseHeader(name: string): string | null {
      const { answered } = this[shown]
      return answered ? answered.head.headers.get(name) : super.getResponseHeader(name)
    }
    override getAllResponseHeaders(): string {
      const { answered } = this[shown]
      return answered ? answered.headerLines() : super.getAllResponseHeaders()
    }
  }
}
