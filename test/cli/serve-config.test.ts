// `--config`: JSON with templates, modules, and what is said about a file that is wrong.

import { expect, test } from 'vitest'
import { speech } from '../../audio/speech.ts'
import { Client } from './support/client.ts'
import { runCommand, type ServeProcess, startServe, temporaryFiles } from './support/serve-process.ts'

async function serveWith(name: string, text: string): Promise<ServeProcess> {
  using files = temporaryFiles({ [name]: text })
  // The first line comes after the file was read.
  return await startServe(['--timing', 'instant', '--config', files.path(name)])
}

async function connect(served: ServeProcess, key = 'sk-test'): Promise<Client> {
  const client = new Client(served.ready.url, { key })
  await client.next('session.created')
  return client
}

test('replies of a JSON file: templates, patterns, calls with their answers, a fallback', async () => {
  const config = {
    responses: {
      echo: { when: '/^say (?:this|that)/i', text: 'You said: {{user.text}}' },
      stock: { when: 'how many', call: { name: 'count' }, then: 'There are {{result.count}} of them.' },
    },
    fallback: 'Turn {{turn.number}} is beyond me.',
  }
  await using served = await serveWith('config.json', JSON.stringify(config))
  const client = await connect(served)
  expect(await client.ask('Say that again')).toBe('You said: Say that again')
  expect(await client.ask('What?')).toBe('Turn 2 is beyond me.')

  await client.ask('How many?')
  const call = client.events.findLast(({ type }) => type === 'response.function_call_arguments.done')
  client.send({
    type: 'conversation.item.create',
    item: { type: 'function_call_output', call_id: call?.call_id, output: '{"count":3}' },
  })
  client.send({ type: 'response.create', response: { output_modalities: ['text'] } })
  expect((await client.next('response.output_text.done')).text).toBe('There are 3 of them.')
})

test('a placeholder without a value fails its response, is told on standard error, and the next turn is answered', async () => {
  const responses = { temperature: { when: 'warm', text: '{{call.get_weather.result.temp}} degrees' } }
  await using served = await serveWith('config.json', JSON.stringify({ responses }))
  const client = await connect(served)
  expect(await client.ask('Is it warm?')).toBe('')
  expect(client.events.findLast(({ type }) => type === 'response.done')).toMatchObject({ response: { status: 'failed' } })
  await served.told(/reply 'temperature': \{\{call\.get_weather\.result\.temp\}\} has no value/)
  expect(await client.ask('Thank you')).toMatch(/^With pleasure/)
})

test('a reply that can never be chosen is told on standard error, at the start', async () => {
  await using served = await serveWith('config.json', JSON.stringify({ responses: { any: 'x', second: 'y' } }))
  await served.told(/Reply 'second' can never be chosen: 'any' fits every turn, and comes first\./)
})

test('a module exports the options, by default or by name; engines and functions of its own', async () => {
  const module = `
    export default {
      keys: ['sk-one'],
      transcription: { name: 'mine', load: async () => {}, transcribe: async (audio) => ({ text: 'sound of ' + Math.round(audio.durationMs / 1000) + ' s' }) },
      responses: { heard: { when: /sound of/, text: ({ text }) => 'I heard a ' + text }, slow: { when: 'wait', text: 'ok' } },
    }`
  await using served = await serveWith('options.mjs', module)
  const refused = new Client(served.ready.url, { key: 'sk-two' })
  expect(await refused.next('error')).toMatchObject({ error: { code: 'invalid_api_key' } })

  const client = await connect(served, 'sk-one')
  client.speak((await speech('Something that lasts for about one second.')).samples)
  expect((await client.next('response.output_audio_transcript.done')).transcript).toMatch(/^I heard a sound of \d s$/)

  await using named = await serveWith(
    'named.mjs',
    `export const onUnmatched = 'error'\nexport const responses = { yes: { when: 'yes', text: 'No.' } }`,
  )
  const other = await connect(named)
  expect(await other.ask('yes')).toBe('No.')
  expect(await other.ask('maybe')).toBe('')
  await named.told(/RTK_NO_MATCH/)
})

test('an engine that fails costs its transcript, and the response that needed the words; never the process', async () => {
  const module = `
    export const transcription = { name: 'broken', load: async () => {}, transcribe() { throw new Error('no such language') } }`
  await using served = await serveWith('options.mjs', module)
  const client = await connect(served)
  const input = { transcription: { model: 'whisper-1' }, turn_detection: { type: 'server_vad', create_response: false } }
  client.send({ type: 'session.update', session: { type: 'realtime', audio: { input } } })
  await client.next('session.updated')
  client.speak((await speech('Is anybody there?')).samples)
  const failed = await client.next('conversation.item.input_audio_transcription.failed')
  expect(failed).toMatchObject({ error: { message: 'no such language' } })
  client.send({ type: 'response.create' })
  expect((await client.next('response.done')).response.status).toBe('failed')
  expect(await (await connect(served)).ask('Hello')).toMatch(/^Hello!/)
  await served.told(/no such language/)
})

test.for([
  ['missing.json', undefined, /\[RTK_OPTION\] --config .*missing\.json cannot be read: ENOENT/],
  ['broken.json', '{ "seed": }', /\[RTK_OPTION\] --config .*broken\.json cannot be read: .*JSON/],
  ['list.json', '[]', /--config .*list\.json: .*object.*, got/],
  ['name.json', '{ "respones": {} }', /--config .*name\.json: .*respones.*Did you mean .responses.\?/s],
  ['type.json', '{ "seed": "7" }', /--config .*type\.json: .*seed.*"7"/],
  ['virtual.json', '{ "timing": "virtual" }', /timing 'virtual' needs the app in this process/],
  ['reply.json', '{ "responses": { "hi": { "txt": "Hi." } } }', /\[RTK_REPLY\] --config .*reply\.json: reply 'hi'.*`txt`/s],
  [
    'template.json',
    '{ "responses": { "hi": "{{usr.text}}" } }',
    /reply 'hi': no such placeholder \{\{usr\.text\}\}\. Did you mean `user`\?/,
  ],
  ['throws.mjs', `throw new Error('not today')`, /--config .*throws\.mjs cannot be read: not today/],
  ['engine.json', '{ "transcription": "whisper" }', /\[RTK_ENGINE\] Engine 'whisper' is unavailable/],
] as const)('%s is refused with what is wrong, before anything is served', async ([name, text, said]) => {
  using files = temporaryFiles(text === undefined ? {} : { [name]: text })
  const { code, stdout, stderr } = await runCommand(['serve', '--json', '--config', files.path(name)])
  expect(stderr).toMatch(said)
  expect(stderr).not.toMatch(/\n\s+at /)
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
})
