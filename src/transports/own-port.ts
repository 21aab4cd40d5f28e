// Whether a port of this machine belongs to this process.

import net from 'node:net'

/** Whether a server of this process listens on that port. */
export function isOwnPort(port: number): boolean {
  const handles = (process as unknown as { _getActiveHandles(): unknown[] })._getActiveHandles()
  return handles.some((handle) => {
    if (!(handle instanceof net.Server)) return false
    const address = handle.address()
    return typeof address === 'object' && address?.port === port
  })
}
