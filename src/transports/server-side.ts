// The service's end of an intercepted socket, as a stream with a state of its own.
// The interceptor's server socket is a Proxy over the CLIENT's socket: its pause, end and readable state are the client's,
// so neither Node's HTTP parser nor `ws` may have it.

import type { Socket } from 'node:net'
import { constants } from 'node:os'
import { Duplex } from 'node:stream'
import { asReal } from '../runtime/clock/call-site.ts'
import { realTime } from '../runtime/clock/real-time.ts'
import { contexts } from '../runtime/context.ts'

type Done = (error?: Error | null) => void

// Taken at load: a test may fake the globals later.
const { queueMicrotask } = globalThis
const longestTimerMs = 2 ** 31 - 1

/** A stream that Node's HTTP server and `ws` take for the accepted socket of `client`. Push the client's bytes with `receive`. */
export class ServerSide extends Duplex {
  readonly encrypted: boolean
  readonly remoteAddress = '127.0.0.1'
  /** The last request is answered: the client's next bytes may be for somebody else. */
  isBetweenRequests = false
  readonly #client: Socket
  // The client's handle never connected, so it would not keep the process alive as an open connection does.
  readonly #alive = contexts.outside(() => asReal(() => realTime.setInterval(() => {}, longestTimerMs)))
  #drained: Done | undefined
  readonly #onDrain = (): void => this.#takeDrained()?.()
  readonly #onFinish = (): void => this.#pushLater(null)
  readonly #onClose = (): void => queueMicrotask(() => this.destroy())

  constructor(client: Socket, encrypted: boolean) {
    super({ allowHalfOpen: true })
    this.encrypted = encrypted
    this.#client = client
    // HTTP and `ws` bring their own listeners; between the two a reset must not throw.
    this.on('error', () => {})
    client.on('drain', this.#onDrain)
    client.on('finish', this.#onFinish)
    client.on('close', this.#onClose)
  }

  /**
   * Bytes that the client wrote. They arrive on a later microtask: answering inside of the client's own write
   * leaves its stream half finished.
   */
  receive(chunk: Buffer): void {
    this.#pushLater(chunk)
  }

  /** The timeout of the client's socket, where it has set one: `handshakeTimeout` of `ws`, `timeout` of a request. */
  get patience(): { ms: number; giveUp(): void } | undefined {
    const { timeout } = this.#client
    return timeout ? { ms: timeout, giveUp: () => void this.#client.emit('timeout') } : undefined
  }

  /** The client sees what it would see where nobody listens. */
  refuse(): void {
    const address = '127.0.0.1'
    const port = this.encrypted ? 443 : 80
    const error = new Error(`connect ECONNREFUSED ${address}:${port}`)
    const errno = -constants.errno.ECONNREFUSED
    this.#client.destroy(Object.assign(error, { errno, code: 'ECONNREFUSED', syscall: 'connect', address, port }))
  }

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: Done): void {
    if (this.#client.destroyed || this.#client.write(chunk)) done()
    else this.#drained = done
  }

  override _writev(chunks: { chunk: Buffer }[], done: Done): void {
    this._write(Buffer.concat(chunks.map(({ chunk }) => chunk)), 'utf8', done)
  }

  override _final(done: Done): void {
    if (!this.#client.destroyed) this.#client.end()
    done()
  }

  override _destroy(error: Error | null, done: Done): void {
    this.#client.off('drain', this.#onDrain)
    this.#client.off('finish', this.#onFinish)
    this.#client.off('close', this.#onClose)
    realTime.clearInterval(this.#alive)
    this.#takeDrained()?.()
    if (!this.#client.destroyed) this.#client.destroy()
    done(error)
  }

  // What the HTTP server and `ws` call on a net.Socket. Nothing here can be idle, delayed or unreferenced.
  setTimeout(): this {
    return this
  }
  setNoDelay(): this {
    return this
  }
  setKeepAlive(): this {
    return this
  }
  ref(): this {
    return this
  }
  unref(): this {
    return this
  }

  #takeDrained(): Done | undefined {
    const drained = this.#drained
    this.#drained = undefined
    return drained
  }

  /** In the order of the calls, so that an end never overtakes data. */
  #pushLater(chunk: Buffer | null): void {
    queueMicrotask(() => {
      if (!this.destroyed && !this.readableEnded) this.push(chunk)
    })
  }
}
