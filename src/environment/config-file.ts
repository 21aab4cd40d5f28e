// Reads the options that a file holds: JSON, or a module that exports them.

import { readFile } from 'node:fs/promises'
import { extname, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { RealtimeOptions } from '../api.ts'
import { messageOf, RealtimeKitError } from '../errors.ts'
import { isRecord } from '../protocol/json.ts'
import { flowFromJson } from '../responses/flow-json.ts'
import { intentNames } from '../responses/intents.ts'
import { ReplyBook } from '../responses/reply-book.ts'
import { replyFromJson } from '../responses/templates.ts'
import { checkOptions } from '../runtime/options.ts'
import { Plugins } from '../runtime/plugins.ts'
import { checkConfigShape } from './config-schema.ts'

/**
 * The options of a config file. In JSON the texts of replies may be templates, and `when`, `says` and `keys` may hold patterns written '/…/i'.
 *
 * @param named what named it, for messages: `--config app.json`, `LOCAL_REALTIME_CONFIG=app.json`
 * @throws RealtimeKitError RTK_OPTION when the file cannot be read, holds no options, or a wrong one; RTK_REPLY for a reply that
 * is none. The message begins with `named`.
 * @example
 * await readConfig('app.json', '--config app.json')
 */
export async function readConfig(file: string, named: string): Promise<RealtimeOptions> {
  const path = resolve(file)
  const isJson = extname(path).toLowerCase() === '.json'
  const value = await readValue(path, { isJson, named })
  try {
    if (!isJson) {
      checkOptions(value, named)
      checkReplies(value)
      return value
    }
    checkConfigShape(value, named)
    const withPatterns = withFlows(value)
    checkOptions(withPatterns, named)
    const options = withReplies(withPatterns)
    checkReplies(options)
    return options
  } catch (error) {
    throw inFile(named, error)
  }
}

async function readValue(path: string, { isJson, named }: { isJson: boolean; named: string }): Promise<unknown> {
  try {
    return await (isJson ? readJson(path) : readModule(path))
  } catch (cause) {
    const allowed = 'It is JSON, or a module that exports the options of createLocalRealtime.'
    throw new RealtimeKitError('RTK_OPTION', `${named} cannot be read: ${messageOf(cause)}\n${allowed}`, { cause })
  }
}

/** Replies know their own names only. */
function inFile(named: string, error: unknown): unknown {
  if (!(error instanceof RealtimeKitError)) return error
  const said = error.message.replace(/^\[\w+\] /, '')
  return said.startsWith(named) ? error : new RealtimeKitError(error.code, `${named}: ${said}`, { cause: error })
}

async function readJson(path: string): Promise<unknown> {
  return JSON.parse(await readFile(path, 'utf8'))
}

async function readModule(path: string): Promise<unknown> {
  const module: Record<string, unknown> = await import(pathToFileURL(path).href)
  return module.default ?? { ...module }
}

/** Before the check of options, which takes patterns where JSON has texts. */
function withFlows(value: unknown): unknown {
  if (!isRecord(value) || !isRecord(value.flows)) return value
  const flows = Object.entries(value.flows).map(([name, json]) => [name, flowFromJson(name, json)])
  return { ...value, flows: Object.fromEntries(flows) }
}

/** Names of intents, criteria and generators, which may come from other options. The service would refuse them without naming the file. */
function checkReplies({ responses = {}, intents, plugins, matching }: RealtimeOptions): void {
  const added = new Plugins(plugins)
  const known = matching === 'legacy' ? undefined : [...intentNames, ...Object.keys(added.intentsWith(intents) ?? {})]
  const book = new ReplyBook(matching, known, added)
  for (const [name, reply] of Object.entries(responses)) book.add(name, reply)
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
