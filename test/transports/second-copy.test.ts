// Two live copies of @mswjs/interceptors intercept each other without end, so the gate refuses the second, in either order.

import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { RealtimeKitError } from '../../src/errors.ts'
import { installGate } from '../../src/transports/gate.ts'

interface Copy {
  Interceptor: { singleton(interceptor: unknown): { apply(owner: object): void; dispose(owner: object): void } }
  SocketInterceptor: unknown
}

const owner = { covers: () => false, claims: () => undefined }
let folder: string
let copy: Copy

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rtk-copy-'))
  const entry = createRequire(import.meta.url).resolve('@mswjs/interceptors')
  const original = entry.slice(0, entry.indexOf('/lib/'))
  const modules = dirname(dirname(original))
  const target = join(folder, 'node_modules', '@mswjs', 'interceptors')
  mkdirSync(target, { recursive: true })
  cpSync(original, target, { recursive: true })
  for (const name of ['@open-draft', 'debug', 'ms', 'is-node-process', 'outvariant', 'rettime']) {
    symlinkSync(join(modules, name), join(folder, 'node_modules', name))
  }
  const load = createRequire(join(folder, 'package.json'))
  copy = {
    Interceptor: load('@mswjs/interceptors').Interceptor,
    SocketInterceptor: load('@mswjs/interceptors/net').SocketInterceptor,
  }
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function caught(work: () => unknown): unknown {
  try {
    work()
    return undefined
  } catch (error) {
    return error
  }
}

test('a copy that starts after the gate throws at its own line, and the gate goes on', () => {
  const gate = installGate(owner)
  const error = caught(() => copy.Interceptor.singleton(copy.SocketInterceptor))
  expect(error).toBeInstanceOf(RealtimeKitError)
  expect(error).toMatchObject({ code: 'RTK_INTERCEPTORS', message: expect.stringContaining('npm dedupe') })
  gate.uninstall()
})

test('once the gate is gone another copy may start; then the gate refuses, and may open when it has stopped', () => {
  installGate(owner).uninstall()
  const user = {}
  const foreign = copy.Interceptor.singleton(copy.SocketInterceptor)
  foreign.apply(user)
  expect(caught(() => installGate(owner))).toMatchObject({ code: 'RTK_INTERCEPTORS' })
  expect(caught(() => installGate(owner))).toMatchObject({ code: 'RTK_INTERCEPTORS' })
  foreign.dispose(user)
  installGate(owner).uninstall()
})
