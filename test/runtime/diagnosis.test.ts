// Where findings stand on the timeline, what they are caused by, and when there are none.

import { describe, expect, test } from 'vitest'
import { timelineText, verdictOf } from '../../src/doors/story.ts'
import { diagnoseError } from '../../src/runtime/diagnosis.ts'
import { isEvent } from '../../src/runtime/timeline.ts'
import { openService } from './support/open-service.ts'
import { append, commit, create, findingsOf, found, got, item, responses, says, text, update } from './support/wrong-app.ts'

describe('findings of refusals', () => {
  test('the same model again is no finding', async () => {
    expect(await found([update({ model: 'gpt-realtime' }), update({ instructions: 'Be kind.' })])).toEqual([])
  })

  test('it stands right after the error on the timeline, and in the story of the test', async () => {
    await using opened = openService({ latency: 'instant', responses })
    const app = await opened.open()
    app.send(update({ modalities: ['text'] }))
    await opened.realtime.settled()
    const { entries } = opened.service.timeline
    const error = entries.findIndex((entry) => isEvent(entry) && entry.event.type === 'error')
    expect(entries[error + 1]).toMatchObject({ note: { type: 'finding', code: 'beta_field' } })
    const problems = verdictOf(opened.service, [])
    expect(problems).toHaveLength(1)
    expect(problems[0]?.message).toMatch(/← error .*\n.*! `session\.modalities` is a field of the beta API/)
  })

  test('an update that was refused says nothing of its model', async () => {
    expect((await found([update({ model: 'gpt-realtime-mini', zzz: 1 })])).map(({ code }) => code)).toEqual(['unknown_field'])
  })

  test('a mistake that repeats is told once in the story', async () => {
    await using opened = openService({ latency: 'instant', responses })
    const app = await opened.open()
    for (let time = 0; time < 80; time++) app.send({ type: 'input_audio_buffer.append', audio: '?' })
    await opened.realtime.settled()
    const [problem] = verdictOf(opened.service, [])
    expect(problem?.message.match(/is not base64/g)?.length).toBeLessThan(80)
    expect(findingsOf(opened)).toHaveLength(80)
    const told = problem?.message.match(/^ {2}#\d+ .*Invalid 'audio'.*$/gm)
    expect(told).toEqual([
      expect.stringMatching(/^ {2}#\d+ invalid_value: Invalid 'audio': expected .* \(80 times, the last is #\d+\)$/),
    ])
  })

  test('what is answered is found by its event_id where acknowledgements take time', async () => {
    await using opened = openService({ latency: { acknowledgeMs: 50 }, responses })
    const app = await opened.open()
    app.send(update({ instructions: 'one' }))
    app.send({ ...update({ zzz: 1 }), event_id: 'mine' })
    await opened.service.clock.advance(100)
    const { entries } = opened.service.timeline
    const finding = entries.find((entry) => !isEvent(entry) && entry.note.type === 'finding')
    expect(entries[finding!.cause!]).toMatchObject({ event: { event_id: 'mine' } })
  })

  test('an injected error is nobody’s fault', async () => {
    await using opened = openService({ latency: 'instant', responses })
    opened.realtime.fail({ error: 'response_cancel_not_active' })
    await opened.open()
    await opened.realtime.settled()
    expect(findingsOf(opened)).toEqual([])
  })

  test('errors that nothing can be added to have none', () => {
    const error = { code: 'made_up', message: '', param: null }
    expect(diagnoseError({ error, event: undefined, config: {}, history: [] })).toBeUndefined()
  })
})

describe('at the end of a test', () => {
  test('sound that was never committed', async () => {
    await using opened = openService({ latency: 'instant', responses })
    const app = await opened.open()
    app.send(text)
    app.send(append(400))
    await opened.realtime.settled()
    expect(verdictOf(opened.service, [])).toEqual([])
    expect(timelineText(opened.service)).toMatch(/! The app appended sound with turn detection off and never committed/)
  })

  test('an output that nobody asked the model about', async () => {
    await using opened = openService({ latency: 'instant', responses })
    const app = await opened.open()
    for (const event of [text, says('call'), create]) app.send(event)
    await opened.realtime.nextResponse()
    app.send(item({ type: 'function_call_output', call_id: got(app, 'response.output_item.done').item.call_id, output: '1' }))
    await opened.realtime.settled()
    await opened.service.close()
    await opened.service.close()
    expect(findingsOf(opened).flatMap(({ code }) => code ?? [])).toEqual(['output_without_response'])
  })

  test('nothing of an output after which the app has hung up', async () => {
    await using opened = openService({ latency: 'instant', responses })
    const app = await opened.open()
    for (const event of [text, says('call'), create]) app.send(event)
    await opened.realtime.nextResponse()
    app.send(item({ type: 'function_call_output', call_id: got(app, 'response.output_item.done').item.call_id, output: 'bye' }))
    app.client.close(1000)
    await opened.realtime.settled()
    await opened.service.close()
    expect(findingsOf(opened).flatMap(({ code }) => code ?? [])).toEqual([])
  })

  test('nothing of sound that turn detection has heard before it was turned off', async () => {
    await using opened = openService({ latency: 'instant', responses })
    const app = await opened.open()
    app.send({
      type: 'input_audio_buffer.append',
      audio: Buffer.from(Int16Array.from({ length: 24_000 }, (_, at) => 9000 * Math.sin(at / 12)).buffer).toString('base64'),
    })
    app.send(append(900))
    await opened.realtime.nextResponse()
    app.send(text)
    await opened.realtime.settled()
    await opened.service.close()
    expect(findingsOf(opened).flatMap(({ code }) => code ?? [])).toEqual([])
  })

  test('nothing where all went well', async () => {
    await using opened = openService({ latency: 'instant', responses })
    const app = await opened.open()
    for (const event of [text, append(400), commit, create]) app.send(event)
    await opened.realtime.settled()
    await opened.service.close()
    expect(findingsOf(opened).filter(({ code }) => code !== undefined)).toEqual([])
  })
})

describe('closes', () => {
  test('a message that is too big', async () => {
    await using opened = openService({ limits: { messageBytes: 2000 } })
    const app = await opened.open()
    app.send(append(100))
    await opened.service.clock.advance(0)
    expect(app.closed).toEqual({ code: 1009, reason: 'Message too big: the limit is 2000 bytes.' })
    expect(findingsOf(opened)).toEqual([
      { code: 'message_too_big', about: 'garbage', text: expect.stringMatching(/smaller pieces/) },
    ])
  })

  test('a session that is over', async () => {
    await using opened = openService()
    await opened.open()
    await opened.service.clock.advance(60 * 60_000)
    expect(findingsOf(opened).map(({ code }) => code)).toEqual(['session_expired'])
  })
})
