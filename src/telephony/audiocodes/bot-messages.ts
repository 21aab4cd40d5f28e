// What a bot may send to the platform: one schema for each message type. They name faults; what can still be understood is used.

import { z } from 'zod'

const participant = { participant: z.string().optional() }
const participantId = { participantId: z.string().optional() }
const object = z.record(z.string(), z.unknown())
const alternatives = <T extends z.ZodType>(alternative: T) => z.array(alternative).min(1)

export const activitySchema = z.object({
  type: z.enum(['event', 'message']),
  name: z.string().optional(),
  text: z.string().optional(),
  value: z.unknown().optional(),
  delay: z.number().min(0).optional(),
  activityParams: object.optional(),
  sessionParams: object.optional(),
})

export const botMessages = {
  'connection.validated': z.object({ success: z.boolean() }),
  // Who resumes need not say the format again.
  'session.accepted': z.object({ mediaFormat: z.string().optional() }),
  'session.error': z.object({ reason: z.string() }),
  'userStream.started': z.object(participant),
  'userStream.stopped': z.object(participant),
  'userStream.speech.started': z.object(participantId),
  'userStream.speech.stopped': z.object(participantId),
  'userStream.speech.committed': z.object(participantId),
  'userStream.speech.hypothesis': z.object({ ...participant, alternatives: alternatives(z.object({ text: z.string() })) }),
  'userStream.speech.recognition': z.object({
    ...participant,
    alternatives: alternatives(z.object({ text: z.string(), confidence: z.union([z.number(), z.string()]).optional() })),
  }),
  'playStream.start': z.object({
    streamId: z.string().min(1),
    mediaFormat: z.string(),
    altText: z.string().optional(),
    activityParams: object.optional(),
    participant: z.string().optional(),
    targetPlayer: z.string().optional(),
  }),
  'playStream.chunk': z.object({ streamId: z.string(), audioChunk: z.string() }),
  'playStream.stop': z.object({ streamId: z.string() }),
  'playStream.mark.set': z.object({}),
  activities: z.object({ activities: z.array(z.unknown()) }),
} as const

export type BotMessageType = keyof typeof botMessages

export function isBotMessageType(type: string): type is BotMessageType {
  return Object.hasOwn(botMessages, type)
}

/** Types of the other direction: a bot that sends these has its sides mixed up. */
export const platformTypes: ReadonlySet<string> = new Set([
  'connection.validate',
  'session.initiate',
  'session.resume',
  'session.end',
  'userStream.start',
  'userStream.chunk',
  'userStream.stop',
  'playStream.mark.reached',
])

export interface MessageFault {
  readonly path: string
  readonly message: string
}

/** Each field that is not as it should be. */
export function messageFaults(schema: z.ZodType, message: unknown): MessageFault[] {
  const read = schema.safeParse(message)
  if (read.success) return []
  return read.error.issues.map((issue) => ({ path: issue.path.join('.'), message: issue.message }))
}
