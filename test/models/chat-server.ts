// A chat endpoint on loopback that streams chat completions as server-sent events, as local model servers do.

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface ChatRequest {
  readonly body: { messages: { role: string; content: string | null }[]; tools?: unknown; [key: string]: unknown }
  readonly authorization: string | undefined
}

type Delta = Record<string, unknown>

/** What the endpoint streams for a request: deltas, a reason to finish, or a wait of real milliseconds. */
export type Stream = (request: ChatRequest) => Iterable<Delta | { finish: string } | { waitMs: number }>

export interface ChatServer extends AsyncDisposable {
  readonly baseURL: string
  readonly requests: readonly ChatRequest[]
  /** Resolves when a client has hung up before the end of its stream. */
  readonly hungUp: Promise<void>
}

export async function startChatServer(stream: Stream): Promise<ChatServer> {
  const requests: ChatRequest[] = []
  const { promise: hungUp, resolve: hangUp } = Promise.withResolvers<void>()
  const server = createServer((request, response) => {
    void serve(request, response).catch((error: unknown) => response.destroy(error as Error))
  })
  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let text = ''
    for await (const part of request.setEncoding('utf8')) text += part
    const asked = { body: JSON.parse(text), authorization: request.headers.authorization }
    requests.push(asked)
    response.on('close', () => {
      if (!response.writableFinished) hangUp()
    })
    if (asked.body.model === 'missing') {
      response.writeHead(404, { 'content-type': 'application/json' }).end('{"error":{"message":"model not found"}}')
      return
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    for (const part of stream(asked)) {
      if ('waitMs' in part) {
        await new Promise((resolve) => setTimeout(resolve, Number(part.waitMs)))
        continue
      }
      const choice = 'finish' in part ? { delta: {}, finish_reason: part.finish } : { delta: part, finish_reason: null }
      const chunk = { id: 'chat_1', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [{ index: 0, ...choice }] }
      response.write(`data: ${JSON.stringify(chunk)}\n\n`)
    }
    response.end('data: [DONE]\n\n')
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    baseURL: `http://127.0.0.1:${port}/v1`,
    requests,
    hungUp,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
