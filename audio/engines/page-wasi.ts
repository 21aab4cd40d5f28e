// As much of WASI as flite calls, for pages: arguments, standard output, and files in memory below one folder.
// Nothing of it is real: the clock stands still, so that equal texts give equal samples.

/** One run of a program. */
export interface WasiRun {
  readonly args: readonly string[]
  /** The folder that the program may write to, such as `/out`. */
  readonly folder: string
}

export interface WasiResult {
  readonly exitCode: number
  readonly stdout: Uint8Array
  /** Files of the folder, by their names in it. */
  readonly files: ReadonlyMap<string, Uint8Array<ArrayBuffer>>
}

const success = 0
const badDescriptor = 8
const stdoutFd = 1
const folderFd = 3
const fileTypes = { device: 2, folder: 3, file: 4 } as const

/** What `proc_exit` leaves the program with. */
class Exit extends Error {
  readonly code: number
  constructor(code: number) {
    super(`exit code ${code}`)
    this.code = code
  }
}

/** Bytes that grow, and where the program is in them. */
class MemoryFile {
  #bytes = new Uint8Array(65_536)
  #size = 0
  #at = 0

  get bytes(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.#size)
  }

  write(chunk: Uint8Array): void {
    const end = this.#at + chunk.length
    if (end > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(end, this.#bytes.length * 2))
      larger.set(this.#bytes)
      this.#bytes = larger
    }
    this.#bytes.set(chunk, this.#at)
    this.#at = end
    this.#size = Math.max(this.#size, end)
  }

  read(into: Uint8Array): number {
    const chunk = this.#bytes.subarray(this.#at, Math.min(this.#size, this.#at + into.length))
    into.set(chunk)
    this.#at += chunk.length
    return chunk.length
  }

  /** `whence`: 0 from the start, 1 from here, 2 from the end. */
  seek(offset: number, whence: number): number {
    this.#at = offset + [0, this.#at, this.#size][whence]!
    return this.#at
  }
}

/** Runs a program to its end. */
export async function runWasi(module: WebAssembly.Module, run: WasiRun): Promise<WasiResult> {
  const program = new Program(run)
  const instance = await WebAssembly.instantiate(module, { wasi_snapshot_preview1: program.calls })
  const { memory, _start: start } = instance.exports as { memory: WebAssembly.Memory; _start(): void }
  program.memory = memory
  let exitCode = 0
  try {
    start()
  } catch (error) {
    if (!(error instanceof Exit)) throw error
    exitCode = error.code
  }
  const files = [...program.files].map(([name, file]) => [name, file.bytes] as const)
  return { exitCode, stdout: program.stdout.bytes, files: new Map(files) }
}

class Program {
  memory: WebAssembly.Memory | undefined
  readonly stdout = new MemoryFile()
  readonly files = new Map<string, MemoryFile>()
  readonly #args: readonly Uint8Array[]
  readonly #folder: Uint8Array
  readonly #open = new Map<number, MemoryFile>([
    [0, new MemoryFile()],
    [stdoutFd, this.stdout],
    [2, new MemoryFile()],
  ])

  constructor({ args, folder }: WasiRun) {
    const utf8 = new TextEncoder()
    this.#args = args.map((arg) => utf8.encode(`${arg}\0`))
    this.#folder = utf8.encode(folder)
  }

  get #view(): DataView {
    return new DataView(this.memory!.buffer)
  }

  #bytes(at: number, length: number): Uint8Array {
    return new Uint8Array(this.memory!.buffer, at, length)
  }

  /** The buffers that a read or a write names. */
  #buffers(at: number, count: number): Uint8Array[] {
    const view = this.#view
    return Array.from({ length: count }, (_, index) =>
      this.#bytes(view.getUint32(at + index * 8, true), view.getUint32(at + index * 8 + 4, true)),
    )
  }

  #transfer(
    fd: number,
    [at, count, doneAt]: readonly [number, number, number],
    move: (file: MemoryFile, buffer: Uint8Array) => number,
  ): number {
    const file = this.#open.get(fd)
    if (!file) return badDescriptor
    const done = this.#buffers(at, count).reduce((sum, buffer) => sum + move(file, buffer), 0)
    this.#view.setUint32(doneAt, done, true)
    return success
  }

  readonly calls = {
    args_sizes_get: (countAt: number, bytesAt: number): number => {
      this.#view.setUint32(countAt, this.#args.length, true)
      this.#view.setUint32(
        bytesAt,
        this.#args.reduce((sum, { length }) => sum + length, 0),
        true,
      )
      return success
    },
    args_get: (pointersAt: number, textAt: number): number => {
      let at = textAt
      for (const [index, arg] of this.#args.entries()) {
        this.#view.setUint32(pointersAt + index * 4, at, true)
        this.#bytes(at, arg.length).set(arg)
        at += arg.length
      }
      return success
    },
    clock_time_get: (_id: number, _precision: bigint, at: number): number => {
      this.#view.setBigUint64(at, 0n, true)
      return success
    },
    fd_close: (fd: number): number => (this.#open.delete(fd) ? success : badDescriptor),
    fd_fdstat_get: (fd: number, at: number): number => {
      if (fd !== folderFd && !this.#open.has(fd)) return badDescriptor
      this.#bytes(at, 24).fill(0)
      const type = fd < folderFd ? fileTypes.device : fd === folderFd ? fileTypes.folder : fileTypes.file
      this.#view.setUint8(at, type)
      // All that there are to do with it, and with what is below it.
      this.#bytes(at + 8, 16).fill(0xff)
      return success
    },
    fd_fdstat_set_flags: (): number => success,
    fd_prestat_get: (fd: number, at: number): number => {
      if (fd !== folderFd) return badDescriptor
      this.#view.setUint32(at, 0, true)
      this.#view.setUint32(at + 4, this.#folder.length, true)
      return success
    },
    fd_prestat_dir_name: (_fd: number, at: number, length: number): number => {
      this.#bytes(at, length).set(this.#folder.subarray(0, length))
      return success
    },
    fd_read: (fd: number, at: number, count: number, doneAt: number): number =>
      this.#transfer(fd, [at, count, doneAt], (file, buffer) => file.read(buffer)),
    fd_write: (fd: number, at: number, count: number, doneAt: number): number =>
      this.#transfer(fd, [at, count, doneAt], (file, buffer) => {
        file.write(buffer)
        return buffer.length
      }),
    fd_seek: (fd: number, offset: bigint, whence: number, at: number): number => {
      const file = this.#open.get(fd)
      if (!file || fd < folderFd) return badDescriptor
      this.#view.setBigUint64(at, BigInt(file.seek(Number(offset), whence)), true)
      return success
    },
    path_open: (...given: (number | bigint)[]): number => {
      const [, , nameAt, nameLength, , , , , fdAt] = given.map(Number) as [
        number,
        number,
        number,
        number,
        number,
        number,
        number,
        number,
        number,
      ]
      const name = new TextDecoder().decode(this.#bytes(nameAt, nameLength).slice())
      const file = this.files.get(name) ?? new MemoryFile()
      file.seek(0, 0)
      this.files.set(name, file)
      const fd = folderFd + this.files.size
      this.#open.set(fd, file)
      this.#view.setUint32(fdAt, fd, true)
      return success
    },
    proc_exit: (code: number): never => {
      throw new Exit(code)
    },
  }
}
