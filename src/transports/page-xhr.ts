// XMLHttpRequest in a page (axios asks by it): requests that the service answers get their answer in memory, all others stay real.
// What an answered one shows is page-xhr-shown.ts.

import { inThisContext } from '../runtime/clock/in-this-context.ts'
import { pageError } from './page-socket-rules.ts'
import { startPageWork } from './page-work.ts'
import { type Answered, readAnswer } from './page-xhr-answer.ts'
import { end, showingAnswers, shown, tell } from './page-xhr-shown.ts'

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
  if (!globalThis.XMLHttpRequest) return

  globalThis.XMLHttpRequest = class XMLHttpRequest extends showingAnswers(globalThis.XMLHttpRequest) {
    #opened: Opened | undefined
    /** Of the running exchange; another one is a new one, or it was aborted. */
    #exchange: object | undefined
    #endWork = (): void => {}

    override open(method: string, url: string | URL, ...rest: readonly unknown[]): void {
      Reflect.apply(super.open, this, [method, url, ...rest])
      const isAsync = rest.length === 0 || Boolean(rest[0])
      this.#opened = { method, url: new URL(String(url), globalThis.location?.href), isAsync, headers: new Headers() }
      this.#exchange = undefined
      this[shown] = {}
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
      const request = requestOf(opened, body)
      this.#begin(async () => readAnswer(request, await answer(request)))
    }

    #begin(work: () => Promise<Answered>): void {
      const exchange = {}
      this.#exchange = exchange
      this[tell]('loadstart')
      const isOn = (): boolean => this.#exchange === exchange
      let answered: Answered | undefined
      // The app's listeners run as part of the test that sent the request.
      const finish = inThisContext(() => {
        if (isOn()) this[end](answered, isOn)
      })
      void work()
        .then((given) => {
          answered = given
        })
        .catch(() => {})
        .then(finish)
    }

    override abort(): void {
      if (!this.#exchange) return super.abort()
      const isUnderWay = this[shown].state !== this.DONE
      this.#exchange = undefined
      this[shown] = { state: this.DONE }
      if (isUnderWay) for (const type of ['readystatechange', 'abort', 'loadend']) this[tell](type)
      this.#opened = undefined
      this[shown] = { state: this.UNSENT }
    }
  }
}

function requestOf({ method, url, headers }: Opened, body: Document | XMLHttpRequestBodyInit | null | undefined): Request {
  const hasBody = !/^(?:GET|HEAD)$/i.test(method)
  return new Request(url, { method, headers, body: hasBody ? ((body as BodyInit | null | undefined) ?? null) : null })
}
