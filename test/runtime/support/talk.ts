// A talk with one scripted reply, in memory, for tests of the model.

import type { RealtimeOptions, Reply } from '../../../src/api.ts'
import type { ServerEvent } from '../../../src/protocol/server-events.ts'
import { type MemoryApp, type OpenService, openService } from './open-service.ts'

type Modality = 'text' | 'audio'
type Done = Extract<ServerEvent, { type: 'response.done' }>

export interface Talk extends OpenService {
  readonly app: MemoryApp
  ask(text: string): void
}

export async function talk(
  reply: Reply,
  { modality = 'text', ...options }: RealtimeOptions & { modality?: Modality } = {},
): Promise<Talk> {
  const opened = openService({ latency: 'instant', ...options, responses: { brain: reply } })
  const app = await opened.open()
  const session = { type: 'realtime', output_modalities: [modality] }
  app.send({ type: 'session.update', session })
  return {
    ...opened,
    [Symbol.asyncDispose]: () => opened.service.close(),
    app,
    ask: (text) => opened.service.run(() => app.say(text)),
  }
}

export const doneOf = ({ app }: Talk): Done['response'] | undefined =>
  app.got.findLast((event): event is Done => typeof event !== 'string' && event.type === 'response.done')?.response

export const texts = ({ app }: Talk): string[] =>
  app.got.flatMap((event) =>
    typeof event !== 'string' &&
    (event.type === 'response.output_text.delta' || event.type === 'response.output_audio_transcript.delta')
      ? [event.delta]
      : [],
  )
