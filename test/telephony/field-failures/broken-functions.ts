// Functions of the agent in broken-bridge.ts: hanging up, another department, keys for a machine at the far end.

import { toneOf } from './broken-sound.ts'
import type { Defects } from './defects.ts'

interface FunctionsWorld {
  tell(event: object): void
  hangUpAfterGoodbye(): void
  playTone(payload: string): void
}

export interface BrokenFunctions {
  readonly tools: readonly object[]
  startedAs(call: { callSid: string; accountSid: string }): void
  called(item: { type: string; name: string; call_id: string; arguments: string }): void
}

const tool = (name: string, description: string, properties = {}): object => ({
  type: 'function',
  name,
  description,
  parameters: { type: 'object', properties },
})

export function brokenFunctions(has: Partial<Defects>, world: FunctionsWorld): BrokenFunctions {
  let ids = { callSid: '', accountSid: '' }
  const functions: Record<string, (args: Record<string, string>) => void> = {
    end_call: () => {
      if (!has.cannotHangUp) world.hangUpAfterGoodbye()
    },
    to_billing: () => world.tell({ type: 'session.update', session: billing(has) }),
    press_keys: ({ keys = '' }) => {
      if (has.redirectsForKeys) void redirect(ids, keys)
      else for (const key of keys) world.playTone(toneOf(key))
    },
  }
  return {
    tools: [
      tool('end_call', 'Ends the call after a goodbye'),
      tool('to_billing', 'Hands the caller over to the billing department'),
      tool('press_keys', 'Presses keys', { keys: { type: 'string' } }),
    ],
    startedAs: ({ callSid, accountSid }) => {
      ids = { callSid, accountSid }
    },
    called(item) {
      if (item.type !== 'function_call') return
      functions[item.name]?.(JSON.parse(item.arguments))
      const output = JSON.stringify({ ok: true })
      world.tell({ type: 'conversation.item.create', item: { type: 'function_call_output', call_id: item.call_id, output } })
    },
  }
}

/** The session of another agent; an app for browsers has PCM everywhere. */
function billing({ resetsFormatsOnHandoff }: Partial<Defects>): object {
  const instructions = 'You are the billing department.'
  const format = { type: 'audio/pcm', rate: 24_000 }
  return {
    type: 'realtime',
    instructions,
    ...(resetsFormatsOnHandoff && { audio: { input: { format }, output: { format } } }),
  }
}

/** Twilio plays the digits, and the stream of the call is gone. */
async function redirect({ callSid, accountSid }: { callSid: string; accountSid: string }, keys: string): Promise<void> {
  const twiml = `<Response><Play digits="${keys}"/><Hangup/></Response>`
  await fetch(`https://api.twilio.com/2010-04-01/Accounts/${accountSid}/Calls/${callSid}.json`, {
    method: 'POST',
    headers: { authorization: 'Basic none', 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ Twiml: twiml }),
  })
}
