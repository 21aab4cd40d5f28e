// The responses of a client by key, with the default one.

import type { LegacyEngine } from './load-engine.ts'
import type { RegisteredResponse } from './registered-response.ts'
import { type LocalResponseConfig, type ResponseConfigOptions, responseConfig } from './response-config.ts'
import type { SelectedResponse, SelectionRequest } from './selection.ts'

export interface ResponseSetOptions {
  readonly engine: LegacyEngine
  readonly matching: 'words' | 'legacy'
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
    this.defaultResponse = this.#registered(options.defaultConfig)
  }

  get entries(): ReadonlyMap<string, RegisteredResponse> {
    return this.#responses
  }

  add(key: string, config: LocalResponseConfig | ResponseConfigOptions): void {
    this.#put(key, this.#registered(config))
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

  #registered(given: LocalResponseConfig | ResponseConfigOptions): RegisteredResponse {
    const config = responseConfig(given)
    return { config, chosenBy: this.#options.engine.chosenBy(config) }
  }

  #put(key: string, response: RegisteredResponse): void {
    this.#responses.set(key, response)
    this.#options.onAdded(key, response)
  }
}
