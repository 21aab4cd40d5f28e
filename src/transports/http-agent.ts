// The interceptor destroys pooled sockets that it did not see connect, at each request of an agent. For hosts that nobody
// covers that ends keep-alive, and from a pool of both kinds the agent may hand out one that was just destroyed.
// While nobody but the gate listens, requests use Node's own method, and only covered hosts have their pools sorted.

import { Agent } from 'node:http'
import type { Socket } from 'node:net'
import { type ConnectOptions, isSeen } from './interceptors.ts'
import { originOf } from './net-connect.ts'

type AddRequest = (this: Agent, ...args: unknown[]) => unknown

const method = 'addRequest'

/** Node's own `addRequest`. Read it before the interceptor is applied; undefined when it is not Node's any more. */
export function readAddRequest(isPatched: boolean): AddRequest | undefined {
  const original: unknown = Reflect.get(Agent.prototype, method)
  return isPatched || typeof original !== 'function' ? undefined : (original as AddRequest)
}

interface Questions {
  isAlone(): boolean
  covers(origin: URL): boolean
}

/** Wraps the patched method; returns the undo. */
export function bypassAgentPatch(original: AddRequest | undefined, { isAlone, covers }: Questions): () => void {
  const before = Object.getOwnPropertyDescriptor(Agent.prototype, method)
  if (!original || !before) return () => {}
  const patched: AddRequest = before.value
  const own = original
  let isActive = true

  function addRequest(this: Agent, ...args: unknown[]): unknown {
    if (!isActive || !isAlone()) return patched.apply(this, args)
    const origin = requestOrigin(args[1], this)
    if (origin && covers(origin)) dropUnseen(this, args[1])
    return own.apply(this, args)
  }
  Object.defineProperty(Agent.prototype, method, { ...before, value: addRequest })
  return () => {
    isActive = false
    if (Reflect.get(Agent.prototype, method) === addRequest) Object.defineProperty(Agent.prototype, method, before)
  }
}

/** Connections to a covered host from before the gate would not enter it: take them out of the pool. */
function dropUnseen(agent: Agent, options: unknown): void {
  const free: Socket[] = Reflect.get(agent.freeSockets, agent.getName(options as Parameters<Agent['getName']>[0])) ?? []
  for (const socket of free.filter((pooled) => !isSeen(pooled))) {
    free.splice(free.indexOf(socket), 1)
    socket.destroy()
  }
}

/** `addRequest(request, options)`, or the old `(request, host, port)`. */
function requestOrigin(given: unknown, agent: Agent): URL | undefined {
  if (typeof given !== 'object' || given === null) return undefined
  const { socketPath, host, port, servername }: ConnectOptions & { socketPath?: unknown } = given
  const isTls = 'protocol' in agent && agent.protocol === 'https:'
  if (socketPath) return undefined
  return originOf({ host: host ?? null, servername: servername ?? null, port: port ?? (isTls ? 443 : 80) }, isTls)
}
