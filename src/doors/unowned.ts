// The error of a Realtime socket or request that belongs to no running test: who runs, why it is nobody's, and the way out.

import { RealtimeKitError } from '../errors.ts'
import { contexts, currentContext } from '../runtime/context.ts'

/** The error of a socket that the running code opens to `url`, or of a request (http), which no service takes. */
export function unownedError(url: URL): RealtimeKitError {
  const [what, happened] = url.protocol.startsWith('ws') ? ['socket', 'opened'] : ['request', 'made']
  return new RealtimeKitError('RTK_UNOWNED', `A Realtime ${what} to ${url.origin}${url.pathname} ${whyUnowned(happened)}`)
}

function whyUnowned(happened: string | undefined): string {
  const own = contexts.storage.getStore()
  if (own?.closed) {
    return (
      `was ${happened} by "${own.name}" after that test had ended. It was refused: it would have reached the real service.\n` +
      'Stop the app before the test ends (close its session, await its work).'
    )
  }
  if (currentContext()) {
    return (
      'is not among the URLs that this test intercepts. It was refused: it would have reached the real service.\n' +
      'Name it in the option `intercept`; `intercept: false` lets all sockets through.'
    )
  }
  const running = [...contexts.live]
  if (running.length === 0) {
    return (
      `was ${happened} while no test with a local Realtime service was running (at import, in beforeAll or a plain beforeEach, or in a test\n` +
      'that uses none). It was refused: it would have reached the real service. Let the test ask for the fixture `realtime`, and a\n' +
      'hook as well: test.beforeEach(({ realtime }) => …). Or call useLocalRealtime(), or start createLocalRealtime() where the socket\n' +
      'is opened. `intercept: false` of these lets it through.'
    )
  }
  return (
    `was ${happened} outside of every test's context while ${running.length} tests ran:\n` +
    `${running.map((context) => `  ${context.name || context.id}`).join('\n')}\n` +
    'It was refused. What one app does for several tests at once loses their contexts: enter the test with realtime.run(() => …),\n' +
    'give the app its own server per test, or do not run these tests concurrently.'
  )
}
