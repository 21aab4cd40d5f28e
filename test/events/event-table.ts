// Every event of the protocol: what the kit does with it, and the test that proves it. events.test.ts holds the names against the types
// of the openai package, the tests against the files, and the table of README.md against this one.

export interface EventRow {
  readonly event: string
  readonly does: string
  /** How the path of the file begins, below `test/`, and the title of a test in it. */
  readonly proof: readonly [file: string, title: string]
}

const orders = 'conformance/golden-orders'
const transcription = 'conformance/transcription'
const calls = 'runtime/calls'
const mcp = 'session/mcp'
const playout = 'session/output-buffer'
const translation = 'session/translation'
const sent = 'events/every-server-event'
const exact = 'exactly as captured'
const oneCall = 'a call alone: no parts, no audio, no message; then the round trip'
const closing = 'closes the open parts; response.done is cancelled, client_cancelled'

const row = (event: string, does: string, file: string, title: string): EventRow => ({ event, does, proof: [file, title] })

export const clientEvents: readonly EventRow[] = [
  row(
    'session.update',
    'changes the session as a whole or not at all',
    'conformance/session-update',
    'nested objects merge field by field',
  ),
  row('input_audio_buffer.append', 'is heard; no reply', 'conformance/audio-buffer', 'has no reply; an empty string is accepted'),
  row(
    'input_audio_buffer.commit',
    'makes an item of 100 ms and more',
    'conformance/audio-buffer',
    'of 100 ms: committed, item added, item done; no response',
  ),
  row(
    'input_audio_buffer.clear',
    'drops the sound and the segment',
    'conformance/audio-buffer',
    'is answered by cleared, and the buffer is empty',
  ),
  row(
    'conversation.item.create',
    'adds an item at its place',
    'conformance/item-create',
    'an id inserts after that item, and the end stays the end',
  ),
  row(
    'conversation.item.retrieve',
    'gives the item with its sound',
    'conformance/items',
    'of sound: with its bytes, and the format named as in the example',
  ),
  row(
    'conversation.item.truncate',
    'cuts sound that was made, and its transcript',
    'conformance/items',
    'is answered by truncated with the same fields; sound is cut, the transcript gone',
  ),
  row(
    'conversation.item.delete',
    'removes the item and mends the chain',
    'conformance/items',
    'is answered by deleted; twice is an error; the item cannot be retrieved',
  ),
  row(
    'response.create',
    'begins a response with its overrides, in or out of band',
    'conformance/response-create',
    'all of them are taken',
  ),
  row('response.cancel', 'ends a response with what was said so far', 'conformance/response-create', closing),
  row(
    'output_audio_buffer.clear',
    'stops what a call plays; unknown on a plain socket',
    playout,
    'cuts off what plays, and truncates by itself',
  ),
]

