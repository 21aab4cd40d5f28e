// An HTTP server in a worker thread: to the test's clock it is the world outside.

import { Worker } from 'node:worker_threads'

const source = `
  const { parentPort, workerData } = require('node:worker_threads')
  let count = 0
  const server = require('node:http').createServer((request, response) => {
    if (request.url === '/never') return
    if (request.url === '/events') {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.write('data: first\\n\\n')
      return
    }
    const delayMs = request.url === '/jitter' ? 5 + (count++ * 7) % 31 : workerData.delayMs
    setTimeout(() => response.end('answer'), delayMs)
  })
  server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port))
`

export interface RemoteServer {
  readonly url: string
  close(): Promise<unknown>
}

export async function startRemoteServer(delayMs: number): Promise<RemoteServer> {
  const worker = new Worker(source, { eval: true, workerData: { delayMs } })
  const port = await new Promise((resolve) => worker.once('message', resolve))
  worker.unref()
  return { url: `http://127.0.0.1:${String(port)}`, close: () => worker.terminate() }
}
