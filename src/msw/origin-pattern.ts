// Which origins the URL of a handler is for: connections to all others never enter the gate.

/** A test of origins; true where the pattern leaves the host open. */
export function originPattern(url: string | RegExp): (origin: URL) => boolean {
  const parts = typeof url === 'string' ? /^(?:wss?|https?|\*):\/\/([^/?#]+)/.exec(url) : null
  const host = parts?.[1]
  // A pattern, a path, or a parameter in the host: it may be any.
  if (host === undefined || /:[a-z]/i.test(host)) return () => true
  const pattern = new RegExp(`^${host.split('*').map(quoted).join('.*')}$`, 'i')
  return (origin) => pattern.test(origin.host) || pattern.test(withPort(origin))
}

function quoted(text: string): string {
  return text.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&')
}

function withPort({ protocol, host, port }: URL): string {
  if (port !== '') return host
  return `${host}:${protocol === 'wss:' || protocol === 'https:' ? 443 : 80}`
}
