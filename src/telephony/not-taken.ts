// Why `phone.dial` failed once a socket was dialled, in words: what happened, what the platform finds, what to do about it.

import type { PhoneEndedBy, PhoneFinding } from '../api/phone.ts'
import { findingLine } from './call-log.ts'

/** The answer to an upgrade that was refused. */
export interface Refusal {
  readonly status: number
  /** Path of the socket. */
  readonly path: string
  readonly body: string
}

/** Of the answer, so that a page of HTML does not bury the rest. */
const mostOfBody = 200

interface NotTaken {
  readonly by: PhoneEndedBy
  readonly reason: string
  readonly findings: readonly PhoneFinding[]
  readonly refusal: Refusal | undefined
}

const before: Readonly<Record<PhoneEndedBy, string>> = {
  app: 'the app ended the call before it took it: ',
  caller: 'the call was given up: ',
  platform: '',
}

export function notTaken({ by, reason, findings, refusal }: NotTaken): string {
  const mend = refusal && mendFor(refusal)
  // What is said already needs no line of its own.
  const others = findings.filter(({ message }) => !reason.includes(message))
  const list = others.length === 0 ? '' : `\nFindings:\n${others.map((one) => `  ${findingLine(one)}`).join('\n')}`
  return `phone.dial(…): ${before[by]}${reason}.${mend === undefined ? '' : `\n${mend}`}${list}`
}

export function refusalText({ status, path, body }: Refusal): string {
  const said = body.trim() === '' ? '' : `: ${body.trim().slice(0, mostOfBody)}`
  return `the app answered the upgrade of ${path} with HTTP ${status}${said}`
}

function mendFor({ status, path }: Refusal): string | undefined {
  if (status === 401 || status === 403)
    return 'Where the app checks who dials: give phone.dial the same `authToken`, and as `publicUrl` the host that the app thinks it has.'
  if (status === 404 || status === 405)
    return `No socket is served at ${path}: compare it with the path of the app's WebSocket server.`
  if (status < 400)
    return `At ${path} the server answers as to a plain request: its 'upgrade' event needs a listener, as that of a WebSocket server with this path.`
  return undefined
}
