// @vitest-environment jsdom
// The barista page in jsdom: its own backend mints the key by msw and the intercepted REST call, the page speaks with it.

import { cleanup, render, screen } from '@testing-library/react'
import { userEvent } from '@testing-library/user-event'
import { http } from 'msw'
import { setupServer } from 'msw/node'
import { afterAll, afterEach, beforeAll } from 'vitest'
import { expect, test } from 'vitest-realtime'
import { attach } from 'vitest-realtime/msw'
import { backend } from '../src/backend.js'
import { VoiceWidget } from '../src/VoiceWidget.js'

const server = attach(setupServer(http.post('*/api/token', ({ request }) => backend.fetch(request))))
beforeAll(() => server.listen({ onUnhandledFrame: 'error' }))
afterEach(() => {
  cleanup()
  server.resetHandlers()
})
afterAll(() => server.close())

const talk = () => userEvent.click(screen.getByRole('button', { name: 'Talk' }))

test('the answer to what the guest says appears on the page', async ({ realtime, caller }) => {
  realtime.respond('order', { when: /flat white/i, text: 'One flat white, coming up.' })
  render(<VoiceWidget />)
  await talk()
  await caller.says('A flat white, please.')
  expect(await screen.findByText('One flat white, coming up.')).toBeDefined()
})

test('the key of the page brings the session that the backend chose', async ({ realtime }) => {
  render(<VoiceWidget />)
  await talk()
  const session = await realtime.waitForSession()
  expect(session.protocols).toEqual(['realtime', expect.stringMatching(/^openai-insecure-api-key\.ek_/)])
  expect(session.config.instructions).toContain('barista')
  expect(session.config.output_modalities).toEqual(['text'])
  expect(session.headers.origin).toBe(location.origin)
  expect((await screen.findByText('listening')).role).toBe('status')
})

test('a service that refuses the page is told to the guest', async ({ realtime }) => {
  realtime.fail({ connect: 'refused' })
  render(<VoiceWidget />)
  await talk()
  expect(await screen.findByText('closed')).toBeDefined()
})

test('leaving the page closes the session', async ({ realtime }) => {
  const page = render(<VoiceWidget />)
  await talk()
  const session = await realtime.waitForSession()
  page.unmount()
  await realtime.settled()
  expect(session.open).toBe(false)
})
