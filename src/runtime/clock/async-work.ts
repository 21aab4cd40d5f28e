// Sees, by async_hooks, real work that the running test started: files, DNS, crypto, zlib, child processes, TCP connects.
// Also native activity of its sockets, and real timers that were taken before the app's time was installed.

import type { AsyncHook } from 'node:async_hooks'
import { builtin } from '../../builtins.ts'
import { contexts } from '../context.ts'
import { type AppClock, appClock, clockAtWork, isAppClock } from './app-clock.ts'
import { isWebCryptoJob, siteOfTakenTimer } from './call-site.ts'
import type { Work } from './work-ledger.ts'

/** Async resource types that are work with an end, and what to call them. First match wins. */
const workTypes: readonly (readonly [type: RegExp, name: string])[] = [
  [/^(FSREQ|FILEHANDLECLOSEREQ)/, 'a file'],
  [/^(GETADDRINFO|GETNAMEINFO|QUERYWRAP)/, 'DNS'],
  [/^PROCESSWRAP$/, 'a child process'],
  [/^(TCP|PIPE)CONNECTWRAP$/, 'a connection'],
  [/^(ZLIB|BROTLI|ZSTD)/, 'compression'],
  [/(REQUEST|JOB)$/, 'cryptography'],
]
/** Lives on between its jobs. */
const isStream = /^(ZLIB|BROTLI|ZSTD)/
/** Made also by synchronous calls, which never end; `ondone` tells them apart once it is set. */
const isCryptoJob = /(REQUEST|JOB)$/
const notWork = new Set(['HTTPCLIENTREQUEST'])
const handleTypes = new Set([
  'TCPWRAP',
  'PIPEWRAP',
  'TLSWRAP',
  'MESSAGEPORT',
  'HTTPINCOMINGMESSAGE',
  'HTTPCLIENTREQUEST',
  'UDPWRAP',
  'FSEVENTWRAP',
])

const nameByType = new Map<string, string | undefined>()

function nameOf(type: string): string | undefined {
  if (!nameByType.has(type)) {
    const row = notWork.has(type) ? undefined : workTypes.find(([pattern]) => pattern.test(type))
    nameByType.set(type, row?.[1])
  }
  return nameByType.get(type)
}

function field(resource: object, name: string): unknown {
  return (resource as Record<string, unknown>)[name]
}

function workOf(type: string, name: string, resource: object): Work {
  if (isStream.test(type)) return { name, state: () => (field(resource, 'buffer') == null ? 'resting' : 'pending') }
  if (!isCryptoJob.test(type) || isWebCryptoJob()) return { name }
  return { name, state: () => (typeof field(resource, 'ondone') === 'function' ? 'pending' : 'over') }
}

interface Started {
  readonly clock: AppClock
  readonly isStream: boolean
}

/** Enabled only while a virtual clock lives: on Node 22 it makes each `await` dearer. Undefined in a page. */
export function createWorkHook(): AsyncHook | undefined {
  const started = new Map<number, Started>()
  const handles = new Set<number>()
  const end = (id: number) => {
    const one = started.get(id)
    if (one && started.delete(id)) one.clock.work.end(id)
  }
  return builtin('node:async_hooks')?.createHook({
    // Node 24 leaves promises out, which costs nothing then; older versions ignore it.
    ...{ trackPromises: false },
    init(id, type, _triggerId, resource) {
      if (type === 'Timeout') reportTakenTimer(resource)
      if (handleTypes.has(type)) handles.add(id)
      const name = nameOf(type)
      const clock = name === undefined ? undefined : clockAtWork()
      if (name === undefined || !clock) return
      started.set(id, { clock, isStream: isStream.test(type) })
      clock.work.start(id, workOf(type, name, resource))
    },
    before(id) {
      if (handles.has(id)) noteActivity()
    },
    after(id) {
      const one = started.get(id)
      if (one?.isStream) one.clock.work.progress()
      else if (one) end(id)
    },
    destroy(id) {
      handles.delete(id)
      end(id)
    },
  })
}

/** A socket of no test may be anybody's. */
function noteActivity(): void {
  const own = contexts.storage.getStore()
  for (const { clock } of own ? [own] : contexts.live) if (isAppClock(clock)) clock.noteActivity()
}

function reportTakenTimer(resource: object): void {
  const clock = appClock()
  const site = clock && !clock.isDisposed ? siteOfTakenTimer() : undefined
  if (!clock || site === undefined) return
  const name = field(resource, '_repeat') ? 'setInterval' : 'setTimeout'
  clock.report(
    `a real ${name} of ${String(field(resource, '_idleTimeout'))} ms at ${site} does not follow the clock: ` +
      'that function was taken before the clock was installed; load vitest-realtime first (setupFiles)',
  )
}
