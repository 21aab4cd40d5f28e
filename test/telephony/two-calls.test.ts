// Two calls of one test through a bridge that makes other sound of what it hands on: each is told apart by where its session was opened.

import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'
import { expect, type LocalRealtime, type Phone, test } from 'vitest-realtime'
import { createBridgeServer, type DialOptions } from 'vitest-realtime/telephony'

const server = createBridgeServer({ token: 'secret' })

async function talkTwice(realtime: LocalRealtime, phone: Phone, app: Server | string): Promise<void> {
  realtime.respond('greeting', { when: () => true, text: 'Good morning, how may I help you today?', priority: -1 })
  realtime.respond('rooms', { when: 'room', text: 'A room is free.' })
  realtime.respond('taxi', { when: 'taxi', text: 'Your taxi is on its way.' })
  const audiocodes: NonNullable<DialOptions['audiocodes']> = { bargeIn: true, formats: ['raw/lpcm16'] }
  const dialling = { platform: 'audiocodes', stream: '/ws/telephony', authToken: 'secret', audiocodes } as const
  const first = await phone.dial(app, dialling)
  const second = await phone.dial(app, dialling)
  await Promise.all([first.hears('help you today'), second.hears('help you today')])
  await Promise.all([first.says('Is there a room?'), second.says('I need a taxi')])
  await Promise.all([first.hears('A room is free.'), second.hears('Your taxi')])
  await realtime.settled()
  expect(first.heard.text).toBe('Good morning, how may I help you today? A room is free.')
  expect(second.heard.text).toBe('Good morning, how may I help you today? Your taxi is on its way.')
}

test('to a server object', async ({ realtime, phone }) => {
  await talkTwice(realtime, phone, server)
})

test('to the URL of one that listens in this process', async ({ realtime, phone }) => {
  const listening = createBridgeServer({ token: 'secret' }).listen(0, '127.0.0.1')
  onTestFinished(() => void listening.close())
  await once(listening, 'listening')
  await talkTwice(realtime, phone, `http://127.0.0.1:${(listening.address() as AddressInfo).port}`)
})
