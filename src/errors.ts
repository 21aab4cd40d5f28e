// The kit's own errors and their stable codes. Any layer may import this leaf.
// Wire `error` events (the application broke the protocol) are not here: see protocol/faults.ts.

/** Every code, with what happened and the mend; the README's table is made of the same rows and a test compares them. */
export const errorCodes = {
  RTK_OPTION: ['an option has an unknown name or a wrong type', 'use the name and type that the message lists'],
  RTK_OUTSIDE_TEST: [
    'a fixture, `useLocalRealtime` or its handle was used outside of a running Vitest test',
    'use it inside a test, or `createLocalRealtime()` anywhere',
  ],
  RTK_NO_MATCH: ['a turn matched none of the replies', 'add a reply, loosen its `when`, or set `onUnmatched: "fallback"`'],
  RTK_UNUSED_REPLY: ['a `respondOnce` was never used', 'remove it, or find out why the app asked for fewer responses'],
  RTK_REPLY: ['a reply is malformed or its function threw', 'see the message: it names the reply and the field'],
  RTK_FLOW: [
    'a conversation left its flow, or stopped in the middle of it',
    'see the message: the path so far, what was expected there, and what came',
  ],
  RTK_LOOP: [
    'the same reply was chosen three times without any user input',
    'the app answers its own answers: stop it, or give the reply `times`',
  ],
  RTK_WIRE_ERROR: [
    'the service sent the app an `error` that no test asserted',
    'mend the app, assert the error, or list its code in `allowErrors`',
  ],
  RTK_NOT_AWAITED: ['a wait or an async matcher was not awaited', 'put `await` before it'],
  RTK_MATCHER: [
    'a matcher was given a value or an argument that it cannot use',
    'see the message: it says what it got and what is allowed',
  ],
  RTK_WAIT: ['a wait ended because its time ran out or nobody could move any more', 'see who waits for whom in the message'],
  RTK_NO_SESSION: ['no session was connected when one was needed', 'start the app first, or see which URLs are intercepted'],
  RTK_MANY_SESSIONS: ['more than one session is open', 'use `realtime.sessions` or `realtime.for({...})`'],
  RTK_UNOWNED: [
    'a Realtime socket was opened, or a request made, that belongs to no test',
    'do it inside the test, or enter the test with `realtime.run(fn)`',
  ],
  RTK_HANDLER: [
    'a listener of `vitest-realtime/msw` threw, or its handler belongs to a server that is not attached',
    'see the message; wrap the server: `attach(setupServer(...))`',
  ],
  RTK_INTERCEPTORS: [
    'two live copies of @mswjs/interceptors would intercept each other without end',
    'dedupe them: `npm dedupe`, or use the same version as msw',
  ],
  RTK_PLUGIN: ['a function of a plugin threw', 'see the message: it names the plugin and the function'],
  RTK_ENGINE: [
    'an audio engine is not installed, did not start, or failed',
    'run the install command of the message, or choose another engine',
  ],
  RTK_AUDIO: ['audio data or an audio file cannot be used', 'see the message for what was found and what is supported'],
  RTK_TRANSPORT: ['a socket or server of the kit could not be opened', 'see the message: port, host or certificate'],
  RTK_CLOCK: ['the clock was asked for something it cannot do', 'see the message'],
  RTK_CALLER: ['the caller cannot do that now', 'see the message: attach it first, or wait for a response'],
  RTK_CALL: [
    'the app did not take a phone call, or a call was asked for what it cannot do',
    'see the message: it says what the app did',
  ],
  RTK_RECORDING: [
    'a recording cannot be read or written, or what the app did does not fit it',
    'see the message: file and line, or the difference and what would accept it',
  ],
  RTK_BUG: ['an invariant of the kit is broken: our defect, not yours', 'please report it with the timeline of the message'],
} as const satisfies Record<string, readonly [happened: string, mend: string]>

export type KitErrorCode = keyof typeof errorCodes

/** An error of the kit: `code` is the contract, the sentence is not. */
export class RealtimeKitError extends Error {
  readonly code: KitErrorCode
  constructor(code: KitErrorCode, message: string, options?: ErrorOptions) {
    super(`[${code}] ${message}`, options)
    this.name = 'RealtimeKitError'
    this.code = code
  }
}

/** An engine that was named is missing. `install` is the command that mends it. */
export class AudioEngineUnavailable extends RealtimeKitError {
  readonly engine: string
  readonly install: string
  constructor(engine: string, why: string, install: string, options?: ErrorOptions) {
    super('RTK_ENGINE', `Engine '${engine}' is unavailable: ${why}\nInstall it with: ${install}`, options)
    this.name = 'AudioEngineUnavailable'
    this.engine = engine
    this.install = install
  }
}

interface FailureOptions extends ErrorOptions {
  /** Begins the message. Default: `Engine 'NAME' failed`. */
  readonly told?: string
}

/** An engine that ran has failed, also after it was started once more. */
export class AudioEngineFailed extends RealtimeKitError {
  readonly engine: string
  constructor(engine: string, why: string, { told = `Engine '${engine}' failed`, ...options }: FailureOptions = {}) {
    super('RTK_ENGINE', `${told}: ${why}`, options)
    this.name = 'AudioEngineFailed'
    this.engine = engine
  }
}

/** What something that was thrown says, for the middle of a sentence. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown)
}
