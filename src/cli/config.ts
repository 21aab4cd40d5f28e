// Reads the options that `--config` names: JSON, or a module that exports them.

import { readFile } from 'node:fs/promises'
import { extname, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { RealtimeOptions } from '../api.ts'
import { RealtimeKitError } from '../errors.ts'
import { replyFromJson } from '../responses/templates.ts'
import { checkOptions } from '../runtime/options.ts'

/**
 * The options of a config file. In JSON the texts of replies may be templates, and `when` may hold patterns written '/…/i'.
 *
 * @throws RealtimeKitError RTK_OPTION when the file cannot be read, holds no options, or a wrong one; RTK_REPLY for a reply that
 * is none.
 */
export async function readConfig(file: string): Promise<RealtimeOptions> {
  const path = resolve(file)
  const isJson = extname(path).toLowerCase() === '.json'
  const value = isJson ? await readJson(path) : await readModule(path)
  checkOptions(value, `--config ${file}`)
  return isJson ? withReplies(value) : value
}

async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'))
  } catch (cause) {
    throw unreadable(path, cause)
  }
}

async function readModule(path: string): Promise<unknown> {
  try {
    const module: Record<string, unknown> = await import(pathToFileURL(path).href)
    return module.default ?? { ...module }
  } catch (cause) {
    throw unreadable(path, cause)
  }
}

function withReplies(options: RealtimeOptions): RealtimeOptions {
  const { responses, fallback } = options
  const replies = Object.entries(responses ?? {}).map(([name, json]) => [name, replyFromJson(name, json)])
  return {
    ...options,
    ...(responses === undefined ? {} : { responses: Object.fromEntries(replies) }),
    ...(fallback === undefined ? {} : { fallback: replyFromJson('fallback', fallback) }),
  }
}

function unreadable(path: string, cause: unknown): RealtimeKitError {
  const why = cause instanceof Error ? cause.message : String(cause)
  const allowed = 'It is JSON, or a module that exports the options of createLocalRealtime.'
  return new RealtimeKitError('RTK_OPTION', `--config ${path} cannot be read: ${why}\n${allowed}`, { cause })
}
