// A Node program under the preload, in a process of its own, as users run it: by the package's name.

import { fileURLToPath } from 'node:url'
import { type Ended, runNode } from '../../cli/support/serve-process.ts'

const projectRoot = fileURLToPath(new URL('../../..', import.meta.url))

export interface AppSettings {
  readonly type?: 'module' | 'commonjs'
  /** On top of USE_LOCAL_REALTIME=true; undefined takes a variable away. */
  readonly env?: Readonly<Record<string, string | undefined>>
  /** A file instead of the text of a program. */
  readonly file?: boolean
}

/** What the preload says when it begins, once. */
export const banner = /^vitest-realtime: local answers for wss:\/\/api\.openai\.com\/v1\/realtime, \S+ \(config [^)]*\)\n/

/** Runs the text of a program to its end. */
export function runApp(program: string, { type = 'module', env, file = false }: AppSettings = {}): Promise<Ended> {
  const app = file ? [program] : [`--input-type=${type}`, '--eval', program]
  return runNode(['--import', 'vitest-realtime/register', ...app], {
    cwd: projectRoot,
    env: { USE_LOCAL_REALTIME: 'true', LOG_LEVEL: undefined, ...env },
  })
}

/** Opens a session on the global WebSocket, asks, prints the answer, and closes. Needs no import. */
export const globalSocketApp = (question: string): string => `
{
  const socket = new WebSocket('wss://api.openai.com/v1/realtime?model=gpt-realtime', ['realtime', 'openai-insecure-api-key.' + process.env.OPENAI_API_KEY])
  const send = (event) => socket.send(JSON.stringify(event))
  const content = [{ type: 'input_text', text: ${JSON.stringify(question)} }]
  socket.onopen = () => {
    send({ type: 'conversation.item.create', item: { type: 'message', role: 'user', content } })
    send({ type: 'response.create', response: { output_modalities: ['text'] } })
  }
  socket.onmessage = ({ data }) => {
    const event = JSON.parse(data)
    if (event.type !== 'response.done') return
    console.log(event.response.output[0].content[0].text)
    socket.close()
  }
}`
