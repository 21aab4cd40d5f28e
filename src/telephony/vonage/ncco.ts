// NCCO: what an app answers to Vonage's answer webhook. A list of actions; one of them connects a websocket.

import { z } from 'zod'
import { jsonOrText } from '../../protocol/json.ts'

const endpointSchema = z.object({
  type: z.literal('websocket'),
  uri: z.string().regex(/^wss?:\/\//, 'a ws: or wss: URL is due'),
  'content-type': z
    .string()
    .regex(/^audio\/l16;\s*rate=(?:8000|16000|24000)$/i, 'audio/l16 with rate=8000, 16000 or 24000 is due'),
  headers: z.record(z.string(), z.unknown()).optional(),
})

/** A whole header is given by the app itself; else the platform makes one. */
const authorizationSchema = z.object({ type: z.enum(['vonage', 'custom']), value: z.string().optional() }).optional()

const actionSchema = z.looseObject({ action: z.string() })

export type NccoAction = z.infer<typeof actionSchema>

export interface WebsocketEndpoint {
  readonly uri: string
  readonly rateHz: 8000 | 16_000 | 24_000
  readonly headers: Readonly<Record<string, unknown>>
  readonly authorization: { readonly type: 'vonage' | 'custom'; readonly value?: string | undefined } | undefined
}

export interface Ncco {
  /** Ahead of the websocket, and behind it. */
  readonly before: readonly NccoAction[]
  readonly endpoint: WebsocketEndpoint
  readonly after: readonly NccoAction[]
  readonly eventUrl: string | undefined
}

/** The NCCO, or what is wrong with it. */
export function readNcco(body: string): Ncco | { readonly wrong: string } {
  const actions = z.array(actionSchema).safeParse(jsonOrText(body))
  if (!actions.success) return { wrong: `no NCCO, which is a JSON list of actions: ${body.slice(0, 200)}` }
  const at = actions.data.findIndex((action) => action.action === 'connect' && endpointOf(action) !== undefined)
  const connect = actions.data[at]
  const names = actions.data.map(({ action }) => action).join(', ')
  if (!connect) return { wrong: `an NCCO that connects no websocket: ${names || 'it has no actions'}` }
  const given = endpointOf(connect)
  const endpoint = endpointSchema.safeParse(given)
  const authorization = authorizationSchema.safeParse(given?.authorization)
  const [issue] = [...(endpoint.error?.issues ?? []), ...(authorization.error?.issues ?? [])]
  if (!endpoint.success || !authorization.success)
    return { wrong: `an endpoint whose ${issue?.path.join('.') ?? 'fields'} cannot be used: ${issue?.message ?? ''}` }
  const { uri, headers = {}, 'content-type': contentType } = endpoint.data
  const rateHz = Number(/\d+$/.exec(contentType)?.[0]) as WebsocketEndpoint['rateHz']
  return {
    before: actions.data.slice(0, at),
    endpoint: { uri, rateHz, headers, authorization: authorization.data },
    after: actions.data.slice(at + 1),
    eventUrl: [connect.eventUrl].flat().find((url) => typeof url === 'string'),
  }
}

function endpointOf({ endpoint }: NccoAction): Record<string, unknown> | undefined {
  const list: unknown[] = [endpoint].flat()
  return list.find(
    (each): each is Record<string, unknown> =>
      typeof each === 'object' && each !== null && 'type' in each && each.type === 'websocket',
  )
}
