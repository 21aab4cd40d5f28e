// What `phone.dial` may be given: a slip is an error at the author's line.

import type { Server } from 'node:http'
import { isRecord } from '../protocol/json.ts'
import { type OptionRules, oneOf, type Place, refuse, rule } from '../responses/option-check.ts'
import { checkCall } from './arguments.ts'
import { audioCodesRules, telnyxRules, vonageRules } from './dial-platform-rules.ts'

const isText = (value: unknown): value is string => typeof value === 'string' && value !== ''
const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value)

const text = rule('a text', isText)
const path = rule("a path, such as '/incoming-call', or a URL", isText)
const url = rule('a URL', (value) => isText(value) && URL.canParse(value))
const flag = rule('true or false', (value) => typeof value === 'boolean')
const ms = rule('milliseconds of the clock, 0 or more', (value) => isNumber(value) && value >= 0)
const share = rule('a share from 0 to 1', (value) => isNumber(value) && value >= 0 && value <= 1)
const number = rule('a number', isNumber)

const networkRules: OptionRules = { loss: share, jitterMs: ms, markEchoMs: ms, slowReaderMs: ms, reorder: share }
const echoRules: OptionRules = { delayMs: ms, gainDb: number }

const dialRules: OptionRules = {
  platform: oneOf(['twilio', 'audiocodes', 'telnyx', 'vonage']),
  voice: path,
  stream: path,
  authToken: text,
  from: text,
  to: text,
  parameters: rule(
    'an object of texts by name',
    (value) => isRecord(value) && Object.values(value).every((one) => typeof one === 'string'),
  ),
  statusCallback: path,
  strict: flag,
  publicUrl: url,
  signUrl: text,
  signature: oneOf(['valid', 'wrong', 'missing']),
  persona: oneOf(['typical', 'frustrated', 'elderly', 'hurried']),
  echo: rule('{ delayMs, gainDb }', isRecord),
  noiseDbfs: rule('decibels below full scale, 0 or less', (value) => isNumber(value) && value <= 0),
  network: rule('an object with loss, jitterMs, markEchoMs, slowReaderMs, reorder', isRecord),
  seed: number,
  // Of single platforms: dial-platform-rules.ts.
  audiocodes: rule('an object of settings of AudioCodes', isRecord),
  telnyx: rule('an object of settings of Telnyx', isRecord),
  vonage: rule('an object of settings of Vonage', isRecord),
}

const called = 'phone.dial(…)'
const place: Place = { subject: called, path: 'app', code: 'RTK_OPTION' }

/** Checks the arguments of `phone.dial`; gives the app as a server or a URL. */
export function checkDial(app: unknown, options: unknown): Server | URL {
  checkCall(called, options, dialRules)
  if (isRecord(options)) {
    checkCall(`${called}: network`, options.network, networkRules)
    checkCall(`${called}: echo`, options.echo, echoRules)
    checkCall(`${called}: audiocodes`, options.audiocodes, audioCodesRules)
    checkCall(`${called}: telnyx`, options.telnyx, telnyxRules)
    checkCall(`${called}: vonage`, options.vonage, vonageRules)
  }
  if (isServer(app)) return app
  if (app instanceof URL) return app
  if (isText(app) && URL.canParse(app) && /^(?:http|ws)s?:/.test(app)) return new URL(app)
  const hint =
    typeof app === 'function'
      ? 'An Express app is a handler: give http.createServer(app).'
      : isText(app) && app.startsWith('/')
        ? 'Give the server, or its whole URL; paths go into `voice` and `stream`.'
        : app instanceof Promise
          ? 'Did you forget `await`?'
          : ''
  return refuse(place, app, "the app's http.Server, or its URL", hint)
}

/** By shape: another copy of Node's module may have made it. */
function isServer(app: unknown): app is Server {
  return typeof app === 'object' && app !== null && 'listen' in app && 'emit' in app && typeof app.listen === 'function'
}
