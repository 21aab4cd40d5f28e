// The responses of a client by key, with the default one.

import type { RealtimeOptions } from '../api.ts'
import { nearName } from '../responses/near-name.ts'
import { refuse } from '../responses/option-check.ts'
import type { LegacyEngine } from './load-engine.ts'
import type { RegisteredResponse } from './registered-response.ts'
import { type LocalResponseConfig, type ResponseConfigOptions, responseConfig } from './response-config.ts'
import type { SelectedResponse, SelectionRequest } from './selection.ts'

export interface ResponseSetOptions {
  readonly engine: LegacyEngine
  readonly matching: 'words' | 'legacy'
  /** Where more intents come from. */
  readonly realtime: Pick<RealtimeOptions, 'intents' | 'plugins'>
  readonly defaultConfig: LocalResponseConfig | ResponseConfigOptions
  /** Told of each that is added. */
  onAdded(key: string, response: RegisteredResponse): void
}

export class ResponseSet {
  readonly defaultResponse: RegisteredResponse
  readonly #options: ResponseSetOptions
  readonly #responses = new Map<string, RegisteredResponse>()

  constructor(options: ResponseSetOptions) {
    this.#options = options
    this.defaultResponse = this.#registered('default', options.defaultConfig)
  }

  get entries(): ReadonlyMap<string, RegisteredResponse> {
    return this.#responses
  }

  add(key: string, config: LocalResponseConfig | ResponseConfigOptions): void {
    this.#put(key, this.#registered(key, config))
  }

  addSmartExamples(): void {
    const { engine, matching } = this.#options
    for (const [key, response] of engine.smartResponses(matching)) this.#put(key, response)
  }

  /** The default one for an unknown key. */
  config(key: string | undefined): LocalResponseConfig {
    return (key === undefined ? undefined : this.#responses.get(key)?.config) ?? this.defaultResponse.config
  }

  select(user: { readonly text: string; readonly turn: number }, request: SelectionRequest): SelectedResponse {
    const { engine, matching } = this.#options
    return engine.selectFrom(this.#responses, this.defaultResponse.config, { ...user, matching }, request)
  }

  #registered(key: string, given: LocalResponseConfig | ResponseConfigOptions): RegisteredResponse {
    const config = responseConfig(given)
    this.#checkIntents(key, config)
    return { config, chosenBy: this.#options.engine.chosenBy(config) }
  }

  /** A misspelt intent is never detected: told where it is written, not when a session connects. */
  #checkIntents(key: string, { selectionCriteria }: LocalResponseConfig): void {
    const { matching, engine, realtime } = this.#options
    // The old system took any name, and never found it.
    if (matching === 'legacy') return
    const more = [realtime.intents, ...(realtime.plugins ?? []).map(({ intents }) => intents)]
    const known = [...new Set([...engine.intentNames, ...more.flatMap((lists) => Object.keys(lists ?? {}))])]
    const unknown = selectionCriteria?.requiredIntents?.find((intent) => !known.includes(intent))
    if (unknown === undefined) return
    const near = nearName(unknown, known)
    const mend =
      near === undefined ? `They are ${known.join(', ')}; more by \`realtime: { intents }\`.` : `Did you mean '${near}'?`
    refuse(
      { subject: `response '${key}'`, path: 'selectionCriteria.requiredIntents', code: 'RTK_OPTION' },
      unknown,
      'names of intents',
      mend,
    )
  }

  #put(key: string, response: RegisteredResponse): void {
    this.#responses.set(key, response)
    this.#options.onAdded(key, response)
  }
}
