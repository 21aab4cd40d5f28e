// The TLS certificate of a loopback server: a throw-away authority and one leaf signed by it, made for each server.
// An authority of its own, and not a self-signed leaf, because strict verifiers refuse a leaf as a trust anchor.

import { rmSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { realTime } from '../runtime/clock/real-time.ts'

export interface Certificate {
  readonly key: string
  readonly cert: string
  /** PEM file of the authority, for NODE_EXTRA_CA_CERTS or SSL_CERT_FILE. */
  readonly caFile: string
  /** Deletes the file. */
  remove(): Promise<void>
}

const life = { notBeforeDays: -1, notAfterDays: 30 }

/** Makes a certificate for localhost, 127.0.0.1, ::1 and `host`. */
export async function createCertificate(host: string): Promise<Certificate> {
  const { generate } = await import('selfsigned')
  const dates = { notBeforeDate: daysFromNow(life.notBeforeDays), notAfterDate: daysFromNow(life.notAfterDays) }
  const common = { ...dates, keyType: 'ec', curve: 'P-256', algorithm: 'sha256' } as const
  const authority = await generate([{ name: 'commonName', value: 'vitest-realtime local authority' }], {
    ...common,
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  })
  const leaf = await generate([{ name: 'commonName', value: 'localhost' }], {
    ...common,
    ca: { key: authority.private, cert: authority.cert },
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      { name: 'subjectAltName', altNames: altNames(host) },
    ],
  })
  return { key: leaf.private, cert: leaf.cert, ...(await writeAuthority(authority.cert)) }
}

async function writeAuthority(pem: string): Promise<Pick<Certificate, 'caFile' | 'remove'>> {
  const folder = await mkdtemp(join(tmpdir(), 'vitest-realtime-'))
  const caFile = join(folder, 'ca.pem')
  await writeFile(caFile, pem)
  // A process that exits without closing its server leaves nothing behind either.
  const removeAtExit = (): void => rmSync(folder, { recursive: true, force: true })
  process.once('exit', removeAtExit)
  async function remove(): Promise<void> {
    process.off('exit', removeAtExit)
    await rm(folder, { recursive: true, force: true })
  }
  return { caFile, remove }
}

function altNames(host: string): { type: 2 | 7; value?: string; ip?: string }[] {
  const names: { type: 2 | 7; value?: string; ip?: string }[] = [
    { type: 2, value: 'localhost' },
    { type: 7, ip: '127.0.0.1' },
    { type: 7, ip: '::1' },
  ]
  const known = ['localhost', '127.0.0.1', '::1', '0.0.0.0', '::']
  if (!known.includes(host)) names.push(/^[\d.]+$|:/.test(host) ? { type: 7, ip: host } : { type: 2, value: host })
  return names
}

function daysFromNow(days: number): Date {
  return new realTime.Date(realTime.dateNow() + days * 86_400_000)
}
