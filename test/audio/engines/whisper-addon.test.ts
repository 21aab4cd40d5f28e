// The addon's part of the contract, with a package that stands in for it: what it tells while it works. The real one is whisper.test.ts.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test, vi } from 'vitest'
import { transcribeByAddon } from '../../../audio/engines/whisper-addon.ts'
import { silence } from '../../../audio/pcm.ts'
import { PartialWords } from '../../../src/runtime/partial-words.ts'

const { place } = vi.hoisted(() => ({ place: { entry: '' } }))
vi.mock(import('../../../audio/engines/resolve-package.ts'), async (load) => ({
  ...(await load()),
  resolvePackage: () => place.entry,
}))

const folder = mkdtempSync(join(tmpdir(), 'vitest-realtime-addon-'))
afterAll(() => rmSync(folder, { recursive: true }))
place.entry = join(folder, 'addon.mjs')
writeFileSync(
  place.entry,
  `const segments = [
    { text: ' Good morning.', t0: 0, t1: 900 },
    { text: ' [BLANK_AUDIO]', t0: 900, t1: 1500 },
    { text: ' Who is there?', t0: 1500, t1: 2400 },
  ]
  export const initWhisper = async () => ({
    transcribeData(samples, { onNewSegments }) {
      const work = async () => {
        for (const segment of segments) {
          onNewSegments?.({ segments: [segment] })
          await new Promise((resolve) => setImmediate(resolve))
        }
        return { segments }
      }
      return { promise: work() }
    },
  })`,
)

test('each window is a partial result, whose words stand', async () => {
  const words = new PartialWords()
  const sent: (string | undefined)[] = []
  const onPartial = (text: string): void => void sent.push(words.take(text))
  const heard = await transcribeByAddon(silence(2400, { rateHz: 16_000 }), 'model.bin', { language: 'en', onPartial })
  expect(sent.filter((text) => text !== undefined)).toEqual(['Good morning.', 'Good morning. Who is there?'])
  expect(heard.text).toBe('Good morning. Who is there?')
})
