// The public face of a call: what authors do as the caller, and what they wait for.

import type { RealtimeCall, ServiceSession } from '../api.ts'
import { RealtimeKitError } from '../errors.ts'
import type { InputAudioBufferDtmfEventReceivedEvent } from '../protocol/server-events.ts'
import { checkCall, checkKeys, waitRules } from './arguments.ts'
import { graceMs } from './caller/microphone.ts'
import type { EndedBy, PhoneCall } from './phone-call.ts'
import type { Service } from './service.ts'
import { sessionOf } from './service-session.ts'
import { tracked } from './tracked-promise.ts'
import { waitFor } from './waits.ts'

/** Time between two keys of a caller who types a number. */
const keyGapMs = 100

/** Getters of its own and no private fields: Vitest copies an object's properties to compare and to show them. */
export function callFace(service: Service, call: PhoneCall): RealtimeCall {
  const track = <T>(what: string, work: Promise<T>, from: (...args: never[]) => unknown): Promise<T> =>
    tracked(what, work, from, service.context)
  const face: RealtimeCall = {
    id: call.id,
    kind: call.kind,
    get status() {
      return call.status
    },
    get rejectedWith() {
      return call.rejectedWith
    },
    get referredTo() {
      return call.referredTo
    },
    get webhookStatus() {
      return call.webhookStatus
    },
    get session() {
      return call.connection && sessionOf(service, call.connection)
    },
    accepted(options = {}) {
      checkCall('call.accepted(…)', options, waitRules)
      return track('call.accepted()', untilAccepted(service, call, options), face.accepted)
    },
    presses(keys) {
      checkKeys('call.presses(…)', keys)
      return track('call.presses(…)', press(service, call, keys), face.presses)
    },
    hangsUp() {
      call.hangUp('caller')
      return track('call.hangsUp()', delivered(service, 'call.hangsUp()'), face.hangsUp)
    },
    ended(options = {}) {
      checkCall('call.ended(…)', options, waitRules)
      return track('call.ended()', untilEnded(service, call, options), face.ended)
    },
  }
  return face
}

async function untilAccepted(service: Service, call: PhoneCall, { timeout }: { timeout?: number }): Promise<ServiceSession> {
  const outcome = await waitFor(service, {
    check: () => (call.status === 'ringing' || (call.status === 'active' && !call.connection) ? undefined : true),
    what: 'call.accepted()',
    ...(timeout === undefined ? {} : { timeoutMs: timeout }),
  })
  if (call.connection) return sessionOf(service, call.connection)
  if ('unmet' in outcome) throw new RealtimeKitError('RTK_WAIT', outcome.unmet)
  throw new RealtimeKitError('RTK_CALL', `call.accepted(): ${whatBecame(call)}`)
}

async function untilEnded(service: Service, call: PhoneCall, { timeout }: { timeout?: number }): Promise<{ by: EndedBy }> {
  const outcome = await waitFor(service, {
    check: () => call.endedBy,
    what: 'call.ended()',
    ...(timeout === undefined ? {} : { timeoutMs: timeout }),
  })
  if ('met' in outcome) return { by: outcome.met }
  throw new RealtimeKitError('RTK_WAIT', `${outcome.unmet}\nCall ${call.id} is ${call.status}.`)
}

async function press(service: Service, call: PhoneCall, keys: string): Promise<void> {
  const { clock } = service
  const what = `call.presses('${keys}')`
  for (const [index, key] of [...keys].entries()) {
    if (index > 0) {
      const next = new Promise<void>((resolve) => clock.at(clock.now() + keyGapMs, resolve, 'caller'))
      await clock.wait(next, { timeoutMs: keyGapMs + graceMs, what })
    }
    pressOne(service, call, key, what)
  }
  await delivered(service, what)
}

function pressOne(service: Service, call: PhoneCall, key: string, what: string): void {
  if (call.kind !== 'sip')
    throw new RealtimeKitError('RTK_CALL', `${what}: the service tells of keys on SIP calls only, and this is a WebRTC call.`)
  if (!call.isOpen) throw new RealtimeKitError('RTK_CALL', `${what}: ${whatBecame(call)}`)
  const event: InputAudioBufferDtmfEventReceivedEvent = {
    type: 'input_audio_buffer.dtmf_event_received',
    event: key,
    received_at: service.unixSeconds(),
  }
  call.connection?.input({ type: 'inject', event })
}

/** What has been sent has reached the app. */
async function delivered(service: Service, what: string): Promise<void> {
  await waitFor(service, { check: () => true, what })
}

function whatBecame({ id, status, rejectedWith, referredTo, endedBy }: PhoneCall): string {
  if (status === 'rejected') return `the app rejected call ${id} with ${rejectedWith}.`
  if (status === 'referred') return `the app referred call ${id} to ${referredTo}.`
  if (status === 'ended') return `call ${id} was ended by the ${endedBy}.`
  return `call ${id} is ${status}: the app has not accepted it.`
}
