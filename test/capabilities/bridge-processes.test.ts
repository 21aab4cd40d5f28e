// Rows of the capability table about the bridges as programs: their endpoints, and the tool that validates somebody's bridge.

import { execFile } from 'node:child_process'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { createLocalRealtime } from 'vitest-realtime'
import { createBridgeServer } from 'vitest-realtime/telephony'
import { WebSocket } from 'ws'
import { brokenBridge, token } from '../bridges/support/broken-bridge.ts'
import { TwilioStream, until } from '../bridges/support/twilio-stream.ts'

/** What a socket is told until a type comes. */
async function told(url: string, first: object | undefined, type: string): Promise<Record<string, unknown>[]> {
  const socket = new WebSocket(url, { headers: { authorization: 'Bearer secret' } })
  const messages: Record<string, unknown>[] = []
  socket.on('open', () => first && socket.send(JSON.stringify(first)))
  await new Promise<void>((resolve, reject) => {
    socket.on('message', (data) => {
      const message = JSON.parse(String(data)) as Record<string, unknown>
      messages.push(message)
      if (message.type === type) resolve()
    })
    socket.on('error', reject)
  })
  socket.close()
  return messages
}

test('row 74: endpoints answer in local mode, and health says so', async () => {
  await using model = createLocalRealtime({ timing: 'real', latency: 'instant', onUnmatched: 'fallback', intercept: false })
  const backend = { url: `${model.url}?model=gpt-realtime`, headers: { Authorization: 'Bearer k' } }
  const server = createBridgeServer({ token: 'secret', insecure: true, mode: 'local', backend })
  onTestFinished(() => void server.close())
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`

  expect(await (await fetch(`http://${host}/health`)).json()).toMatchObject({ status: 'healthy', mode: 'local' })
  const voice = await fetch(`http://${host}/twilio/voice`, { method: 'POST', body: new URLSearchParams({ CallSid: 'CA1' }) })
  expect(await voice.text()).toContain(`<Stream url="wss://${host}/twilio-agent">`)

  const stream = await TwilioStream.open(`ws://${host}`)
  await until(() => stream.of('media').length > 0)
  stream.hangsUp()
  const initiate = {
    type: 'session.initiate',
    conversationId: 'c1',
    expectAudioMessages: true,
    supportedMediaFormats: ['raw/mulaw'],
  }
  const telephony = await told(`ws://${host}/ws/telephony`, initiate, 'playStream.chunk')
  expect(telephony[0]).toMatchObject({ type: 'session.accepted', mediaFormat: 'raw/mulaw' })
  const caller = await told(`ws://${host}/caller-agent`, { ...initiate, conversationId: 'c2' }, 'session.accepted')
  expect(caller[0]).toMatchObject({ type: 'session.accepted' })
  const talk = await told(`ws://${host}/agent-conversation?caller_type=hurried&scenario=insurance_file_claim`, undefined, 'turn')
  expect(talk.at(-1)).toMatchObject({ type: 'turn', speaker: 'agent' })
  const instructions = model.sessions.map(({ config }) => ('instructions' in config ? config.instructions : ''))
  expect(instructions.some((text) => text.includes('train') && text.includes('P-20931'))).toBe(true)
})

test('row 89: validation scripts: a healthy bridge passes, a broken one makes them fail', { timeout: 60_000 }, async () => {
  const command = join(import.meta.dirname, '../../dist/src/cli/main.js')
  const outcome = async (depth: string, defect?: 'deaf'): Promise<object> => {
    await using bridge = await brokenBridge('twilio', defect)
    const flags = ['--url', bridge.url, '--auth-token', token, depth, '--only', 'connects', 'answers', '--json']
    return await new Promise((resolve) => {
      execFile(process.execPath, [command, 'validate', 'twilio', ...flags], (error, stdout) => {
        const { depth: told, checks } = JSON.parse(stdout)
        resolve({ code: Number(error?.code ?? 0), depth: told, checks: checks.map(({ result }: any) => result) })
      })
    })
  }
  const depths = ['quick', 'standard', 'extended']
  const healthy = depths.map((depth) => outcome(`--${depth}`))
  expect(await Promise.all([...healthy, outcome('--quick', 'deaf')])).toEqual([
    ...depths.map((depth) => ({ code: 0, depth, checks: ['passed', 'passed'] })),
    { code: 1, depth: 'quick', checks: ['passed', 'failed'] },
  ])
})
