// What one test tells the reporter of its sessions and flows, from the figures that they have anyway.

import type { PhoneCall, SessionMetrics } from '../api.ts'
import {
  type CallFigures,
  type FlowFigures,
  type SessionFigures,
  type TestFigures,
  testFiguresVersion,
} from '../report/figures/test-figures.ts'
import type { FlowWalks } from '../responses/flow.ts'
import type { Connection } from '../runtime/connection.ts'
import type { Service } from '../runtime/service.ts'
import { quickMetrics } from '../runtime/session-figures.ts'
import { isEvent } from '../runtime/timeline.ts'

/** Undefined where no session was opened, no phone call placed and no flow added. */
export function figuresOfTest(service: Service, phoneCalls: readonly PhoneCall[] = []): TestFigures | undefined {
  const { connections, script } = service
  const { flows } = script
  if (connections.length === 0 && flows.length === 0 && phoneCalls.length === 0) return undefined
  const findings = findingCounts(service)
  return {
    version: testFiguresVersion,
    sessions: connections.map((connection) => sessionFigures(service, connection, findings.get(connection.id) ?? 0)),
    calls: phoneCalls.map(callFigures),
    flows: flows.map(flowFigures),
    findings: findings.get('') ?? 0,
  }
}

function findingCounts({ timeline }: Service): Map<string, number> {
  const counts = new Map<string, number>()
  for (const entry of timeline.entries) {
    if (isEvent(entry) || entry.note.type !== 'finding') continue
    counts.set(entry.sessionId, (counts.get(entry.sessionId) ?? 0) + 1)
  }
  return counts
}

function sessionFigures(service: Service, connection: Connection, findings: number): SessionFigures {
  const metrics = quickMetrics(service, connection)
  const { byResponse, vad, transcription } = metrics
  return {
    id: connection.id,
    model: connection.modelName ?? '',
    durationMs: Math.round(metrics.durationMs),
    turns: metrics.turns.user,
    responses: byResponse.length,
    interruptions: metrics.interruptions,
    errors: metrics.errors,
    findings,
    firstAudioMs: rounded(byResponse.map(({ firstAudioMs }) => firstAudioMs)),
    firstTextMs: rounded(byResponse.map(({ firstTextMs }) => firstTextMs)),
    responseMs: rounded(metrics.responseTimesMs),
    interruptionStopMs: rounded(byResponse.map(({ interruptionStopMs }) => interruptionStopMs)),
    vadErrorMs: rounded(vadErrors(vad)),
    vadMissed: announcesSpeech(connection, metrics) ? (vad.accuracy?.missed ?? 0) : 0,
    vadFalse: vad.accuracy?.falseSegments ?? 0,
    words: transcription.accuracy?.words ?? 0,
    wordErrors: transcription.accuracy?.errors ?? 0,
  }
}

/** Push-to-talk, live captions and interpreters announce no speech: there is nothing to miss. */
function announcesSpeech({ core }: Connection, { vad }: Pick<SessionMetrics, 'vad'>): boolean {
  const { input } = core.config.audio
  return vad.segments > 0 || ('turn_detection' in input && input.turn_detection !== null)
}

function callFigures({ id, platform, metrics }: PhoneCall): CallFigures {
  return {
    id,
    platform,
    underruns: metrics.underruns,
    underrunMs: Math.round(metrics.underrunMs),
    deadAirMs: Math.round(metrics.longestDeadAirMs),
    responseMs: rounded(metrics.responseMs),
    clearMs: rounded(metrics.clearMs),
  }
}

function vadErrors({ accuracy }: SessionMetrics['vad']): number[] {
  return [...(accuracy?.startErrorsMs ?? []), ...(accuracy?.endErrorsMs ?? [])].map(Math.abs)
}

function rounded(samples: readonly (number | null)[]): number[] {
  return samples.flatMap((sample) => (sample === null ? [] : [Math.round(sample)]))
}

function flowFigures(flow: FlowWalks): FlowFigures {
  const { states, steps } = flow.tracks.walked
  return {
    name: flow.name,
    states: states.map(({ name }) => name),
    visited: states.flatMap(({ isVisited }, at) => (isVisited ? [at] : [])),
    steps: steps.map(({ told }) => told),
    taken: steps.flatMap(({ isTaken }, at) => (isTaken ? [at] : [])),
  }
}
