// Conversations of VoiceAI Connect that share an id: a platform that starts again what it could have resumed.

import { expect, test } from 'vitest-realtime'
import { bridged } from './support/bridged.ts'
import { drive, openSocket, pause, until } from './support/twilio-stream.ts'

test.beforeEach(({ clock }) => drive(clock))

const initiate = {
  type: 'session.initiate',
  conversationId: 'c1',
  expectAudioMessages: true,
  supportedMediaFormats: ['raw/mulaw'],
}

test('the end of the first does not make the second unknown', async ({ realtime }) => {
  realtime.respond('greeting', 'Hello.')
  const { server } = bridged()
  const types: string[][] = []
  const joins = (first: object) => {
    const got: string[] = []
    types.push(got)
    const socket = openSocket(server, '/ws/telephony')
    socket.on('message', (data) => got.push((JSON.parse(String(data)) as { type: string }).type))
    socket.on('open', () => socket.send(JSON.stringify(first)))
    return { socket, got }
  }
  const old = joins(initiate)
  await until(() => old.got.includes('playStream.stop'))
  const young = joins(initiate)
  await until(() => young.got.includes('playStream.stop'))
  old.socket.send(
    JSON.stringify({ type: 'session.end', conversationId: 'c1', reasonCode: 'client-disconnected', reason: 'over' }),
  )
  await pause(500)
  young.socket.terminate()
  await pause(500)
  const resumed = joins({ type: 'session.resume', conversationId: 'c1' })
  await until(() => resumed.got.length > 0)
  expect(resumed.got).toEqual(['session.accepted'])
  resumed.socket.send(JSON.stringify({ type: 'session.end', conversationId: 'c1', reasonCode: 'client-disconnected' }))
  await pause(500)
})
