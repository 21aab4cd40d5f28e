// Why a connection was refused, in plain words, and how to mend it. Part of diagnosis.ts; pure.

import type { ConnectFault } from '../protocol/connect-faults.ts'
import type { UpgradeRequest } from '../transports/transport.ts'
import type { Diagnosis } from './diagnosis.ts'

const words: Readonly<Record<string, Omit<Diagnosis, 'code'>>> = {
  beta_api_shape_disabled: {
    message:
      'The app asks for the beta API (OpenAI-Beta: realtime=v1, or the subprotocol openai-beta.realtime-v1), which is gone.',
    mend: "Leave it out and speak GA; profile: 'beta' gives the old shapes to an app that cannot change yet.",
  },
  model_not_found: { message: 'The key may not use this model.', mend: 'Name one that the project has access to.' },
  insufficient_quota: { message: 'The account has no credit left.', mend: 'Tell the user; a retry does not help.' },
}

/** What a refusal at connect means. `isSpent`: the key was an ephemeral one, and is over. */
export function diagnoseConnect({ fault }: ConnectFault, request: UpgradeRequest, isSpent: boolean): Diagnosis | undefined {
  const { code } = fault
  const known = words[code ?? '']
  if (code !== null && known) return { code, ...known }
  if (code === null) return { code: 'key_missing', ...missingKey(request) }
  if (code === 'missing_model') return { code, ...missingModel(request) }
  if (code === 'invalid_api_key') return { code, ...wrongKey(isSpent) }
  return code === 'invalid_model' ? { code, ...wrongModel(request, fault.message) } : undefined
}

const translator = 'gpt-realtime-translate'

function missingModel({ url }: UpgradeRequest): Omit<Diagnosis, 'code'> {
  const message = 'The URL names no model, and neither does the key.'
  if (isTranslation(url)) return { message, mend: `Add ?model=${translator}.` }
  if (url.searchParams.get('intent') === 'translation')
    return { message, mend: `Translation has a URL of its own: /v1/realtime/translations?model=${translator}.` }
  return { message, mend: 'Add ?model=gpt-realtime, or ?intent=transcription for transcription alone.' }
}

function isTranslation({ pathname }: URL): boolean {
  return pathname.endsWith('/translations')
}

function missingKey({ headers, url }: UpgradeRequest): Omit<Diagnosis, 'code'> {
  const message = 'The app connected without a key.'
  if ('api-key' in headers) return { message, mend: "The header `api-key` is Azure's: send Authorization: Bearer <key>." }
  if (headers.authorization !== undefined)
    return { message, mend: 'The header Authorization holds no key: it reads Bearer <key>.' }
  if ([...url.searchParams.keys()].some((name) => /key|token/i.test(name))) {
    return { message, mend: 'A key in the query is not read: send Authorization: Bearer <key>, or the subprotocol of browsers.' }
  }
  return {
    message,
    mend: 'Send Authorization: Bearer <key>; a browser offers the subprotocols realtime and openai-insecure-api-key.<key>.',
  }
}

/** A key that opens nothing. `isSpent`: it was an ephemeral one, and is over. */
export function wrongKey(isSpent: boolean): Omit<Diagnosis, 'code'> {
  if (isSpent)
    return {
      message: 'The ephemeral key is over.',
      mend: 'Make one just before connecting: it lives for 10 minutes unless expires_after says otherwise.',
    }
  return { message: 'The key is none of the option `keys`.', mend: 'Give the app one of them, or leave `keys` out.' }
}

function wrongModel({ url }: UpgradeRequest, message: string): Omit<Diagnosis, 'code'> {
  const named = url.searchParams.get('model') ?? url.searchParams.get('deployment')
  // The key may bring another one.
  const model = /^Model "(.*)" is not supported/.exec(message)?.[1] ?? named ?? ''
  if (message.startsWith('You must not provide a model')) {
    if (named === null)
      return {
        message: 'The ephemeral key opens a conversation: its session has a model.',
        mend: "Make it with session: { type: 'transcription' }, or leave ?intent out.",
      }
    const mend = 'Leave ?model out, and name the model in session.update: audio.input.transcription.model.'
    return { message: 'A transcription session takes no model in its URL.', mend }
  }
  if (message.includes('is a transcription model')) {
    const mend = 'Connect with ?intent=transcription, and name it in session.update: audio.input.transcription.model.'
    return { message: `${model} only transcribes.`, mend }
  }
  if (isTranslation(url))
    return { message: `${model} does not translate.`, mend: `Name ${translator}, or connect to /v1/realtime for a conversation.` }
  if (model.startsWith(translator) && model !== named) {
    const mend = 'Connect to /v1/realtime/translations, or make the key at /v1/realtime/client_secrets.'
    return { message: 'The ephemeral key translates only.', mend }
  }
  if (model.startsWith(translator))
    return { message: `${model} only translates.`, mend: `Connect to /v1/realtime/translations?model=${translator}.` }
  return { message: `${model} does not speak this protocol.`, mend: 'Name a Realtime model, such as gpt-realtime.' }
}

/** Why a path opens no session. */
export function diagnosePath({ pathname }: URL, kind: 'preview' | 'none'): Diagnosis {
  if (kind === 'preview') {
    return {
      code: 'preview_path',
      message: `${pathname} was Azure's preview, which is gone: HTTP 404.`,
      mend: "Connect to /openai/v1/realtime?model=<deployment>; profile: 'beta' brings the preview back.",
    }
  }
  const mend = 'Connect to /v1/realtime (Azure: /openai/v1/realtime); name other URLs in the option `intercept`.'
  return {
    code: 'unknown_path',
    message: `A WebSocket was asked for at ${pathname}, where nothing opens a session: HTTP 404.`,
    mend,
  }
}

/** Why Azure answered with HTTP 401. */
export function diagnoseAzureKey(hasKey: boolean): Diagnosis {
  const message = hasKey ? 'The key is not valid' : 'The app connected without a key'
  return {
    code: 'azure_key',
    message: `${message}: HTTP 401, before the upgrade.`,
    mend: 'Send the header api-key, or Authorization: Bearer <token>.',
  }
}
