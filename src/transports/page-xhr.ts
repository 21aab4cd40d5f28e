// XMLHttpRequest in a page (axios asks by it): requests that the service answers get their answer in memory, all others stay real.
// What an answered one shows is page-xhr-answer.ts.

import { inThisContext } from '../runtime/clock/in-this-context.ts'
import { pageError } from './page-socket-rules.ts'
import { startPageWork } from './page-work.ts'
import { type Answered, readAnswer } from './page-xhr-answer.ts'

/** Who answers requests to that URL; undefined for one that stays real. */
export type FindAnswer = (url: URL) => ((request: Request) => Response | Promise<Response>) | undefined

interface Opened {
  readonly method: string
  readonly url: URL
  readonly isAsync: boolean
  readonly headers: Headers
}

/** Replaces the page's XMLHttpRequest, where it has one. */
export function wrapXmlHttpRequest(findAnswer: FindAnswer): void {
  const Real = globalThis.XMLHttpRequest
  if (!Real) return

  globalThis.XMLHttpRequest = class XMLHttpRequest extends Real {
    #opened: Opened | undefined
    /** Of the running exchange; another one is a new one, or it was aborted. */
    #exchange: object | undefined
    #answered: Answered | undefined
    /** Where it differs from the page's own. */
    #state: number | undefined
    #endWork = (): void => {}

    override open(method: string, url: string | URL, ...rest: readonly unknown[]): void {
      Reflect.apply(super.open, this, [method, url, ...rest])
      const isAsync = rest.length === 0 || Boolean(rest[0])
      this.#opened = { method, url: new URL(String(url), globalThis.location?.href), isAsync, headers: new Headers() }
      this.#exchange = this.#answered = this.#state = undefined
      // What it was about before ends without a word.
      this.#endWork()
    }

    override setRequestHeader(name: string, value: string): void {
      super.setRequestHeader(name, value)
      this.#opened?.headers.append(name, value)
    }

    override send(body?: Document | XMLHttpRequestBodyInit | null): void {
      const opened = this.#opened
      const answer = opened && findAnswer(opened.url)
      if (opened?.isAsync) {
        this.#endWork = startPageWork(`${opened.method} ${opened.url.href}`)
        this.addEventListener('loadend', this.#endWork, { once: true })
      }
      if (!answer) return super.send(body)
      if (!opened.isAsync)
        throw pageError('InvalidAccessError', 'A synchronous request to the local Realtime service has no answer.')
      const { method, url, headers } = opened
      const hasBody = !/^(?:GET|HEAD)$/i.test(method)
      const request = new Request(url, {
        method,
        headers,
        body: hasBody ? ((body as BodyInit | null | undefined) ?? null) : null,
      })
      this.#begin(async () => readAnswer(request, await answer(request)))
    }

    #begin(work: () => Promise<Answered>): void {
      const exchange = {}
      this.#exchange = exchange
      this.#tell('loadstart')
      const isOn = (): boolean => this.#exchange === exchange
      let answered: Answered | undefined
      // The app's listeners run as part of the test that sent the request.
      const end = inThisContext(() => {
        if (isOn()) this.#end(answered, isOn)
      })
      void work()
        .then((given) => {
          answered = given
        })
        .catch(() => {})
        .then(end)
    }

    #end(answered: Answered | undefined, isOn: () => boolean): void {
      this.#answered = answered
      const states = answered ? [this.HEADERS_RECEIVED, this.LOADING, this.DONE] : [this.DONE]
      for (const state of states) {
        if (!isOn()) return
        this.#state = state
        this.#tell('readystatechange')
      }
      for (const type of answered ? ['progress', 'load', 'loadend'] : ['error', 'loadend']) if (isOn()) this.#tell(type)
    }

    override abort(): void {
      if (!this.#exchange) return super.abort()
      const isUnderWay = this.#state !== this.DONE
      this.#exchange = this.#answered = undefined
      this.#state = this.DONE
      if (isUnderWay) for (const type of ['readystatechange', 'abort', 'loadend']) this.#tell(type)
      this.#opened = undefined
      this.#state = this.UNSENT
    }

    #tell(type: string): void {
      const loaded = this.#answered?.bytes.byteLength ?? 0
      this.dispatchEvent(type === 'readystatechange' ? new Event(type) : new ProgressEvent(type, { loaded, total: loaded }))
    }

    override get readyState(): number {
      return this.#state ?? super.readyState
    }
    override get status(): number {
      return this.#answered?.head.status ?? super.status
    }
    override get statusText(): string {
      return this.#answered?.head.statusText ?? super.statusText
    }
    override get responseURL(): string {
      return this.#answered?.url ?? super.responseURL
    }
    override get response(): unknown {
      return this.#answered ? this.#answered.valueAs(this.responseType) : super.response
    }
    override get responseText(): string {
      if (!this.#answered || !/^(?:text)?$/.test(this.responseType)) return super.responseText
      return String(this.#answered.valueAs('text'))
    }
    override getResponseHeader(name: string): string | null {
      return this.#answered ? this.#answered.head.headers.get(name) : super.getResponseHeader(name)
    }
    override getAllResponseHeaders(): string {
      return this.#answered ? this.#answered.headerLines() : super.getAllResponseHeaders()
    }
  }
}
