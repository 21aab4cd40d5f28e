// Refusals that depend on what the session was doing: buffers, items, responses, the kind of session. Part of diagnosis.ts.

import type { Diagnosis, Refusal, Rule } from './diagnosis.ts'
import { lastValueRules } from './diagnosis-fields.ts'
import { type EventEntry, isEvent } from './timeline.ts'

type Read = Readonly<Record<string, any>>

/** The newest event of the session that fits. */
function latest({ history }: Refusal, fits: (event: Read, entry: EventEntry) => boolean): EventEntry | undefined {
  return history.findLast((entry): entry is EventEntry => isEvent(entry) && fits(entry.event as Read, entry))
}

const detectionOf = ({ config }: Refusal): Read | null | undefined => (config as Read | undefined)?.audio?.input?.turn_detection

// ---- sound

const commitEmpty: Rule = (refusal) => {
  const committed = latest(refusal, ({ type }) => type === 'input_audio_buffer.committed')
  const sound = latest(refusal, ({ type }) => type === 'input_audio_buffer.append')
  if (detectionOf(refusal) && committed) {
    return {
      code: 'commit_after_vad',
      message: `Turn detection had committed the sound already (#${committed.index}): the buffer holds next to nothing.`,
      mend: 'Leave the commit to turn detection, or set turn_detection to null and commit by hand.',
    }
  }
  if (!sound) {
    const mend = 'Send input_audio_buffer.append first.'
    return { code: 'commit_without_audio', message: 'The app committed a buffer into which it had put no sound.', mend }
  }
  const cleared = latest(refusal, ({ type }) => type === 'input_audio_buffer.cleared')
  const what =
    cleared && cleared.index > sound.index
      ? `the buffer was cleared (#${cleared.index})`
      : 'less than 100 ms have come since the last commit'
  const mend = 'Commit once per turn, when at least 100 ms of sound have been appended.'
  return { code: 'commit_too_short', message: `There was nothing to commit: ${what}.`, mend }
}

const truncateTooLate: Rule = ({ error }) => {
  const [, has, wanted] = /Audio content of (\d+)ms is already shorter than (\d+)ms/.exec(error.message) ?? []
  if (!has) return undefined
  return {
    code: 'truncate_beyond_audio',
    message: `The app says that ${wanted} ms of an item were heard, of which only ${has} ms exist: nothing was truncated.`,
    mend: "Count what was played per item, from the item's own start, and never more than the audio that came for it.",
  }
}

const truncateNoAudio: Rule = (refusal) => {
  const { error, event } = refusal
  if (!error.message.startsWith('Only model output audio')) return undefined
  const mend = 'Truncate the assistant message that is being played, at content_index 0, once audio of it has come.'
  const said = `The item ${String(event?.item_id)} has no sound of the model`
  return {
    code: 'truncate_without_audio',
    message: `${said}: it is a user's, it is text, or none of its audio has come yet.`,
    mend,
  }
}

// ---- items

/** What became of an id that there is not. */
function whyGone(refusal: Refusal, id: unknown): string {
  const deleted = latest(refusal, ({ type, item_id }) => type === 'conversation.item.deleted' && item_id === id)
  if (deleted) return `it was deleted (#${deleted.index})`
  const outOfBand = latest(refusal, ({ type, item }) => type === 'response.output_item.added' && item?.id === id)
  return outOfBand ? 'it belongs to a response outside of the conversation' : 'the conversation never had it'
}

const itemGone =
  (code: string, what: string): Rule =>
  (refusal) => ({
    code,
    message: `The app ${what} the item ${String(refusal.event?.item_id)}: ${whyGone(refusal, refusal.event?.item_id)}.`,
    mend: 'Take ids from conversation.item.added, and forget those of conversation.item.deleted.',
  })

const previousGone: Rule = (refusal) => {
  const id = refusal.event?.previous_item_id
  const mend = "Leave previous_item_id out to append, or write 'root' for the first place."
  return { code: 'previous_item_unknown', message: `The app wants an item after ${String(id)}: ${whyGone(refusal, id)}.`, mend }
}

const duplicateId: Rule = ({ event }) => ({
  code: 'item_id_twice',
  message: `The app gave a new item an id that an item has already: ${String((event as Read | undefined)?.item?.id)}.`,
  mend: 'Leave the id out, or make a new one for each item; do not send an item again to change it.',
})

const unknownCall: Rule = (refusal) => {
  const callId: unknown = (refusal.event as Read | undefined)?.item?.call_id
  const byItem = latest(
    refusal,
    ({ type, item }) => type === 'conversation.item.added' && item?.type === 'function_call' && item.id === callId,
  )
  const mend = 'Answer with the `call_id` of the function_call item, in the session that made the call.'
  if (byItem)
    return {
      code: 'call_id_of_item',
      message: `The app gave the item's id (${String(callId)}) where the id of the call belongs.`,
      mend,
    }
  const ofServer = latest(refusal, ({ type, item_id }) => type === 'response.mcp_call.in_progress' && item_id === callId)
  if (ofServer) {
    const message = `The app returned the output of ${String(callId)}, a call of an MCP tool, which the service makes by itself.`
    return { code: 'call_of_mcp', message, mend: 'Answer the items of type function_call only.' }
  }
  const inDone = latest(refusal, ({ type, call_id }) => type === 'response.function_call_arguments.done' && call_id === callId)
  const why = inDone ? 'its item is no longer in the conversation' : 'no call of this session has it'
  return { code: 'call_unknown', message: `The app returned the output of a call ${String(callId)}: ${why}.`, mend }
}

