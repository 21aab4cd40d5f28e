// What a bridge server is configured by, and who may come in. Everything is refused until it can be checked, or the checks are switched
// off by name.

import type { IncomingHttpHeaders } from 'node:http'
import { RealtimeKitError } from '../errors.ts'
import type { AudioCodesBridgeOptions } from './audiocodes-bridge.ts'
import type { BridgeOptions } from './bridge-options.ts'
import type { CallAgentBridgeOptions } from './call-agent-bridge.ts'
import type { DualAgentOptions } from './dual-agent-bridge.ts'
import type { TwilioBridgeOptions } from './twilio-bridge.ts'
import { isSame, twilioSignature } from './twilio-signature.ts'

/** Options of `createBridgeServer`: those of every bridge, and what concerns the server. */
export interface BridgeServerOptions extends BridgeOptions {
  /** Auth token of the Twilio account. Default: TWILIO_AUTH_TOKEN. */
  twilioAuthToken?: string
  /** Bearer token of AudioCodes, of caller agents and of conversations of two agents. Default: AUDIOCODES_TOKEN. */
  token?: string
  /** Takes calls of anybody, at the cost of whoever holds the key. Default false. */
  insecure?: boolean
  /** Where Twilio reaches this server, as `https://voice.example.com`. Default: the host of the request. */
  publicUrl?: string
  /** A stream must bring a token that `/twilio/voice` gave out. Default false: the signature is enough. */
  requireCallToken?: boolean
  /** What differs for one kind of call. */
  twilio?: TwilioBridgeOptions
  audiocodes?: AudioCodesBridgeOptions
  callerAgent?: CallAgentBridgeOptions
  conversation?: DualAgentOptions
  /** What `/health` and `/config` say of the backend. Default 'remote'. */
  mode?: 'local' | 'remote'
  /** Most calls at a time; others are refused with 503. Default 500. */
  maxCalls?: number
}

/** A request that may come in, or the answer that it gets. */
export type Admission =
  | { readonly isAdmitted: true }
  | { readonly isAdmitted: false; readonly status: number; readonly message: string }

const admitted: Admission = { isAdmitted: true }
const refused = (status: number, message: string): Admission => ({ isAdmitted: false, status, message })

/** The tokens in force: options over the environment. */
export function tokensOf(options: BridgeServerOptions): {
  readonly twilio: string | undefined
  readonly bearer: string | undefined
} {
  const given = (text: string | undefined): string | undefined => (text === '' ? undefined : text)
  return {
    twilio: given(options.twilioAuthToken ?? process.env.TWILIO_AUTH_TOKEN),
    bearer: given(options.token ?? process.env.AUDIOCODES_TOKEN),
  }
}

/** @throws RealtimeKitError RTK_OPTION for options that would fail with the first call */
export function checkServerOptions({ publicUrl }: BridgeServerOptions): void {
  if (publicUrl === undefined) return
  const url = URL.canParse(publicUrl) ? new URL(publicUrl) : undefined
  if (url && /^(?:https?|wss?):$/.test(url.protocol) && url.pathname === '/' && url.search === '') return
  const message = `publicUrl is scheme and host, as https://voice.example.com: paths are those of this server. Got '${publicUrl}'.`
  throw new RealtimeKitError('RTK_OPTION', message)
}

export interface SignedRequest {
  readonly headers: IncomingHttpHeaders
  /** With its query, as `/twilio-agent`. */
  readonly path: string
  readonly fields?: Readonly<Record<string, string>>
}

/** Whether Twilio signed a request. `scheme` is the one that Twilio signs: `wss` for streams, `https` for webhooks. */
export function admitTwilio(options: BridgeServerOptions, scheme: 'wss' | 'https', request: SignedRequest): Admission {
  if (options.insecure) return admitted
  const { twilio: authToken } = tokensOf(options)
  if (authToken === undefined)
    return refused(503, 'No Twilio token is configured: set TWILIO_AUTH_TOKEN, or take anybody with --insecure.')
  const given = String(request.headers['x-twilio-signature'] ?? '')
  if (given === '') return refused(403, 'The request is not signed: X-Twilio-Signature is missing.')
  const url = `${publicOrigin(options, scheme, request.headers)}${request.path}`
  return isSame(given, twilioSignature(authToken, url, request.fields))
    ? admitted
    : refused(403, `The signature is not that of ${url}: check the token, and publicUrl where a proxy is between.`)
}

/** `scheme://host` of this server as Twilio knows it. */
export function publicOrigin({ publicUrl }: BridgeServerOptions, scheme: string, headers: IncomingHttpHeaders): string {
  const host = publicUrl === undefined ? undefined : new URL(publicUrl).host
  // The host may be anybody's: what is signed with the token cannot be.
  const forwarded = headers['x-forwarded-host']
  return `${scheme}://${host ?? (Array.isArray(forwarded) ? forwarded[0] : forwarded) ?? headers.host ?? 'localhost'}`
}

/** Whether a request has the bearer token. */
export function admitBearer(options: BridgeServerOptions, headers: IncomingHttpHeaders): Admission {
  if (options.insecure) return admitted
  const { bearer } = tokensOf(options)
  if (bearer === undefined) return refused(503, 'No token is configured: set AUDIOCODES_TOKEN, or take anybody with --insecure.')
  const [, given] = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '') ?? []
  if (given === undefined) return refused(401, 'Authorization: Bearer … is missing.')
  return isSame(given, bearer) ? admitted : refused(401, 'The bearer token is not the one that is configured.')
}
