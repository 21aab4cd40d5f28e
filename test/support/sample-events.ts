// Sample events, cut to the fields that the tests need; their shapes are those of the wire.

import type { World } from './world.ts'

const turnDetection = {
  type: 'server_vad',
  threshold: 0.5,
  prefix_padding_ms: 300,
  silence_duration_ms: 200,
  idle_timeout_ms: null,
  create_response: true,
  interrupt_response: true,
}

/** `session.created` with the defaults of the service, and some of `audio.input` replaced. */
export function sessionCreated(input: Record<string, unknown> = {}, session: Record<string, unknown> = {}) {
  const format = { type: 'audio/pcm', rate: 24_000 }
  const audio = {
    input: { format, transcription: null, noise_reduction: null, turn_detection: turnDetection, ...input },
    output: { format, voice: 'alloy', speed: 1 },
  }
  return {
    type: 'session.created',
    session: {
      type: 'realtime',
      id: 'sess_a',
      model: 'gpt-realtime',
      output_modalities: ['audio'],
      instructions: '',
      tools: [],
      ...session,
      audio,
    },
  }
}

export function userItem(text: string, id = 'item_user1') {
  return { id, type: 'message', status: 'completed', role: 'user', content: [{ type: 'input_text', text }] }
}

export function assistantItem(transcript: string, id = 'item_bot1') {
  return { id, type: 'message', status: 'completed', role: 'assistant', content: [{ type: 'output_audio', transcript }] }
}

export function created(id = 'resp_one') {
  return { type: 'response.created', response: { id, status: 'in_progress', conversation_id: 'conv_1', output: [] } }
}

export function done(id = 'resp_one', some: Record<string, unknown> = {}) {
  return {
    type: 'response.done',
    response: { id, status: 'completed', status_details: null, conversation_id: 'conv_1', output: [], ...some },
  }
}

export function wireError(code: string, message: string) {
  return { type: 'error', error: { type: 'invalid_request_error', code, message, param: null, event_id: null } }
}

/** 20 ms of silence at 24 kHz, pcm16: 960 bytes. */
export const frame = { type: 'input_audio_buffer.append', audio: 'A'.repeat(1280) }

/** One turn by text: asked, answered in two deltas, done. Times 10, 30, 230, 236, 300. */
export function textTurn(world: World, answer = ['Hello! ', 'How can I help?']): World {
  world.at(10).app({ type: 'conversation.item.create', item: userItem('hello there') })
  world.app({ type: 'response.create' }).at(30).service(created())
  world.note({ type: 'selected', responseId: 'resp_one', name: 'greeting', why: [] })
  world.service({
    type: 'response.output_item.added',
    response_id: 'resp_one',
    item: { ...assistantItem(''), status: 'in_progress', content: [] },
  })
  for (const [index, delta] of answer.entries()) {
    world
      .at(230 + 6 * index)
      .service({ type: 'response.output_text.delta', response_id: 'resp_one', item_id: 'item_bot1', content_index: 0, delta })
  }
  return world.at(300).service(done()).service({ type: 'rate_limits.updated', rate_limits: [] })
}

/** The caller speaks for a second while a response plays, and is heard. */
export function bargeIn(world: World): World {
  world.at(1000).service(created('resp_two'))
  for (let index = 0; index < 50; index++) world.at(1000 + 20 * (index + 1)).app(frame)
  world.at(2010).service({ type: 'input_audio_buffer.speech_started', audio_start_ms: 180, item_id: 'item_user2' })
  world.at(2011).service({
    type: 'response.output_audio.delta',
    response_id: 'resp_two',
    item_id: 'item_bot2',
    content_index: 0,
    delta: 'A'.repeat(6400),
  })
  return world.at(2400).service(done('resp_two'))
}