/** The request was answered before, or there is none. */
const approvalUnknown: Rule = (refusal) => {
  if (!refusal.error.message.startsWith('MCP approval request')) return undefined
  const id: unknown = (refusal.event as Read | undefined)?.item?.approval_request_id
  const before = latest(refusal, ({ type, item }) => type === 'conversation.item.create' && item?.approval_request_id === id)
  if (before) {
    const message = `The app had answered the approval request ${String(id)} before (#${before.index}).`
    return { code: 'approval_twice', message, mend: 'Answer each mcp_approval_request once.' }
  }
  const message = `The app answered an approval request ${String(id)}, which this session has never made.`
  return { code: 'approval_unknown', message, mend: 'Give the `id` of the mcp_approval_request item.' }
}

const inputGone: Rule = (refusal) => {
  const [, id] = /^Error creating response: the item with id '(.*)' does not exist/.exec(refusal.error.message) ?? []
  if (id === undefined) return undefined
  const mend = 'Refer to items of the conversation, or put the item itself into `input`.'
  return { code: 'input_unknown', message: `The app wants an answer to the item ${id}: ${whyGone(refusal, id)}.`, mend }
}

// ---- responses

const stillActive: Rule = (refusal) => {
  const created = latest(refusal, ({ type, response }) => type === 'response.created' && response?.conversation_id !== null)
  const asked = created && latest(refusal, ({ type }, { index }) => type === 'response.create' && index < created.index)
  const committed =
    created && latest(refusal, ({ type }, { index }) => type === 'input_audio_buffer.committed' && index < created.index)
  const isByDetection = committed && (!asked || committed.index > asked.index) && detectionOf(refusal)?.create_response === true
  if (isByDetection) {
    return {
      code: 'response_made_by_vad',
      message: `Turn detection had begun a response by itself (#${created.index}) when the app asked for one.`,
      mend: 'Leave response.create out after speech, or set turn_detection.create_response to false.',
    }
  }
  return {
    code: 'response_while_active',
    message: `The app asked for a response while one was in progress${created ? ` (#${created.index})` : ''}.`,
    mend: "Wait for its response.done (after response.cancel too), or ask out of band: conversation: 'none'.",
  }
}

const cancelTooLate: Rule = (refusal) => {
  const done = latest(refusal, ({ type }) => type === 'response.done')
  const response = (done?.event as Read | undefined)?.response
  const mend =
    'Nothing to mend if it was a race: generation runs far ahead of playback. To cut what is played, stop the loudspeaker and truncate.'
  if (!done) {
    const wait = 'Send response.cancel only between response.created and response.done.'
    return { code: 'cancel_without_response', message: 'The app cancelled a response before there was any.', mend: wait }
  }
  const reason = response?.status_details?.reason
  if (reason === 'client_cancelled') {
    const message = `The app cancelled a response that it had cancelled already (#${done.index}).`
    return { code: 'cancel_twice', message, mend: 'One response.cancel is enough; what is still played is cut by truncating it.' }
  }
  const how = reason === 'turn_detected' ? 'turn detection had cancelled it by itself' : 'it had ended'
  return { code: 'cancel_too_late', message: `The app cancelled a response too late: ${how} (#${done.index}).`, mend }
}

// ---- the session

const voiceLocked: Rule = () => ({
  code: 'voice_locked',
  message: 'The app changes the voice after the model has spoken: the whole event was refused, its other fields too.',
  mend: 'Set the voice before the first response, and leave it out of later updates.',
})

const ofMessage =
  (pattern: RegExp, diagnosis: Diagnosis): Rule =>
  ({ error }) =>
    pattern.test(error.message) ? diagnosis : undefined

const otherKind = ofMessage(/^Passing a \w+ session update/, {
  code: 'other_session_kind',
  message: 'The app updates a session as one of another kind: a session stays what it was opened as.',
  mend: 'Open it with ?intent=transcription (or a key made for it) for transcription, with ?model=… for a conversation.',
})

const noDetection = ofMessage(/^Turn detection is not supported/, {
  code: 'no_turn_detection',
  message: 'This transcription model finds the turns by itself and takes no turn_detection. Nothing of the event was applied.',
  mend: 'Set turn_detection to null, and commit by hand where a turn must end.',
})

const tracingLocked = ofMessage(/^Cannot modify the tracing/, {
  code: 'tracing_locked',
  message: 'The app changes tracing after it was turned on. Nothing of the event was applied.',
  mend: 'Set tracing once, in the first session.update.',
})

const noResponses = ofMessage(/^Responses cannot be created in a transcription session/, {
  code: 'no_responses_here',
  message: 'The app asked for a response in a transcription session, which only transcribes.',
  mend: 'Open a conversation (?model=gpt-realtime) for answers.',
})

const byMessage: readonly Rule[] = [
  ...[truncateTooLate, truncateNoAudio, approvalUnknown, inputGone],
  ...[otherKind, noDetection, tracingLocked, noResponses],
]

/** By wire code; '' for errors without one. */
export const stateRules: Readonly<Record<string, readonly Rule[]>> = {
  input_audio_buffer_commit_empty: [commitEmpty],
  item_create_duplicate_item_id: [duplicateId],
  item_create_invalid_previous_item_id: [previousGone],
  item_retrieve_invalid_item_id: [itemGone('retrieve_unknown', 'asked for')],
  item_delete_invalid_item_id: [itemGone('delete_unknown', 'deleted')],
  item_truncate_invalid_item_id: [itemGone('truncate_unknown', 'truncated')],
  invalid_tool_call_id: [unknownCall],
  conversation_already_has_active_response: [stillActive],
  response_cancel_not_active: [cancelTooLate],
  cannot_update_voice: [voiceLocked],
  invalid_value: [...byMessage, ...lastValueRules],
  '': byMessage,
}
