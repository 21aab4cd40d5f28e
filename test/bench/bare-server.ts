// The yardstick: `ws` and prebuilt strings, nothing else. Run with a file that holds a Replay.

import { readFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { WebSocketServer } from 'ws'
import type { Replay } from './servers.ts'

const { greeting, updated, answers } = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as Replay

const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false }, () => {
  const { port } = server.address() as AddressInfo
  console.log(JSON.stringify({ url: `ws://127.0.0.1:${port}/v1/realtime` }))
})

server.on('connection', (socket) => {
  let messages = -1
  socket.send(greeting)
  socket.on('message', () => {
    if (messages < 0) socket.send(updated)
    else for (const text of answers[messages % answers.length] ?? []) socket.send(text)
    messages += 1
  })
})

process.once('SIGTERM', () => process.exit(0))
