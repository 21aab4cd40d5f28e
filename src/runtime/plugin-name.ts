// Names of what plugins add, as options hold them.

import type { PluginName } from '../api.ts'

/** True for `PLUGIN:NAME`. */
export function isPluginName(value: unknown): value is PluginName {
  return typeof value === 'string' && value.includes(':')
}
