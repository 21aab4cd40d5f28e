import { describe, expect, test } from 'vitest'
import { checkReporterOptions } from '../../src/report/reporter-options.ts'

test('nothing, and what is right', () => {
  expect(checkReporterOptions(undefined)).toEqual({})
  const options = {
    outputFile: 'a.json',
    slowest: 0,
    pages: 'all' as const,
    budgets: { firstAudioMs: { p95: 800, max: 2000 }, responseMs: 900, wer: 0, findings: 0 },
  }
  expect(checkReporterOptions(options)).toBe(options)
})

const head = "[RTK_OPTION] reporter 'vitest-realtime/reporter':"
describe('each wrong option is named, with what it takes', () => {
  test.for<[unknown, string]>([
    ['yes', `${head} its options must be an object.`],
    [{ budget: {} }, `${head} \`budget\` is no option. Did you mean \`budgets\`?`],
    [{ outputFile: true }, `${head} \`outputFile\` must be a path, got true`],
    [{ slowest: -1 }, `${head} \`slowest\` must be a whole number of 0 or more, got -1`],
    [{ pages: 'green' }, `${head} \`pages\` must be one of 'red', 'all', got "green"`],
    [{ pages: true }, `${head} \`pages\` must be one of 'red', 'all', got true`],
    [{ budgets: [800] }, `${head} \`budgets\` must be an object of limits`],
    [{ budgets: { firstAudio: 800 } }, `${head} \`firstAudio\` is no option of \`budgets\`. Did you mean \`firstAudioMs\`?`],
    [
      { budgets: { firstAudioMs: { p90: 800 } } },
      `${head} \`p90\` is no option of \`budgets.firstAudioMs\`. Did you mean \`p50\`?`,
    ],
    [
      { budgets: { firstAudioMs: { p95: '800' } } },
      `${head} \`budgets.firstAudioMs.p95\` must be a number of 0 or more, got "800"`,
    ],
    [
      { budgets: { firstAudioMs: '800' } },
      `${head} \`budgets.firstAudioMs\` must be ms as a number, or an object such as { p95: 800 }`,
    ],
    [{ budgets: { responseMs: Number.NaN } }, `${head} \`budgets.responseMs\` must be ms as a number`],
    [{ budgets: { wer: 5 } }, `${head} \`budgets.wer\` must be a share from 0 to 1, got 5\n  It is a share: 5 % are 0.05.`],
  ])('%j', ([options, message]) => {
    expect(() => checkReporterOptions(options)).toThrow(message)
  })
})
