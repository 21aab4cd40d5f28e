// Codes of findings that the kit itself gives are in the README: whoever meets one can look it up.

import { expect, test } from 'vitest'
import { audioCodesFindings } from '../../src/telephony/audiocodes/findings.ts'
import { filesBelow, readProjectFile } from '../tidy/project-files.ts'

test('each code is in a table of the README, and each there is one', () => {
  const inline = filesBelow('src/telephony', ['.ts']).flatMap(({ text }) =>
    [...text.matchAll(/\b(?:code|finding): (7\d{3})\b/g)].map(([, code]) => Number(code)),
  )
  const codes = [...new Set([...Object.keys(audioCodesFindings).map(Number), ...inline])].toSorted()
  const chapter = /\n## Telephone calls\n(.*?)\n## /s.exec(readProjectFile('README.md'))?.[1] ?? ''
  const documented = [...new Set([...chapter.matchAll(/\b7[123]\d\d\b/g)].map(([code]) => Number(code)))].toSorted()
  expect(documented).toEqual(codes)
})
