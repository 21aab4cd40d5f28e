// The proxy of `record`: hands sockets and requests on to the target, and writes down what passes.

import { parseJson } from '../protocol/decode.ts'
import { isRecord } from '../protocol/json.ts'
import type { RecordingHeader } from '../recording/recording.ts'
import { realTime } from '../runtime/clock/real-time.ts'
import { refusalNote } from '../runtime/refusal-note.ts'
import { maxTimelineEntries, type Note, type TimelineEntry } from '../runtime/timeline.ts'
import { relayRequests } from '../transports/relay-requests.ts'
import { type Frame, type RelayedRefusal, reachText, relaySockets, type SocketObserver } from '../transports/relay-socket.ts'
import { type RunningServer, startServer } from '../transports/server.ts'
import type { UpgradeRequest } from '../transports/transport.ts'

export interface RecordProxy {
  readonly server: RunningServer
  /** What passed so far. */
  readonly entries: readonly TimelineEntry[]
  readonly sessions: RecordingHeader['sessions']
  close(): Promise<void>
}

/** A socket, by the id that the service gave to its session. */
interface Passing {
  id: string
  readonly url: string
  readonly protocols: readonly string[]
}

type Written = { readonly of: Passing | undefined; readonly entry: Omit<TimelineEntry, 'sessionId'> }

/** How long sockets have to close after the command is over. */
const farewellMs = 500

/** Starts the proxy. `tell` gets a line for each upstream that refuses or cannot be reached. */
export async function startRecordProxy(target: URL, tell: (line: string) => void): Promise<RecordProxy> {
  const notebook = new Notebook()
  const server = await startServer({
    tls: true,
    doorman: relaySockets({
      target: ({ url }) => upstreamOf(target, url),
      opened: (request) => notebook.socket(upstreamOf(target, request.url), request),
      refused(request, why) {
        const url = upstreamOf(target, request.url)
        if ('error' in why) tell(reachText(url, why.error))
        else {
          notebook.refusal(url, request, why)
          tell(`${url.origin} answered the upgrade with HTTP ${why.status}: ${why.body.slice(0, 300)}`)
        }
      },
    }),
    onRequest: relayRequests({
      target: (path) => requestTarget(target, path),
      passed: ({ method, url, status, request, response }) => {
        const bodies = { ...(request !== undefined && { request }), ...(response !== undefined && { response }) }
        notebook.note(undefined, { type: 'rest', method, path: `${url.pathname}${url.search}`, status, ...bodies })
      },
      failed: (url, error) => tell(reachText(url, error)),
    }),
  })
  return {
    server,
    get entries() {
      return notebook.entries
    },
    get sessions() {
      return notebook.sessions
    },
    close: () => server.close({ graceMs: farewellMs }),
  }
}

/** A target with a path is where sessions open; without one the client's own path counts. */
export function upstreamOf(target: URL, asked: URL): URL {
  const url = new URL(target)
  url.protocol = target.protocol.replace('http', 'ws')
  const own = target.pathname.replace(/\/$/, '')
  url.pathname = own === '' ? asked.pathname : own + (/\/realtime(\/.*)$/.exec(asked.pathname)?.[1] ?? '')
  url.search = asked.search
  for (const [name, value] of target.searchParams) if (!url.searchParams.has(name)) url.searchParams.set(name, value)
  return url
}

/** Requests lie beside the path of the sessions: `/v1/realtime/client_secrets`, `/v1/models`. */
export function requestTarget(target: URL, path: string): URL {
  // Two slashes at the beginning name no host.
  const url = new URL(path.startsWith('/') ? `http://proxy${path}` : path, 'http://proxy')
  const base = target.pathname.replace(/\/$/, '').replace(/\/realtime$/, '')
  const pathname = base === '' ? url.pathname : base + url.pathname.replace(/^(?:\/openai)?\/v1(?=\/|$)/, '')
  return new URL(`${target.protocol.replace('ws', 'http')}//${target.host}${pathname}${url.search}`)
}

class Notebook {
  readonly #written: Written[] = []
  readonly #passing: Passing[] = []
  readonly #startMs = realTime.now()

  get entries(): TimelineEntry[] {
    return this.#written.map(({ of, entry }) => ({ ...entry, sessionId: of?.id ?? '' }) as TimelineEntry)
  }

  get sessions(): RecordingHeader['sessions'] {
    return this.#passing.map(({ id, url, protocols }) => ({ id, url, protocols }))
  }

  note(of: Passing | undefined, note: Note): void {
    this.#write(of, { from: 'kit', note })
  }

  refusal(url: URL, request: UpgradeRequest, answer: RelayedRefusal): void {
    this.note(this.#begin(url, request), refusalNote(url.href, answer))
  }

  socket(url: URL, request: UpgradeRequest): SocketObserver {
    const passing = this.#begin(url, request)
    this.note(passing, { type: 'connected', url: url.href })
    return {
      fromClient: (frame) => this.#frame(passing, 'app', frame),
      fromServer: (frame) => this.#frame(passing, 'service', frame),
      closed: (code, reason, by) => this.note(passing, { type: 'closed', code, reason, by }),
    }
  }

  #begin({ href: url }: URL, { protocols }: UpgradeRequest): Passing {
    const passing: Passing = { id: `session ${this.#passing.length + 1}`, url, protocols }
    this.#passing.push(passing)
    return passing
  }

  #frame(of: Passing, from: 'app' | 'service', frame: Frame): void {
    const event = typeof frame === 'string' ? parseJson(frame) : undefined
    if (!isRecord(event) || typeof event.type !== 'string') {
      const bytes = typeof frame === 'string' ? Buffer.byteLength(frame) : frame.byteLength
      this.note(of, { type: 'garbage', bytes, ...(from === 'service' && { by: from }) })
      return
    }
    if (from === 'service' && event.type === 'session.created' && isRecord(event.session)) {
      const { id } = event.session
      // A second socket whose service calls its session the same is a session of its own.
      if (typeof id === 'string' && !this.#passing.some((other) => other !== of && other.id === id)) of.id = id
    }
    this.#write(of, { from, event } as Pick<TimelineEntry, 'from'>)
  }

  #write(of: Passing | undefined, what: Partial<TimelineEntry>): void {
    if (this.#written.length >= maxTimelineEntries) return
    const atMs = realTime.now() - this.#startMs
    this.#written.push({ of, entry: { index: this.#written.length, atMs, ...what } as Written['entry'] })
  }
}
