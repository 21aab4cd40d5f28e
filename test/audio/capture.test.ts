// Sound from a program that records: here one of Node's, that writes what a microphone command would.

import { expect, test } from 'vitest'
import { captureSound } from '../../audio/capture.ts'

const node = process.execPath

test('takes what the program wrote, at the rate that is said', async () => {
  const sound = await captureSound(node, ['-e', 'process.stdout.write(Buffer.from(Int16Array.of(1, -2, 300).buffer))'], {
    rateHz: 8000,
  })
  expect([...sound.samples]).toEqual([1, -2, 300])
  expect(sound.rateHz).toBe(8000)
})

test('stops a program that records for ever, at the sample', async () => {
  const forever = 'setInterval(() => process.stdout.write(Buffer.alloc(1000, 1)), 1)'
  const sound = await captureSound(node, ['-e', forever], { durationMs: 250 })
  expect(sound.durationMs).toBe(250)
})

test('a sample that was cut in half is left out', async () => {
  const sound = await captureSound(node, ['-e', 'process.stdout.write(Buffer.from([1, 0, 2]))'])
  expect([...sound.samples]).toEqual([1])
})

test.each([
  ['not there', 'no-such-recorder', [], /no-such-recorder.*ENOENT/s],
  ['fails', node, ['-e', 'console.error("no such device"); process.exit(3)'], /exit code 3: no such device/],
  ['says nothing', node, ['-e', ''], /wrote no sound/],
])('a program that is %s is told of', async (_title, program, args, message) => {
  await expect(captureSound(program, args)).rejects.toThrow(message)
  await expect(captureSound(program, args)).rejects.toThrow('16 bit, little endian')
})