export const serverEvents: readonly EventRow[] = [
  row(
    'error',
    'answers a bad client event, with its event_id',
    'conformance/envelope',
    'an error carries the client event_id, else null',
  ),
  row(
    'session.created',
    'greets with the whole session',
    'conformance/socket-life',
    'the first frame is session.created; conversation.created is not sent',
  ),
  row(
    'session.updated',
    'echoes the whole session',
    'conformance/session-update',
    'an empty update changes nothing, and is answered with the full object',
  ),
  row(
    'conversation.created',
    'only with `behavior.conversationCreated`',
    sent,
    'conversation.created, where the option asks for it',
  ),
  row('conversation.item.created', 'only in the beta profile', sent, 'conversation.item.created, in the beta profile'),
  row('conversation.item.added', 'tells of every new item of the conversation', orders, exact),
  row('conversation.item.done', 'tells that an item is whole', orders, exact),
  row(
    'conversation.item.retrieved',
    'carries an item with its sound, in one frame',
    'conformance/socket-life',
    'an item of megabytes comes back in one frame',
  ),
  row(
    'conversation.item.truncated',
    'confirms a truncation',
    'conformance/items',
    'is answered by truncated with the same fields; sound is cut, the transcript gone',
  ),
  row(
    'conversation.item.deleted',
    'confirms a deletion',
    'conformance/items',
    'is answered by deleted; twice is an error; the item cannot be retrieved',
  ),
  row(
    'conversation.item.input_audio_transcription.delta',
    'brings words of the caller',
    transcription,
    'follows the commit: deltas, then completed; the item is not sent again, retrieve shows the transcript',
  ),
  row(
    'conversation.item.input_audio_transcription.completed',
    'brings the transcript and what it cost',
    transcription,
    'follows the commit: deltas, then completed; the item is not sent again, retrieve shows the transcript',
  ),
  row(
    'conversation.item.input_audio_transcription.failed',
    'says why there is no transcript',
    transcription,
    'a failure is told by failed, with its code',
  ),
  row(
    'conversation.item.input_audio_transcription.segment',
    'says who spoke when, for the diarizing model',
    sent,
    'everything about what the caller says',
  ),
  row(
    'input_audio_buffer.committed',
    'names the item of the sound',
    'conformance/audio-buffer',
    'of 100 ms: committed, item added, item done; no response',
  ),
  row(
    'input_audio_buffer.cleared',
    'confirms that the buffer is empty',
    'conformance/audio-buffer',
    'is answered by cleared, and the buffer is empty',
  ),
  row(
    'input_audio_buffer.speech_started',
    'tells that the caller speaks, from when',
    'conformance/turn-detection',
    'announced by started, used by stopped, committed and the item; one stopped each',
  ),
  row(
    'input_audio_buffer.speech_stopped',
    'tells that the caller has stopped',
    'conformance/turn-detection',
    'announced by started, used by stopped, committed and the item; one stopped each',
  ),
  row(
    'input_audio_buffer.timeout_triggered',
    'tells that nobody spoke for the idle timeout',
    'conformance/turn-detection',
    'armed at response.done plus the playback; reached only by clock.advance; then the silence is answered',
  ),
  row(
    'input_audio_buffer.dtmf_event_received',
    'tells of a key that the caller of a call pressed',
    calls,
    'the caller presses keys: one event each, 100 ms apart, without event_id',
  ),
  row(
    'output_audio_buffer.started',
    'on calls: the answer begins to play',
    playout,
    'starts after content_part.added, with the first sound',
  ),
  row(
    'output_audio_buffer.stopped',
    'on calls: the answer was played',
    playout,
    'stops after response.done, when its sound has been played at its own speed',
  ),
  row('output_audio_buffer.cleared', 'on calls: the rest is not played', playout, 'cuts off what plays, and truncates by itself'),
  row('response.created', 'tells that a response begins', orders, 'response.created is in progress and empty'),
  row('response.done', 'ends every response, with status and usage', 'conformance/response-create', closing),
  row('response.output_item.added', 'begins an item of a response', orders, exact),
  row('response.output_item.done', 'ends an item of a response', orders, exact),
  row('response.content_part.added', 'begins the text or the sound of a message', orders, exact),
  row('response.content_part.done', 'ends it', orders, exact),
  row(
    'response.output_text.delta',
    'a token of text',
    orders,
    'the joined deltas are the text of done, of the part, of the item and of response.done',
  ),
  row(
    'response.output_text.done',
    'the whole text',
    orders,
    'the joined deltas are the text of done, of the part, of the item and of response.done',
  ),
  row(
    'response.output_audio_transcript.delta',
    'a token of what is said, ahead of its sound',
    orders,
    'the transcript leads the audio, and all deltas stand between part added and audio done',
  ),
  row(
    'response.output_audio_transcript.done',
    'all that was said',
    orders,
    'parts are `audio`, items `output_audio`; the transcript is the same everywhere',
  ),
  row(
    'response.output_audio.delta',
    'sound, several times as fast as it plays',
    orders,
    'the bytes are all there, in whole samples; done has no payload',
  ),
  row(
    'response.output_audio.done',
    'the end of the sound',
    orders,
    'the bytes are all there, in whole samples; done has no payload',
  ),
  row('response.function_call_arguments.delta', 'a token of the arguments of a call', orders, oneCall),
  row('response.function_call_arguments.done', 'the whole arguments', orders, oneCall),
  row(
    'response.mcp_call_arguments.delta',
    'arguments of a call to an MCP server',
    mcp,
    'runs within its response, which waits for it',
  ),
  row('response.mcp_call_arguments.done', 'the whole arguments', mcp, 'runs within its response, which waits for it'),
  row('response.mcp_call.in_progress', 'the service calls the MCP server', mcp, 'runs within its response, which waits for it'),
  row('response.mcp_call.completed', 'the MCP server has answered', mcp, 'runs within its response, which waits for it'),
  row(
    'response.mcp_call.failed',
    'the call failed; the item says why',
    mcp,
    'that fails has its error, and the response completes',
  ),
  row(
    'mcp_list_tools.in_progress',
    'the service asks an MCP server for its tools',
    mcp,
    'after session.updated, with what the server has',
  ),
  row('mcp_list_tools.completed', 'the tools are known', mcp, 'after session.updated, with what the server has'),
  row(
    'mcp_list_tools.failed',
    'the MCP server cannot be reached',
    mcp,
    'a list that fails says no more, and is tried again by the next update',
  ),
  row('rate_limits.updated', 'tells what is left of the token limit, after each response', orders, exact),
]

export const translationClientEvents: readonly EventRow[] = [
  row(
    'session.update',
    'changes target language, source transcript, noise reduction',
    translation,
    'an update changes what it names and nothing else',
  ),
  row(
    'session.input_audio_buffer.append',
    'is heard in frames of 200 ms',
    translation,
    'goes to the detector in whole engine frames of 200 ms, however it came',
  ),
  row(
    'session.close',
    'ends the session when all is translated',
    translation,
    'with nothing under way: session.closed, then 1000',
  ),
]

export const translationServerEvents: readonly EventRow[] = [
  row('error', 'answers a bad client event', translation, 'that is no base64 is refused, and the session goes on'),
  row(
    'session.created',
    'greets with the session',
    translation,
    'greets with its object: kind, model, end of life, nothing configured',
  ),
  row('session.updated', 'echoes the session', translation, 'an update changes what it names and nothing else'),
  row('session.closed', 'the last event', translation, 'with nothing under way: session.closed, then 1000'),
  row(
    'session.input_transcript.delta',
    'words of the speaker',
    translation,
    'come as fragments that join to the text, the second utterance set off by a space',
  ),
  row(
    'session.output_transcript.delta',
    'words of the translation',
    translation,
    'speaks as late and as fast as the profile says, its text ahead of its sound',
  ),
  row(
    'session.output_audio.delta',
    'sound of the translation',
    translation,
    'sends all of the sound, told as PCM16 of one channel at 24,000 Hz',
  ),
]
