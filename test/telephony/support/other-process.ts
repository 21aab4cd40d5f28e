// The bridge server of the kit in a process of its own.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'

const program = `
import { createBridgeServer } from 'vitest-realtime/telephony'
const backend = { url: process.env.BACKEND, headers: { Authorization: 'Bearer x' } }
const server = createBridgeServer({ twilioAuthToken: 'secret', backend })
server.listen(0, '127.0.0.1', () => console.log(server.address().port))
`

/** Gives the URL of the bridge, which is ended with the test. `backend`: the URL of its Realtime service. */
export async function bridgeElsewhere(backend: string): Promise<string> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    cwd: fileURLToPath(new URL('../../..', import.meta.url)),
    env: { ...process.env, BACKEND: backend },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => void child.kill())
  const [port] = await once(child.stdout, 'data')
  return `http://127.0.0.1:${String(port).trim()}`
}
