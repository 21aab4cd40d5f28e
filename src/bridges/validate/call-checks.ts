// The checks of a bridge, for both platforms. Each makes calls of its own and leaves none behind.

import type { DialOptions, PhoneCall } from '../../api/phone.ts'
import { type Check, type CheckWorld, type Outcome, skipped, well, wrong } from './check.ts'
import { appMessages, audibleMs, hearsEnd, hearsSound, holes, nowMs, overloadedShare, pause, within } from './heard.ts'
import { rawCall } from './raw-call.ts'

const questions = [
  'Hello, can you help me please?',
  'What are your opening hours?',
  'Can I book a table for two people?',
  'Do you have anything on Tuesday?',
  'How much does that cost?',
  'Is there a place to park?',
  'Could you repeat that please?',
  'Thank you, that is very kind.',
]

/** One call, hung up whatever happens. */
async function onCall<T>(world: CheckWorld, work: (call: PhoneCall) => Promise<T>, options?: DialOptions): Promise<T> {
  const call = await world.dial({
    ...(world.platform === 'audiocodes' && { audiocodes: { bargeIn: true, sendDTMF: true } }),
    ...options,
  })
  try {
    return await work(call)
  } finally {
    if (call.isOpen) await call.hangsUp()
  }
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`

/** Asks, and gives ms from the end of the question to the answer; undefined when none comes. */
async function ask(call: PhoneCall, question: string, patienceMs: number): Promise<number | undefined> {
  await call.says(question)
  const askedMs = nowMs(call)
  const heardMs = await hearsSound(call, askedMs, patienceMs)
  return heardMs === undefined ? undefined : heardMs - askedMs
}

/** Hears the greeting to its end; undefined when there is none. */
async function greeted(call: PhoneCall, patienceMs: number): Promise<number | undefined> {
  const atMs = await hearsSound(call, 0, patienceMs)
  if (atMs !== undefined) await hearsEnd(call)
  return atMs
}

async function turns(world: CheckWorld, count: number): Promise<Outcome> {
  return onCall(world, async (call) => {
    await greeted(call, world.patienceMs)
    for (const [index, question] of questions.slice(0, count).entries()) {
      if ((await ask(call, question, world.patienceMs)) === undefined)
        return wrong(`no answer to question ${index + 1} of ${count} ("${question}") within ${seconds(world.patienceMs)}`)
      await hearsEnd(call)
    }
    return well(`${count} questions, ${count} answers`)
  })
}

async function interrupted(world: CheckWorld): Promise<Outcome> {
  return onCall(world, async (call) => {
    if ((await hearsSound(call, 0, world.patienceMs)) === undefined) return skipped('nothing was said that could be interrupted')
    await pause(400)
    const stop = world.platform === 'twilio' ? 'clear' : 'userStream.speech.started'
    const stops = (): number => appMessages(call).filter(({ type }) => type === stop).length
    const before = stops()
    const bargeMs = nowMs(call)
    const speaking = call.says('Excuse me, I have a question about something else entirely')
    const isTold = await within(2000, () => stops() > before)
    const afterMs = nowMs(call) - bargeMs
    await speaking
    if (isTold) return well(`${stop} after ${seconds(afterMs)}`)
    if (audibleMs(call, bargeMs + 500, bargeMs + 1500) === 0)
      return skipped('the agent fell silent by itself before it could be interrupted')
    return wrong(`no ${stop} within ${seconds(afterMs)} while the caller spoke over the agent`)
  })
}

async function refuses(world: CheckWorld): Promise<Outcome> {
  if (world.authToken === undefined) return skipped('no --auth-token was given')
  for (const [how, authToken] of [
    ['without a signature or token', undefined],
    ['with a wrong one', `not-${world.authToken}`],
  ] as const) {
    // Where a socket opens at all, a session may already be paid for.
    const isTaken = await rawCall(world, authToken).opens()
    if (isTaken) return wrong(`a call ${how} was taken`)
  }
  return well('unsigned and wrongly signed calls were refused')
}

async function survives(world: CheckWorld): Promise<Outcome> {
  const call = rawCall(world, world.authToken)
  if (!(await call.opens({ stays: true }))) return wrong('the socket could not be opened')
  try {
    await call.starts()
    for (const message of ['no json', '[]', '{"event":"nobody-knows","type":"nobody-knows"}', call.badSound]) call.send(message)
    await within(1000, () => !call.isOpen)
    const isAnswered = await within(world.patienceMs, () => call.soundMessages > 0 || !call.isOpen)
    if (!call.isOpen) return wrong('the call ended at a message that is no good')
    return isAnswered
      ? well('the call went on')
      : wrong(`no sound within ${seconds(world.patienceMs)} after messages that are no good`)
  } finally {
    call.close()
  }
}

async function pressesKey(world: CheckWorld): Promise<Outcome> {
  return onCall(world, async (call) => {
    await greeted(call, world.patienceMs)
    const fromMs = nowMs(call)
    await call.presses('1')
    const heardMs = await hearsSound(call, fromMs, world.patienceMs)
    if (!call.isOpen) return wrong('the call ended when a key was pressed')
    return heardMs === undefined
      ? wrong(`no answer to the key 1 within ${seconds(world.patienceMs)}`)
      : well(`answered after ${seconds(heardMs - fromMs)}`)
  })
}

async function together(world: CheckWorld): Promise<Outcome> {
  const count = 3
  const greetings = await Promise.all(
    Array.from({ length: count }, () =>
      onCall(world, async (call) => [
        await greeted(call, world.patienceMs),
        await ask(call, questions[0] ?? '', world.patienceMs),
      ]),
    ),
  )
  const silent = greetings.filter((times) => times.every((atMs) => atMs === undefined)).length
  return silent === 0
    ? well(`${count} calls at a time, all answered`)
    : wrong(`${silent} of ${count} calls at a time heard nothing`)
}

async function latency(world: CheckWorld): Promise<Outcome> {
  return onCall(world, async (call) => {
    await greeted(call, world.patienceMs)
    for (const question of questions.slice(0, 3)) {
      if ((await ask(call, question, world.patienceMs)) === undefined)
        return wrong(`no answer within ${seconds(world.patienceMs)}`)
      await hearsEnd(call)
    }
    const worst = Math.max(...call.metrics.responseMs)
    return worst <= slowestAnswerMs
      ? well(`slowest ${seconds(worst)}`)
      : wrong(`slowest ${seconds(worst)}, ${seconds(slowestAnswerMs)} at most`)
  })
}
const slowestAnswerMs = 3000

/** Plosives of a clean voice make one or two. */
const mostHolesPerSecond = 6

async function soundsWell(world: CheckWorld): Promise<Outcome> {
  return onCall(world, async (call) => {
    if ((await greeted(call, world.patienceMs)) === undefined) await ask(call, questions[0] ?? '', world.patienceMs)
    await hearsEnd(call)
    const share = overloadedShare(call)
    if (audibleMs(call) === 0) return wrong('nothing was heard')
    if (share > 0.05) return wrong(`${Math.round(share * 100)} % of the samples are as loud as can be: noise, or another codec`)
    const count = holes(call)
    const text = `${count} holes in ${seconds(audibleMs(call))} of sound`
    return (count * 1000) / audibleMs(call) > mostHolesPerSecond ? wrong(text) : well(text)
  })
}

export const callChecks: readonly Check[] = [
  {
    name: 'connects',
    depth: 'quick',
    expected: 'a call of the platform is taken',
    mend: 'Check the URL, that the server runs, and --auth-token.',
    run: (world) => onCall(world, async (call) => well(`call ${call.id.slice(0, 8)}… was taken`)),
  },
  {
    name: 'refuses-strangers',
    depth: 'quick',
    expected: 'calls without the signature or token are refused',
    mend: 'Verify X-Twilio-Signature (over the wss URL), or the bearer token, at the upgrade: each call costs money on your key.',
    run: refuses,
  },
  {
    name: 'greets',
    depth: 'quick',
    expected: 'the agent speaks first',
    mend: 'Send response.create when both the start of the call and session.updated have come.',
    run: (world) =>
      onCall(world, async (call) => {
        const atMs = await hearsSound(call, 0, world.patienceMs)
        return atMs === undefined
          ? wrong(`nothing was heard within ${seconds(world.patienceMs)}`)
          : well(`after ${seconds(atMs)}`)
      }),
  },
  {
    name: 'answers',
    depth: 'quick',
    expected: 'a question is answered',
    mend: 'Check that the input format of the session is that of the telephone, and that silence is passed on too: it ends the turn.',
    run: (world) => turns(world, 1),
  },
  {
    name: 'well-formed',
    depth: 'quick',
    expected: 'the platform has nothing to object to in a call with one turn',
    mend: 'See the findings: code, field and reason are those of the platform.',
    run: (world) =>
      onCall(world, async (call) => {
        await greeted(call, world.patienceMs)
        await ask(call, questions[0] ?? '', world.patienceMs)
        await hearsEnd(call)
        const [first] = call.findings
        const count = call.findings.length
        return first ? wrong(`${count} findings, the first: ${first.code} ${first.message}`) : well('no findings')
      }),
  },
  {
    name: 'sounds-well',
    depth: 'standard',
    expected: 'the sound is no noise, and has no gaps',
    mend: 'Check codec and sample rate of what is sent; do not pace slower than real time, and resample with one resampler per call.',
    run: soundsWell,
  },
  {
    name: 'marks',
    depth: 'standard',
    only: 'twilio',
    expected: 'marks follow the sound, so that the app knows what was heard',
    mend: 'Send a mark with a name of its own after each piece of sound, and truncate at the last one that came back.',
    run: (world) =>
      onCall(world, async (call) => {
        await greeted(call, world.patienceMs)
        const marks = appMessages(call).filter(({ type }) => type === 'mark')
        const names = new Set(marks.map(({ data }) => JSON.stringify(data.mark)))
        if (marks.length === 0) return wrong('no mark was sent')
        return names.size === marks.length
          ? well(`${marks.length} marks`)
          : wrong(`${marks.length} marks, with ${names.size} names`)
      }),
  },
  {
    name: 'interrupts',
    depth: 'standard',
    expected: 'the agent stops within 2 s when the caller speaks',
    mend: 'On input_audio_buffer.speech_started send clear (Twilio) or userStream.speech.started and playStream.stop (AudioCodes), also after response.done.',
    run: interrupted,
  },
  {
    name: 'turns',
    depth: 'standard',
    expected: 'three questions, three answers',
    mend: 'Look at what is left over from the turn before: an active response, a buffer, a mark queue.',
    run: (world) => turns(world, 3),
  },
  {
    name: 'survives-nonsense',
    depth: 'standard',
    expected: 'messages that are no good do not end the call',
    mend: 'Parse within a try, ignore what is unknown, and check fields before use.',
    run: survives,
  },
  {
    name: 'hangs-up',
    depth: 'standard',
    expected: 'the socket is closed within 3 s after the caller has hung up',
    mend: 'Handle stop (Twilio; there is no close event) or session.end (AudioCodes): close the model session, then the socket.',
    run: async (world) => {
      const call = rawCall(world, world.authToken)
      if (!(await call.opens({ stays: true }))) return wrong('the socket could not be opened')
      try {
        await call.starts()
        await pause(1000)
        call.hangsUp()
        const isClosed = await within(3000, () => !call.isOpen)
        return isClosed ? well('closed') : wrong('the socket was still open 3 s later')
      } finally {
        call.close()
      }
    },
  },
  {
    name: 'key',
    depth: 'extended',
    expected: 'a key is answered',
    mend: 'Tell the key to the model as a user item, and ask for a response.',
    run: pressesKey,
  },
  {
    name: 'together',
    depth: 'extended',
    expected: 'three calls at a time are all answered',
    mend: 'Keep all state per call: no module-level session, stream id or mark queue.',
    run: together,
  },
  {
    name: 'latency',
    depth: 'extended',
    expected: 'an answer within 3 s',
    mend: 'Look for sleeps, for a model session that is opened late, and for functions that are slow.',
    run: latency,
  },
  {
    name: 'long-call',
    depth: 'extended',
    expected: 'eight questions, eight answers',
    mend: 'Look for what grows or is never reset during a call.',
    run: (world) => turns(world, 8),
  },
]
