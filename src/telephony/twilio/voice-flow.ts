// Runs TwiML verb by verb up to the next stream: what is said takes its time and is heard, whoever is passed on to somebody else has left,
// what needs no caller is passed over.

import type { PlatformLine } from '../platform.ts'
import { streamOf, type Twiml, type Verb } from './twiml.ts'

/** A verb that connects a stream, and the ones behind it. */
export interface ConnectVerb {
  readonly verb: Verb
  readonly after: readonly Verb[]
}

type FetchTwiml = (url: URL, method: 'GET' | 'POST') => Promise<Twiml>

/** Give the caller to somebody else: the end of the call for an agent, but where another stream stands behind, for when nobody answers. */
const passesOn = new Set(['Dial', 'Enqueue', 'Refer'])

/** Documents that only send each other on would never end. */
const maxRedirects = 20

export class VoiceFlow {
  /** The verb that ended the call. */
  endedBy: string | undefined
  readonly #line: PlatformLine
  readonly #fetch: FetchTwiml
  #redirects = 0

  constructor(line: PlatformLine, fetch: FetchTwiml) {
    this.#line = line
    this.#fetch = fetch
  }

  /** Undefined where the verbs end, or end the call, without a stream. */
  async run(verbs: readonly Verb[], base: URL): Promise<ConnectVerb | undefined> {
    this.endedBy = undefined
    for (const [at, verb] of verbs.entries()) {
      if (streamOf(verb)) return { verb, after: verbs.slice(at + 1) }
      if (verb.name === 'Redirect') return this.#redirect(verb, base)
      if (verb.name === 'Hangup' || verb.name === 'Reject' || verb.name === 'Leave') {
        this.endedBy = `<${verb.name}>`
        return undefined
      }
      if (passesOn.has(verb.name) && !verbs.slice(at + 1).some(streamOf)) {
        this.endedBy = `<${verb.name}> ${textsOf(verb)}`.trim()
        return undefined
      }
      await this.#perform(verb)
    }
    return undefined
  }

  async #redirect({ text, attributes, place }: Verb, base: URL): Promise<ConnectVerb | undefined> {
    if (++this.#redirects > maxRedirects) {
      this.#line.finding({
        code: 11_205,
        level: 'error',
        path: place,
        message: `more than ${maxRedirects} <Redirect>s one after the other`,
      })
      return undefined
    }
    const url = new URL(text, base)
    const { verbs } = await this.#fetch(url, attributes.method === 'GET' ? 'GET' : 'POST')
    return this.run(verbs, url)
  }

  async #perform(verb: Verb): Promise<void> {
    const { name, text, attributes, children } = verb
    const line = this.#line
    if (name === 'Say') {
      line.note('platform', `<Say> ${text}`)
      for (let left = loops(attributes.loop); left > 0; left--) await line.say(text)
    } else if (name === 'Pause') {
      const seconds = Number(attributes.length ?? 1)
      line.note('platform', `<Pause> ${seconds} s`)
      await this.#sleep(seconds * 1000)
    } else if (name === 'Gather' || name === 'Prompt') {
      for (const child of children) await this.#perform(child)
      // Nobody answers: the flow goes on as after its timeout.
      await this.#sleep(Number(attributes.timeout ?? 5) * 1000)
    } else line.note('platform', `<${name}> is passed over`)
  }

  #sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      if (ms > 0) this.#line.after(ms, resolve)
      else resolve()
    })
  }
}

/** A number may stand by itself, or in a `<Number>`, `<Client>` or `<Sip>`. */
function textsOf({ text, children }: Verb): string {
  return [text, ...children.map(textsOf)].filter(Boolean).join(' ')
}

/** `loop="0"` is for ever, as far as anybody listens. */
function loops(loop: string | undefined): number {
  const count = Number(loop ?? 1)
  return count === 0 ? 1000 : count
}
