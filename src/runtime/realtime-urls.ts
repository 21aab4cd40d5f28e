// Which URLs are Realtime: what the gate catches when the test says nothing else, or what it lists.

import type { RealtimeOptions } from '../api.ts'

const openaiHost = /^(?:[a-z0-9-]+\.)?api\.openai\.com$/
const azureHost = /\.openai\.azure\.com$|\.services\.ai\.azure\.com$|\.cognitiveservices\.azure\.com$/

/** OpenAI's Realtime sockets, regional hosts too, and Azure's. */
export function isRealtimeUrl(url: URL): boolean {
  if (openaiHost.test(url.hostname)) return /^\/v1\/realtime(?:\/|$)/.test(url.pathname)
  return azureHost.test(url.hostname) && /^\/openai\/(?:v1\/)?realtime(?:\/|$)/.test(url.pathname)
}

/** Paths at which a WebSocket opens a session, of OpenAI and of Azure. */
const sessionPath = /^(?:\/openai)?\/v1\/realtime(?:\/translations)?\/?$/
/** Where Azure's previews were, which spoke the beta. */
const previewPath = /^\/openai\/realtime\/?$/

/** What a path opens: a session as it is today, one of the previews that are gone, or nothing. */
export function pathKind({ pathname }: URL): 'session' | 'preview' | 'none' {
  if (sessionPath.test(pathname)) return 'session'
  return previewPath.test(pathname) ? 'preview' : 'none'
}

/** The URLs that an `intercept` option names; texts may hold `*`, and match as a prefix up to the query. */
export function matcherOf(intercept: RealtimeOptions['intercept'] = true): (url: URL) => boolean {
  if (intercept === true) return isRealtimeUrl
  if (intercept === false) return () => false
  const patterns = intercept.map((pattern) => (typeof pattern === 'string' ? globOf(pattern) : pattern))
  return (url) => patterns.some((pattern) => url.href.search(pattern) >= 0)
}

/** Whether URLs of an origin may match at all; patterns cannot tell, so every origin may match them. */
export function originMatcherOf(intercept: RealtimeOptions['intercept'] = true): (origin: URL) => boolean {
  if (intercept === true) return (origin) => openaiHost.test(origin.hostname) || azureHost.test(origin.hostname)
  if (intercept === false) return () => false
  return (origin) =>
    intercept.some((pattern) => pattern instanceof RegExp || pattern.includes('*') || hostOf(pattern) === origin.host)
}

function hostOf(text: string): string | undefined {
  return URL.canParse(text) ? new URL(text).host : undefined
}

function globOf(text: string): RegExp {
  const source = text
    .replace(/^http/, 'ws')
    .split('*')
    .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`^${source.join('[^?#]*')}(?:[/?#]|$)`)
}

/** For messages: what is intercepted. */
export function describeIntercept(intercept: RealtimeOptions['intercept'] = true): string {
  if (intercept === true) return 'wss://api.openai.com/v1/realtime, wss://*.openai.azure.com/openai/v1/realtime'
  return intercept === false ? 'nothing (intercept: false)' : intercept.map(String).join(', ')
}
