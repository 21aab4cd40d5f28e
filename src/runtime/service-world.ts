// A service as its connections see it: one for all of them, made of the parts that answer them.

import { bugError } from './bug-error.ts'
import type { Connection } from './connection.ts'
import type { ConnectionWorld } from './connection-world.ts'
import { engineFailure } from './engines.ts'
import { maxMessageBytesOf, oversizeCloseCodeOf } from './limits.ts'
import type { Model } from './model.ts'
import type { Outgoing } from './outgoing.ts'
import type { Service } from './service.ts'
import type { Transcriber } from './transcriber.ts'

/** Parts that only the service itself has. */
export interface WorldParts {
  readonly model: Model
  readonly transcriber: Transcriber
  readonly outgoing: Outgoing
  closed(connection: Connection): void
}

export function createWorld(service: Service, { model, transcriber, outgoing, closed }: WorldParts): ConnectionWorld {
  const { clock, timeline, mcp, options, plugins, findings, verdict } = service
  return {
    clock,
    timeline,
    answer: (connection, request) => model.answer(connection, request),
    stopAnswer: (responseId) => model.stop(responseId),
    transcribe: (connection, request) => transcriber.transcribe(connection, request),
    follow: (connection, stretch) => transcriber.follow(connection, stretch),
    askServers: (connection, request) => mcp.answer(connection, request, service),
    maxMessageBytes: maxMessageBytesOf(options.limits),
    oversizeCloseCode: oversizeCloseCodeOf(options.behavior),
    outgoing: (connection, event) => outgoing.pass(connection, event),
    refused: (connection, error, cause) => findings.refused(connection, error, cause),
    report: (connection, diagnosis, cause) => service.report(diagnosis, { sessionId: connection.id, cause }),
    ...(plugins.hasInput && { process: (audio, format) => plugins.input(audio, format) }),
    closed,
    engineFailed: (error, engine) => verdict.report(engineFailure(error, engine)),
    broke: (error) => verdict.report(bugError(error)),
  }
}
