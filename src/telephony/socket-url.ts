// Which socket a platform dials: a path of the app's server, or a URL.

import type { PlatformLine } from './platform.ts'

/** The `wss:` URL that a path or URL stands for, as the platform knows it; undefined where there is none. */
export function socketUrl({ publicUrl }: Pick<PlatformLine, 'publicUrl'>, stream: string | undefined): string | undefined {
  if (stream === undefined) return undefined
  const url = new URL(stream, publicUrl)
  url.protocol = /^(?:https|wss):$/.test(url.protocol) ? 'wss:' : 'ws:'
  return url.href
}
